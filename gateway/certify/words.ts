// What an exchange expects, and why one was not run, in words for the report.
import { catalogue, type ErrorCode } from '#schemas/errors.ts'
import type { Expectation, Words } from '#schemas/exchanges.ts'

/** @param repeats what the manifest says of second copies */
export function expectedWords(expect: Expectation, repeats: string): Words {
  switch (expect.kind) {
    case 'taken': {
      const { reaches = [] } = expect
      const asked = reaches.length > 0
      const reach = {
        zh: asked ? `,案件状态为 ${reaches.join('、')} 之一` : '',
        en: asked ? `, status one of ${reaches.join(', ')}` : '',
      }
      const of = expect.updates ? { zh: ',编号不变', en: ', under the same number' } : { zh: '', en: '' }
      return {
        zh: `报文 ${expect.message} 被收下并形成案件事件${of.zh}${reach.zh}`,
        en: `message ${expect.message} is taken in and becomes an event of a case${of.en}${reach.en}`,
      }
    }
    case 'repeat':
      return { zh: '同一报文再次到达,得到相同回执', en: 'the same message comes again and gets the same receipt' }
    case 'refused': {
      const words = expect.codes.map(code => `${catalogue[code as ErrorCode].status} ${code}`).join(', ')
      return { zh: `调用被拒绝:${words}`, en: `a call is turned away with ${words}` }
    }
    case 'clock':
      return {
        zh: `签名时间误差不超过 ${expect.maxSkewSeconds} 秒`,
        en: `signatures are dated at most ${expect.maxSkewSeconds} seconds off`,
      }
    case 'charset':
      return { zh: '中文完整到达', en: 'Chinese text arrives whole' }
    case 'delivered':
      return { zh: `系统收下 ${expect.message}`, en: `the system takes ${expect.message} in` }
    case 'refusal':
      return { zh: `系统退回 ${expect.message},并给出代码`, en: `the system refuses ${expect.message} with a code` }
    case 'recovery':
      return {
        zh: `系统先失败,枢纽再次投递时收下 ${expect.message}`,
        en: `the system fails first and takes ${expect.message} in when the hub comes again`,
      }
    case 'joined':
      return {
        zh: '同一案件中出现本系统自己的编号',
        en: 'a proceeding with a number of the system appears in the same case',
      }
    case 'copy':
      return {
        zh: `第二份相同的推送按 ${repeats} 回答`,
        en: `a second copy is answered as \`repeats: ${repeats}\` says`,
      }
    case 'look-up':
      return {
        zh: '按推送编号查询:有则说有,无则说无',
        en: 'asked by the id of the push, the system says what it has and what it has not',
      }
  }
}

export const skippedBecause = {
  base: (id: string): Words => ({ zh: `所依据的步骤 ${id} 未通过`, en: `it builds on ${id}, which did not pass` }),
  stopped: { zh: '认证已中止', en: 'the certification was stopped' } satisfies Words,
}

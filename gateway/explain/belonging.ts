// Which case a message would belong to, in words: that is decided later, by what is known of its numbers then.
import type { CaseRecord } from '#schemas/canonical/types.ts'
import type { Text } from '#schemas/errors.ts'

export function belonging({ case: { caseId }, proceeding: { numbers, cited } }: CaseRecord): Text {
  if (caseId !== null) return { en: 'the case of the delivery that it answers', zh: '归入所答复投递对应的案件' }
  const own = numbers.map(one => `${one.family} ${one.normalized}`).join(', ')
  const others = cited.length
  return {
    en: `the case of the proceeding that owns ${own}; a new case when there is none${
      others === 0
        ? ''
        : `. It names ${others} other ${others === 1 ? 'number' : 'numbers'}, by which it may join their case`
    }`,
    zh: `归入持有编号 ${own} 的程序所在案件;没有则新建案件${
      others === 0 ? '' : `。报文另引用 ${others} 个编号,可据此并入其所属案件`
    }`,
  }
}

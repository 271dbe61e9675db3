// Errors of changing a mapping while the hub runs.
import type { Entry } from './entry.ts'

const seeList = { en: '`hub mapping list` shows what is in force', zh: '可用 `hub mapping list` 查看现行映射' }

export const mappingErrors = {
  HUB_MAPPING_UNKNOWN: {
    stage: 'registry',
    retryable: false,
    status: 404,
    says: () => ({
      en: 'no connector of this hub has a mapping of that message and direction',
      zh: '本枢纽没有该连接器、消息和方向的映射',
    }),
    todo: seeList,
  },
  HUB_MAPPING_TEXT: {
    stage: 'registry',
    retryable: false,
    status: 422,
    says: f => ({ en: `lint finds ${f.count} fault(s)`, zh: `检查发现 ${f.count} 处错误` }),
    todo: { en: 'repair each line that `findings` names', zh: '请逐行修正 findings 所列错误' },
  },
  HUB_MAPPING_OTHER: {
    stage: 'registry',
    retryable: false,
    status: 422,
    says: f => ({
      en: `the text is of ${f.found}, the address of ${f.wanted}`,
      zh: `文本属于 ${f.found},地址属于 ${f.wanted}`,
    }),
    todo: { en: 'send it to the address of its own message', zh: '请发送到该消息自己的地址' },
  },
  HUB_MAPPING_VERSION: {
    stage: 'registry',
    retryable: false,
    status: 409,
    says: f => ({
      en: `version ${f.version} is not above the version ${f.present} in force`,
      zh: `版本 ${f.version} 不高于现行版本 ${f.present}`,
    }),
    todo: {
      en: 'give it a higher version; an earlier text comes back under a new number only',
      zh: '请提高版本号;恢复旧文本也须使用新版本号',
    },
  },
  HUB_MAPPING_KEYS: {
    stage: 'registry',
    retryable: false,
    status: 422,
    says: f => ({
      en: `the own number at ${f.pointer} would be read as another family, and its messages would change partition`,
      zh: `${f.pointer} 处的自有编号将按其他编号族读取,其消息会换分区`,
    }),
    todo: {
      en: 'add families after the present ones only, or bring the change with a release while nothing is taken in',
      zh: '只能在现有编号族之后追加;否则请停止接收后随版本发布',
    },
  },
  HUB_MAPPING_SAMPLES: {
    stage: 'registry',
    retryable: false,
    status: 422,
    says: f => ({
      en: `it gives nothing usable for ${f.count} sample(s); the first: ${f.first}`,
      zh: `有 ${f.count} 个样例得不到可用结果;第一个:${f.first}`,
    }),
    todo: {
      en: 'every sample needs its own number, and every outbound input a message',
      zh: '每个入站样例须有自有编号,每个出站输入须有报文',
    },
  },
  HUB_MAPPING_UNUSABLE: {
    stage: 'registry',
    retryable: true,
    status: 503,
    says: f => ({
      en: `version ${f.version} of ${f.mapping} is in force, and this process cannot compile it`,
      zh: `${f.mapping} 的版本 ${f.version} 已生效,但本进程无法编译`,
    }),
    todo: {
      en: 'bring this process to the release that the mapping was made for; until then it waits and loses nothing',
      zh: '请将本进程升级到该映射对应的版本;此前只会等待,不会丢失数据',
    },
  },
} as const satisfies Record<string, Entry>

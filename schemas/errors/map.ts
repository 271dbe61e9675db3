// Errors of translating: what makes a native message an invalid message.
import type { Entry } from './entry.ts'

export const mapErrors = {
  HUB_MAP_MISSING: {
    stage: 'map',
    retryable: false,
    status: 404,
    says: f => ({
      en: `system ${f.system} has no inbound mapping for message ${f.message}`,
      zh: `系统 ${f.system} 没有消息 ${f.message} 的入站映射`,
    }),
    todo: { en: 'add the mapping, then replay the invalid message', zh: '请补充映射,然后重放该无效消息' },
  },
  HUB_MAP_NO_OWN_NUMBER: {
    stage: 'map',
    retryable: false,
    status: 422,
    says: f => ({
      en: `message ${f.message} of system ${f.system} has no usable own number`,
      zh: `系统 ${f.system} 的消息 ${f.message} 没有可用的本系统编号`,
    }),
    todo: {
      en: 'send the number under which the system itself keeps the case',
      zh: '请填写本系统保存该事项所用的编号',
    },
  },
} as const satisfies Record<string, Entry>

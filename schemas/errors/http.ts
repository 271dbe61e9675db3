// Errors of the HTTP doors that belong to no stage.
import type { Entry } from './entry.ts'

export const httpErrors = {
  HUB_HTTP_NOT_FOUND: {
    stage: 'receive',
    retryable: false,
    status: 404,
    says: f => ({ en: `there is nothing at this address for ${f.method}`, zh: `该地址没有可用的 ${f.method} 接口` }),
    todo: { en: 'look at the list of addresses in README.md', zh: '请查看 README 中的地址列表' },
  },
  HUB_HTTP_UNKNOWN_SYSTEM: {
    stage: 'receive',
    retryable: false,
    status: 404,
    says: () => ({ en: 'this hub knows no system of that id', zh: '本枢纽没有该系统' }),
    todo: { en: '`hub systems` lists the systems', zh: '可用 `hub systems` 查看系统列表' },
  },
  HUB_HTTP_OPERATOR_ONLY: {
    stage: 'security',
    retryable: false,
    status: 401,
    says: () => ({ en: 'this address needs an operator key', zh: '该地址需要运维人员密钥' }),
    todo: { en: 'send Authorization: Bearer <operator key>', zh: '请在请求头 Authorization 中携带 Bearer <运维密钥>' },
  },
} as const satisfies Record<string, Entry>

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
  HUB_HTTP_UNKNOWN_SUBSCRIPTION: {
    stage: 'deliver',
    retryable: false,
    status: 404,
    says: () => ({ en: 'no subscription has this id', zh: '没有该编号的订阅' }),
    todo: { en: 'look the id up in the list of subscriptions', zh: '请在订阅列表中核对编号' },
  },
  HUB_HTTP_NO_LANE: {
    stage: 'deliver',
    retryable: false,
    status: 404,
    says: () => ({
      en: 'nothing of this case waits for this subscriber',
      zh: '该订阅方没有等待投递的该案件事件',
    }),
    todo: {
      en: 'list the lanes of the subscription; what is not there has been delivered or was never routed to it',
      zh: '请查看该订阅的等待列表;不在其中的已投递或未路由给它',
    },
  },
  HUB_HTTP_PULLED: {
    stage: 'deliver',
    retryable: false,
    status: 409,
    says: () => ({
      en: 'this subscriber fetches its events itself: the hub has nothing to pause, to try again or to give up',
      zh: '该订阅方自行拉取事件,枢纽没有可暂停、重试或放弃的投递',
    }),
    todo: {
      en: 'ask its owner to fetch, or set its position back; what it has not fetched stays',
      zh: '请联系订阅方拉取或重置其位置;未拉取的事件会保留',
    },
  },
  HUB_HTTP_LANE_ACTION: {
    stage: 'deliver',
    retryable: false,
    status: 422,
    says: f => ({ en: `the last part of the path must be one of: ${f.allowed}`, zh: `路径末段应为:${f.allowed}` }),
    todo: { en: 'name one of them', zh: '请使用其中之一' },
  },
  HUB_HTTP_REASON: {
    stage: 'deliver',
    retryable: false,
    status: 422,
    says: () => ({
      en: 'the body gives no reason; it is asked for because it stays in the log',
      zh: '请求体未说明原因;原因将记入日志',
    }),
    todo: { en: 'send {"reason": "..."} in a few words', zh: '请发送 {"reason": "..."},简述原因' },
  },
  HUB_HTTP_OPERATOR_ONLY: {
    stage: 'security',
    retryable: false,
    status: 401,
    says: () => ({ en: 'this address needs an operator key', zh: '该地址需要运维人员密钥' }),
    todo: { en: 'send Authorization: Bearer <operator key>', zh: '请在请求头 Authorization 中携带 Bearer <运维密钥>' },
  },
} as const satisfies Record<string, Entry>

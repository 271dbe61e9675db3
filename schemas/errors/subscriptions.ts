// Errors of changing a subscription while the hub runs.
import type { Entry } from './entry.ts'

const seeList = {
  en: '`GET /admin/subscriptions` lists those in force',
  zh: '可用 `GET /admin/subscriptions` 查看现行订阅',
}

export const subscriptionErrors = {
  HUB_SUBSCRIPTION_EXISTS: {
    stage: 'registry',
    retryable: false,
    status: 409,
    says: () => ({ en: 'a subscription of that id is in force', zh: '该编号的订阅已生效' }),
    todo: { en: 'change it by PUT, or choose another id', zh: '请用 PUT 修改,或另选编号' },
  },
  HUB_SUBSCRIPTION_BODY: {
    stage: 'registry',
    retryable: false,
    status: 400,
    says: () => ({ en: 'the body is not a JSON object', zh: '请求体不是 JSON 对象' }),
    todo: { en: 'send the definition as JSON', zh: '请以 JSON 提交订阅定义' },
  },
  HUB_SUBSCRIPTION_INVALID: {
    stage: 'registry',
    retryable: false,
    status: 422,
    says: f => ({ en: `${f.pointer}: ${f.rule}`, zh: `${f.pointer} 不符合规则:${f.rule}` }),
    todo: {
      en: 'correct the field; schemas/files/hub.schema.json says what a subscription may hold',
      zh: '请更正该字段,可用内容见 schemas/files/hub.schema.json',
    },
  },
  HUB_SUBSCRIPTION_SYSTEM: {
    stage: 'registry',
    retryable: false,
    status: 422,
    says: () => ({ en: '/system names a system that this hub does not have', zh: '/system 指向的系统不存在' }),
    todo: { en: '`hub systems` lists the systems', zh: '可用 `hub systems` 查看系统列表' },
  },
  HUB_SUBSCRIPTION_WAY: {
    stage: 'registry',
    retryable: false,
    status: 422,
    says: () => ({
      en: '/door/kind is native, and the hub has no way out to that system',
      zh: '/door/kind 为 native,但该系统没有出站方式',
    }),
    todo: {
      en: 'choose webhook or pull, or give the system a way out',
      zh: '请改用 webhook 或 pull,或为该系统配置出站方式',
    },
  },
  HUB_SUBSCRIPTION_FIXED: {
    stage: 'registry',
    retryable: false,
    status: 422,
    says: f => ({ en: `${f.pointer} of a subscription cannot change`, zh: `订阅的 ${f.pointer} 不可更改` }),
    todo: { en: 'make a subscription under another id', zh: '请用另一个编号新建订阅' },
  },
  HUB_SUBSCRIPTION_START: {
    stage: 'registry',
    retryable: false,
    status: 422,
    says: () => ({ en: '/start can only be now', zh: '/start 目前只能为 now' }),
    todo: {
      en: 'leave it out; what lies before can be sent by a replay',
      zh: '请省略该字段;此前的事件可通过重放发送',
    },
  },
  HUB_SUBSCRIPTION_ENDING: {
    stage: 'registry',
    retryable: true,
    status: 409,
    says: () => ({
      en: 'the subscription that had this id has not ended in every process yet',
      zh: '原同名订阅尚未在所有进程中结束',
    }),
    todo: { en: 'try again in a few seconds', zh: '请数秒后重试' },
  },
  HUB_SUBSCRIPTION_NO_SECRETS: {
    stage: 'registry',
    retryable: false,
    status: 422,
    says: () => ({ en: 'only a webhook has secrets', zh: '只有 webhook 才有密钥' }),
    todo: seeList,
  },
} as const satisfies Record<string, Entry>

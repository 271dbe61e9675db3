// Errors of the stages route and deliver.
import type { Entry } from './entry.ts'

export const stageErrors = {
  HUB_DELIVER_UNREACHABLE: {
    stage: 'deliver',
    retryable: true,
    status: 0,
    says: f => ({
      en: `system ${f.system} cannot be reached (${f.cause}); nothing was sent`,
      zh: `无法连接系统 ${f.system}(${f.cause}),未发送任何内容`,
    }),
    todo: {
      en: 'check the address and the network; the hub goes on trying by itself',
      zh: '请检查地址与网络;枢纽会自动重试',
    },
  },
  HUB_DELIVER_CUT: {
    stage: 'deliver',
    retryable: true,
    status: 0,
    says: f => ({
      en: `the call to system ${f.system} ended without an answer (${f.cause}); it may have been taken in`,
      zh: `对系统 ${f.system} 的调用未得到应答(${f.cause}),对方可能已接收`,
    }),
    todo: {
      en: 'nothing: the hub looks up what the receiver holds before it sends again, or asks a person',
      zh: '无需处理:枢纽会先查询对方是否已接收再重发,或转人工确认',
    },
  },
  HUB_DELIVER_ADDRESS: {
    stage: 'deliver',
    retryable: false,
    status: 422,
    says: f => ({
      en: `the address of ${f.system} lies in a network that deliveries may not reach`,
      zh: `${f.system} 的地址位于禁止投递的网段`,
    }),
    todo: {
      en: 'give a public address, or have the network added to allowedNetworks',
      zh: '请提供公网地址,或将该网段加入 allowedNetworks',
    },
  },
  HUB_DELIVER_ANSWER: {
    stage: 'deliver',
    retryable: true,
    status: 0,
    says: f => ({
      en: `the answer of system ${f.system} cannot be read, so the outcome is not known`,
      zh: `系统 ${f.system} 的应答无法解析,投递结果未知`,
    }),
    todo: { en: 'check the connector against the receiver', zh: '请核对连接器与接收方接口' },
  },
  HUB_DELIVER_LOGIN: {
    stage: 'deliver',
    retryable: true,
    status: 0,
    says: f => ({
      en: `system ${f.system} gave no session token`,
      zh: `系统 ${f.system} 未返回会话令牌`,
    }),
    todo: { en: 'check the outbound credential of the system', zh: '请检查该系统的出站凭证' },
  },
  HUB_DELIVER_BROKEN: {
    stage: 'deliver',
    retryable: false,
    status: 0,
    says: f => ({
      en: `event ${f.event} cannot be said to ${f.system}: ${f.cause}`,
      zh: `事件 ${f.event} 无法转换给 ${f.system}:${f.cause}`,
    }),
    todo: {
      en: 'repair the outbound mapping or the connector, then replay the dead letter',
      zh: '请修复出站映射或连接器,再重放该死信',
    },
  },
  HUB_DELIVER_UNKNOWN: {
    stage: 'deliver',
    retryable: false,
    status: 0,
    says: f => ({
      en: `whether system ${f.system} has taken delivery ${f.delivery} in is not known, and it would not recognise a repeat`,
      zh: `无法确定系统 ${f.system} 是否已接收投递 ${f.delivery},且对方无法识别重复`,
    }),
    todo: {
      en: 'ask the receiver, then mark the delivery as done or send it again',
      zh: '请向接收方核实,再标记为已完成或重新发送',
    },
  },
  HUB_DELIVER_DEADLINE: {
    stage: 'deliver',
    retryable: false,
    status: 0,
    says: f => ({
      en: `what was to be delivered to system ${f.system} did not arrive before its deadline; the last attempt failed with ${f.cause}`,
      zh: `向系统 ${f.system} 的投递未在期限内到达,最后一次失败原因:${f.cause}`,
    }),
    todo: {
      en: 'find the cause at the receiver, then repair or skip the dead letter: the later events of the case wait behind it',
      zh: '请在接收方查明原因,再修复或跳过该死信:该案件的后续事件在其后等待',
    },
  },
  HUB_DELIVER_CANCELLED: {
    stage: 'deliver',
    retryable: false,
    status: 0,
    says: f => ({
      en: `an operator stopped the repeats to system ${f.system}; the last attempt failed with ${f.cause}`,
      zh: `运维人员已停止向系统 ${f.system} 的重试,最后一次失败原因:${f.cause}`,
    }),
    todo: {
      en: 'repair the dead letter when it may be tried again, or skip it',
      zh: '可以重试时请修复该死信,或跳过',
    },
  },
  HUB_DELIVER_USED_UP: {
    stage: 'deliver',
    retryable: false,
    status: 0,
    says: f => ({
      en: `all ${f.attempts} attempts to deliver to system ${f.system} failed; the last one with ${f.cause}`,
      zh: `向系统 ${f.system} 的 ${f.attempts} 次投递均失败,最后一次原因:${f.cause}`,
    }),
    todo: {
      en: 'find the cause at the receiver, then repair or skip the dead letter: the later events of the case wait behind it',
      zh: '请在接收方查明原因,再修复或跳过该死信:该案件的后续事件在其后等待',
    },
  },
  HUB_PULL_NO_SUBSCRIPTION: {
    stage: 'deliver',
    retryable: false,
    status: 404,
    says: () => ({ en: 'there is no such pull subscription', zh: '没有该拉取订阅' }),
    todo: { en: 'check the subscription id and its door', zh: '请核对订阅编号及其投递方式' },
  },
  HUB_PULL_QUERY: {
    stage: 'deliver',
    retryable: false,
    status: 400,
    says: f => ({ en: `${f.name} is not ${f.expected}`, zh: `${f.name} 应为 ${f.expected}` }),
    todo: { en: 'correct the request', zh: '请更正请求参数' },
  },
} as const satisfies Record<string, Entry>

// Errors of the stages translate to deliver.
import type { Stage } from '../stages.ts'
import type { Entry } from './entry.ts'

const fault = (stage: Stage, zh: string): Entry => ({
  stage,
  retryable: false,
  status: 0,
  says: f => ({
    en: `the stage ${stage} breaks on this record every time (${f.rule}); it was set aside`,
    zh: `${zh}环节处理该记录时每次均出错(${f.rule}),已单独存放`,
  }),
  todo: {
    en: 'this is a fault of the hub: report it with the place of the record, and send the message again after the repair',
    zh: '这是枢纽自身缺陷:请连同记录位置上报,修复后再重新处理',
  },
})

export const stageErrors = {
  HUB_TRANSLATE_FAULT: fault('translate', '转换'),
  HUB_CORRELATE_FAULT: fault('correlate', '归并'),
  HUB_ROUTE_FAULT: fault('route', '分发'),
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
      en: `deliveries may not go to the address of ${f.system} (${f.cause}); nothing was sent`,
      zh: `禁止向 ${f.system} 的地址投递(${f.cause}),未发送任何内容`,
    }),
    todo: {
      en: 'NETWORK: give a public address, or have the network added to allowedNetworks; else give a whole http or https address, without user name and password and with a port above 0',
      zh: 'NETWORK:请提供公网地址,或将该网段加入 allowedNetworks;其他情况:请填写完整的 http 或 https 地址,不含用户名和密码,端口大于 0',
    },
  },
  HUB_DELIVER_CERT_ENDED: {
    stage: 'deliver',
    retryable: true,
    status: 0,
    says: f => ({
      en: `the certificate of system ${f.system} is out of date (${f.cause}); nothing was sent`,
      zh: `系统 ${f.system} 的证书不在有效期内(${f.cause}),未发送任何内容`,
    }),
    todo: {
      en: "tell the receiver's operator to put a new certificate in place, or set the clock of this machine right; the hub goes on trying by itself",
      zh: '请通知接收方运维更换证书,或校正本机时钟;枢纽会自动重试',
    },
  },
  HUB_DELIVER_CERT_NAME: {
    stage: 'deliver',
    retryable: true,
    status: 0,
    says: f => ({
      en: `the certificate of system ${f.system} is for another host name (${f.cause}); nothing was sent`,
      zh: `系统 ${f.system} 的证书与访问的主机名不符(${f.cause}),未发送任何内容`,
    }),
    todo: {
      en: 'call the system by a name that stands in its certificate, or have its operator add the name; if neither explains it, somebody else may be answering there',
      zh: '请使用证书中的主机名访问,或请对方运维在证书中加入该名称;若仍无法解释,可能有第三方冒充应答',
    },
  },
  HUB_DELIVER_CERT_UNKNOWN: {
    stage: 'deliver',
    retryable: true,
    status: 0,
    says: f => ({
      en: `nobody this machine trusts has signed the certificate of system ${f.system} (${f.cause}); nothing was sent`,
      zh: `系统 ${f.system} 的证书不是本机信任的机构签发(${f.cause}),未发送任何内容`,
    }),
    todo: {
      en: "have its operator serve the whole chain of certificates; for an authority of one's own, name its certificate in NODE_EXTRA_CA_CERTS and restart the hub",
      zh: '请对方运维配置完整的证书链;若使用自建机构,请在 NODE_EXTRA_CA_CERTS 中指定其根证书并重启枢纽',
    },
  },
  HUB_DELIVER_ANSWER: {
    stage: 'deliver',
    retryable: true,
    status: 0,
    says: f => ({
      en: `the answer of system ${f.system} cannot be read (${f.cause ?? 'ADAPTER'}), so the outcome is not known`,
      zh: `系统 ${f.system} 的应答无法解析(${f.cause ?? 'ADAPTER'}),投递结果未知`,
    }),
    todo: {
      en: 'ADAPTER: check the connector against the receiver; else the receiver, or something in front of it, answers by what is no HTTP or is far too long: have its operator look at that',
      zh: 'ADAPTER:请核对连接器与接收方接口;其他情况:接收方或其前置设备的应答不是合法 HTTP 或过长,请对方运维检查',
    },
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

// Errors of the area "receive": why a message was not taken in. Each is answered to its sender, in Chinese and English.
import type { Entry, Facts, Text } from './entry.ts'

const place = (f: Facts): Text => ({
  en: `${f.pointer === undefined ? '' : ` at ${f.pointer || '/'}`}${f.rule === undefined ? '' : ` (${f.rule})`}`,
  zh: `${f.pointer === undefined ? '' : `,位置 ${f.pointer || '/'}`}${f.rule === undefined ? '' : `(${f.rule})`}`,
})

export const receiveErrors = {
  HUB_RECEIVE_UNREADABLE: {
    stage: 'receive',
    retryable: false,
    status: 400,
    says: f => ({ en: `the message cannot be read${place(f).en}`, zh: `消息无法解析${place(f).zh}` }),
    todo: { en: 'repair the format at this place and send it again', zh: '请修正该处格式后重发' },
  },
  HUB_RECEIVE_UNKNOWN_MESSAGE: {
    stage: 'receive',
    retryable: false,
    status: 404,
    says: f => ({ en: `system ${f.system} sends no message of that name`, zh: `系统 ${f.system} 没有该名称的消息` }),
    todo: {
      en: "the names stand in the connector's manifest.yaml under messages",
      zh: '消息名称见该连接器 manifest.yaml 的 messages',
    },
  },
  HUB_RECEIVE_CONFLICT: {
    stage: 'receive',
    retryable: false,
    status: 409,
    says: () => ({
      en: 'this idempotency key was used before with other content; nothing was stored',
      zh: '该幂等键此前已用于其他内容,本次未保存',
    }),
    todo: { en: 'send new content under a new key', zh: '内容有变化时请使用新的幂等键' },
  },
  HUB_RECEIVE_TOO_LARGE: {
    stage: 'receive',
    retryable: false,
    status: 413,
    says: f => ({ en: `the message is over the limit of ${f.limit} bytes`, zh: `消息超过 ${f.limit} 字节上限` }),
    todo: {
      en: 'send attachments by reference, never inline; split long lists',
      zh: '附件请以引用方式报送,不要内嵌;长列表请拆分',
    },
  },
  HUB_RECEIVE_CONTENT_TYPE: {
    stage: 'receive',
    retryable: false,
    status: 415,
    says: f => ({ en: `this content type is not taken here (${f.rule})`, zh: `此处不接受该内容类型(${f.rule})` }),
    todo: {
      en: 'use the content type of the contract, in UTF-8, GBK or GB18030, plain or gzip',
      zh: '请使用接口约定的内容类型,编码为 UTF-8、GBK 或 GB18030,可用 gzip 压缩',
    },
  },
  HUB_RECEIVE_PACKED: {
    stage: 'receive',
    retryable: false,
    status: 400,
    says: f => ({ en: `the packed file is not taken (${f.rule})`, zh: `压缩文件不予接收(${f.rule})` }),
    todo: {
      en: 'send a plain zip file: whole, not encrypted, no archive inside, its files packed in the usual way',
      zh: '请发送普通 zip 文件:完整、不加密、不嵌套压缩包、采用常规压缩方式',
    },
  },
  HUB_RECEIVE_ATTACHMENT: {
    stage: 'receive',
    retryable: false,
    status: 422,
    says: f => ({
      en: `a file that came along holds no messages of this format (${f.rule}); it was not stored`,
      zh: `随附文件不是该格式的消息(${f.rule}),未予保存`,
    }),
    todo: {
      en: 'send attachments by reference (id, size, hash, source); they are fetched through /proxy',
      zh: '附件请以引用方式报送(编号、大小、摘要、来源),由接收方经 /proxy 获取',
    },
  },
  HUB_RECEIVE_SECRET_MARK: {
    stage: 'receive',
    retryable: false,
    status: 422,
    says: f => ({
      en: `the message bears a secrecy mark${place(f).en}; nothing of it was stored`,
      zh: `消息带有密级标志${place(f).zh},内容未予保存`,
    }),
    todo: {
      en: 'state and work secrets must not travel here: tell your secrecy officer',
      zh: '国家秘密、工作秘密不得经本枢纽传输,请立即报告保密管理人员',
    },
  },
  HUB_RECEIVE_CONTRACT: {
    stage: 'receive',
    retryable: false,
    status: 422,
    says: f => ({ en: `the message does not keep the contract${place(f).en}`, zh: `消息不符合接口约定${place(f).zh}` }),
    todo: {
      en: 'correct this field; the contract stands beside the connector',
      zh: '请修正该字段;接口约定见连接器目录',
    },
  },
  HUB_RECEIVE_NO_NUMBER: {
    stage: 'receive',
    retryable: false,
    status: 422,
    says: f => ({
      en: `the message holds no usable number of its own${place(f).en}`,
      zh: `消息中没有可用的本系统编号${place(f).zh}`,
    }),
    todo: { en: 'fill in the case number by its usual rule', zh: '请按编号规则填写案件编号' },
  },
  HUB_RECEIVE_KEY_INVALID: {
    stage: 'receive',
    retryable: false,
    status: 400,
    says: () => ({
      en: 'the header Idempotency-Key is not 1 to 255 visible ASCII characters',
      zh: '请求头 Idempotency-Key 应为 1 至 255 个可见 ASCII 字符',
    }),
    todo: { en: 'use a UUID', zh: '建议使用 UUID' },
  },
  HUB_RECEIVE_TOO_MANY: {
    stage: 'receive',
    retryable: true,
    status: 429,
    says: () => ({ en: 'too many messages are under way at this moment', zh: '当前在途消息过多' }),
    todo: { en: 'send it again after the time in Retry-After', zh: '请在 Retry-After 指定的时间后重发' },
  },
  HUB_PRESSURE_DISK: {
    stage: 'receive',
    retryable: true,
    status: 503,
    says: f => ({
      en: `the disk of ${f.where} has ${f.free} MiB left, less than the ${f.min} MiB that must stay free: nothing is taken in`,
      zh: `${f.where} 的磁盘仅余 ${f.free} MiB,低于必须保留的 ${f.min} MiB,暂停接收`,
    }),
    todo: {
      en: 'senders: send it again after the time in Retry-After. Operators: make room, or lower limits.diskFreeMin in hub.yaml',
      zh: '报送方:请在 Retry-After 指定的时间后重发。运维:请释放磁盘空间,或调低 hub.yaml 的 limits.diskFreeMin',
    },
  },
  HUB_PRESSURE_MEMORY: {
    stage: 'receive',
    retryable: true,
    status: 429,
    says: f => ({
      en: `the hub has as much to do as it can bear (${f.rule})`,
      zh: `枢纽负载已达上限(${f.rule})`,
    }),
    todo: {
      en: 'send it again after the time in Retry-After; operators: see limits.memoryMax in hub.yaml',
      zh: '请在 Retry-After 指定的时间后重发;运维请查看 hub.yaml 的 limits.memoryMax',
    },
  },
  HUB_RECEIVE_UNAVAILABLE: {
    stage: 'receive',
    retryable: true,
    status: 503,
    says: () => ({ en: 'the message could not be taken in for a fault of the hub', zh: '枢纽内部故障,消息未能接收' }),
    todo: {
      en: 'send it again later; the operators see the fault in the log',
      zh: '请稍后重发;故障已记录,运维人员可查',
    },
  },
  HUB_RECEIPT_UNKNOWN: {
    stage: 'receive',
    retryable: false,
    status: 404,
    says: () => ({ en: 'there is no such receipt for this caller', zh: '没有该回执,或无权查看' }),
    todo: {
      en: 'ask with the message id and the credential it was sent with; a new receipt may take a second',
      zh: '请用报送时的凭证和消息编号查询;新回执可能有一秒左右延迟',
    },
  },
} as const satisfies Record<string, Entry>

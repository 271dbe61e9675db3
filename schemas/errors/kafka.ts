// Errors of gateway/kafka and gateway/pipeline.
import type { Entry } from './entry.ts'

export const kafkaErrors = {
  HUB_KAFKA_UNREACHABLE: {
    stage: 'kafka',
    retryable: true,
    status: 503,
    says: f => ({
      en: `Kafka did not confirm: ${f.operation} (${f.cause})`,
      zh: `Kafka 未确认:${f.operation}(${f.cause})`,
    }),
    todo: {
      en: 'send the message again: it is safe and gives the same receipt; check the brokers',
      zh: '请重发:重发是安全的,回执相同;并检查 Kafka 节点',
    },
  },
  HUB_KAFKA_FENCED: {
    stage: 'kafka',
    retryable: false,
    status: 0,
    says: f => ({
      en: `the transactional id ${f.slot} was taken over by another process; this one stops its stage`,
      zh: `事务标识 ${f.slot} 已被另一进程接管,本进程停止该环节`,
    }),
    todo: {
      en: 'nothing, if a second hub took over; else look for a twin process',
      zh: '若已由另一进程接管则无需处理;否则请查找重复启动的进程',
    },
  },
  HUB_KAFKA_TOO_LARGE: {
    stage: 'kafka',
    retryable: false,
    status: 0,
    says: f => ({
      en: `a record of ${f.bytes} bytes is over the limit of topic ${f.topic} (${f.limit} bytes)`,
      zh: `记录大小 ${f.bytes} 字节,超过主题 ${f.topic} 的上限 ${f.limit} 字节`,
    }),
    todo: {
      en: 'shorten the native message, or raise max.message.bytes of the topic',
      zh: '请缩短原始消息,或提高该主题的 max.message.bytes',
    },
  },
  HUB_STAGE_FAILED: {
    stage: 'kafka',
    retryable: false,
    status: 0,
    says: f => ({
      en: `the stage ${f.stage} breaks on record after record (${f.cause}): it is at fault itself, and nothing more is set aside`,
      zh: `环节 ${f.stage} 连续出错(${f.cause}),属环节自身故障,不再单独存放记录`,
    }),
    todo: {
      en: 'it is started again by itself; see its log, and report the fault with it',
      zh: '系统会自动重启该环节;请查看日志并上报缺陷',
    },
  },
  HUB_CURSOR_EXPIRED: {
    stage: 'kafka',
    retryable: false,
    status: 410,
    says: f => ({
      en: `position ${f.position} of topic ${f.topic} is older than what is kept (from ${f.start})`,
      zh: `主题 ${f.topic} 的位置 ${f.position} 已超出保留范围(现存自 ${f.start} 起)`,
    }),
    todo: {
      en: 'restart from the oldest event, from a snapshot or from a time',
      zh: '请从最早事件、快照或指定时间重新开始',
    },
  },
  HUB_CURSOR_FOREIGN: {
    stage: 'kafka',
    retryable: false,
    status: 410,
    says: f => ({
      en: `the position belongs to another life of topic ${f.topic}, which was deleted or created anew since`,
      zh: `该位置属于主题 ${f.topic} 的前一版本,该主题已被删除或重建`,
    }),
    todo: {
      en: 'restart from the oldest event, from a snapshot or from a time',
      zh: '请从最早事件、快照或指定时间重新开始',
    },
  },
} as const satisfies Record<string, Entry>

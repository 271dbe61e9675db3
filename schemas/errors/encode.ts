// Errors of Avro encoding and decoding.
import type { Entry } from './entry.ts'

export const encodeErrors = {
  HUB_ENCODE_INVALID: {
    stage: 'encode',
    retryable: false,
    status: 422,
    says: f => ({
      en: `the record does not fit its Avro schema at ${f.path}`,
      zh: `记录在 ${f.path} 处不符合 Avro 模式`,
    }),
    todo: { en: 'mend the mapping that fills this field', zh: '请修正填写该字段的映射' },
  },
  HUB_DECODE_UNKNOWN_SCHEMA: {
    stage: 'encode',
    retryable: false,
    status: 0,
    says: f => ({
      en: `the record was written with schema id ${f.id}, which this hub does not know`,
      zh: `记录使用的模式编号 ${f.id} 未知`,
    }),
    todo: { en: 'start a hub version that ships this schema', zh: '请使用包含该模式的版本' },
  },
  HUB_DECODE_INVALID: {
    stage: 'encode',
    retryable: false,
    status: 0,
    says: f => ({ en: `the bytes do not decode with schema id ${f.id}`, zh: `字节无法按模式 ${f.id} 解码` }),
    todo: { en: 'look at the record through its topic, partition and offset', zh: '请按主题、分区、偏移量查看该记录' },
  },
} as const satisfies Record<string, Entry>

// Errors of keys and seals.
import type { Entry } from './entry.ts'

export const securityErrors = {
  HUB_SECURITY_KEY_GONE: {
    stage: 'security',
    retryable: false,
    status: 410,
    says: f => ({ en: `the key ${f.keyId} does not exist any more`, zh: `密钥 ${f.keyId} 已不存在` }),
    todo: { en: 'nothing, if the data was erased or is past its retention; else restore the key folder', zh: '若数据已删除或已过保存期则无需处理;否则请恢复密钥目录' },
  },
  HUB_SECURITY_SEAL_BROKEN: {
    stage: 'security',
    retryable: false,
    status: 0,
    says: f => ({ en: `bytes sealed under ${f.keyId} were changed or belong to another key`, zh: `以 ${f.keyId} 加封的内容被改动或密钥不符` }),
    todo: { en: 'look at the record by topic, partition and offset; check that the key folder belongs to this cluster', zh: '请按主题、分区、偏移量查看该记录,并核对密钥目录是否属于本集群' },
  },
} as const satisfies Record<string, Entry>

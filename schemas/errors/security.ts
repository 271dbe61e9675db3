// Errors of keys, sealing and authentication.
import type { Entry } from './entry.ts'

export const securityErrors = {
  HUB_SECURITY_KEY_GONE: {
    stage: 'security',
    retryable: false,
    status: 0,
    says: f => ({ en: `the key ${f.key} does not exist or was destroyed`, zh: `密钥 ${f.key} 不存在或已销毁` }),
    todo: {
      en: 'nothing, if its retention has passed or the case was erased; else restore the key directory',
      zh: '若已过保存期或案件已擦除则无需处理;否则请恢复密钥目录',
    },
  },
  HUB_SECURITY_KEY_UNREADABLE: {
    stage: 'security',
    retryable: false,
    status: 0,
    says: f => ({
      en: `the key file ${f.file} does not hold a key of 32 bytes`,
      zh: `密钥文件 ${f.file} 内容不是 32 字节密钥`,
    }),
    todo: {
      en: 'restore this file from its backup; never replace it by a new key',
      zh: '请从备份恢复该文件,切勿换成新密钥',
    },
  },
  HUB_SECURITY_SEAL_BROKEN: {
    stage: 'security',
    retryable: false,
    status: 0,
    says: () => ({
      en: 'the sealed bytes do not open: they were changed, or belong elsewhere',
      zh: '密封内容无法打开:内容被改动,或不属于此处',
    }),
    todo: { en: 'look at the record through its topic, partition and offset', zh: '请按主题、分区、偏移量查看该记录' },
  },
} as const satisfies Record<string, Entry>

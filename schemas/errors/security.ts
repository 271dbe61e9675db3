// Errors of keys, sealing and authentication.
import type { Entry, Text } from './entry.ts'

// The English sentences begin with the words of the IRS gateway (domain.md 1.13): its callers compare them.
function refusal(status: number, en: string, zh: string, todo: Text): Entry {
  return { stage: 'security', retryable: false, status, says: () => ({ en, zh }), todo }
}

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
  HUB_SECURITY_ACCESS_KEY: refusal(401, 'Invalid access key', '访问密钥无效', {
    en: 'show the credential that this hub has for your system',
    zh: '请使用本枢纽为贵系统登记的凭证',
  }),
  HUB_SECURITY_SIGNATURE: refusal(401, 'Invalid signature', '签名无效', {
    en: 'sign METHOD, path, sorted query, access key and date, each followed by a line feed',
    zh: '请依次对方法、路径、排序后的查询串、访问密钥、日期签名,每项后加换行',
  }),
  HUB_SECURITY_CLOCK: refusal(401, 'Clock skew exceeded', '时间偏差超限', {
    en: 'set the clock right: 90 seconds are allowed; the date is RFC 1123 in GMT',
    zh: '请校准时钟,允许偏差 90 秒;日期为 RFC 1123 格式的 GMT 时间',
  }),
  HUB_SECURITY_SIGNATURE_REUSED: refusal(
    401,
    'Invalid signature: it was used before with another body',
    '签名已用于其他内容',
    {
      en: 'sign each message anew; within one second add a query parameter that changes, such as nonce',
      zh: '每条消息请重新签名;同一秒内多次报送时,请附加变化的查询参数(如 nonce)参与签名',
    },
  ),
  HUB_SECURITY_DIGEST: refusal(
    401,
    'Invalid digest: Content-Digest is missing or does not fit the body',
    '内容摘要缺失或与内容不符',
    {
      en: 'send Content-Digest: sha-256=:<base64>: over the body as sent (RFC 9530)',
      zh: '请按 RFC 9530 对实际发送的内容携带 Content-Digest: sha-256=:<base64>:',
    },
  ),
  HUB_SECURITY_FORBIDDEN: refusal(403, 'The route_id is forbidden.', '该凭证无权访问此路径', {
    en: 'use the path of your own system',
    zh: '请使用贵系统自己的路径',
  }),
} as const satisfies Record<string, Entry>

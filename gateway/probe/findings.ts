// What a probe may find, step by step, in both languages, with what to do about it.
import type { Facts, Text } from '#schemas/errors.ts'

export type StepName = 'address' | 'tls' | 'answers' | 'clock' | 'login' | 'look-up' | 'wrong-key'
export type StepState = 'ok' | 'failed' | 'skipped'

export interface Finding {
  readonly state: StepState
  readonly says: (facts: Facts) => Text
  readonly todo?: Text
}

const ok = (says: Finding['says']): Finding => ({ state: 'ok', says })
const skipped = (en: string, zh: string): Finding => ({ state: 'skipped', says: () => ({ en, zh }) })
const failed = (says: Finding['says'], en: string, zh: string): Finding => ({ state: 'failed', says, todo: { en, zh } })

export const findings = {
  REACHED: ok(f => ({
    en: `${f.host}:${f.port} (${f.ip}) takes connections`,
    zh: `${f.host}:${f.port}(${f.ip})可以连接`,
  })),
  NO_NAME: failed(
    f => ({ en: `the name ${f.host} is not known here`, zh: `本机无法解析域名 ${f.host}` }),
    'look at the spelling; ask which DNS server of the government network knows it',
    '请核对域名;向对方确认由政务网哪台 DNS 解析',
  ),
  NO_CONNECTION: failed(
    f => ({
      en: `${f.host}:${f.port} takes no connection (${f.cause})`,
      zh: `${f.host}:${f.port} 无法建立连接(${f.cause})`,
    }),
    'ask the other side whether it runs, and the network for a way through the firewall from this machine',
    '请向对方确认服务在运行,并请网络管理员放通本机到该地址的防火墙',
  ),
  TLS_GOOD: ok(f => ({ en: `the certificate is trusted, ${f.days} days left`, zh: `证书可信,剩余 ${f.days} 天` })),
  TLS_NONE: skipped('plain http: what is sent can be read on the way', '明文 http,传输内容可被读取'),
  TLS_BROKEN: failed(
    f => ({ en: `no TLS connection (${f.cause})`, zh: `TLS 连接失败(${f.cause})` }),
    'name the authority of their certificate in NODE_EXTRA_CA_CERTS; or the address is http and not https',
    '请用 NODE_EXTRA_CA_CERTS 指定对方证书的签发机构;或者该地址是 http 而非 https',
  ),
  TLS_ENDS: failed(
    f => ({ en: `the certificate ends in ${f.days} days`, zh: `证书将在 ${f.days} 天后到期` }),
    'ask the other side to renew it now',
    '请尽快通知对方更换证书',
  ),
  ANSWERED: ok(f => ({ en: `answers HTTP ${f.status} in ${f.ms} ms`, zh: `${f.ms} 毫秒内返回 HTTP ${f.status}` })),
  NO_ANSWER: failed(
    f => ({ en: `takes the connection and gives no HTTP answer (${f.cause})`, zh: `连接后没有 HTTP 应答(${f.cause})` }),
    'ask the other side: it is overloaded, or something else listens at this port',
    '请联系对方:服务过载,或该端口上是其他程序',
  ),
  CLOCK_RIGHT: ok(f => ({
    en: `its clock is ${f.seconds} s away from ours`,
    zh: `对方时钟与本机相差 ${f.seconds} 秒`,
  })),
  CLOCK_UNKNOWN: skipped('its answer bears no date', '应答中没有日期'),
  CLOCK_AWAY: failed(
    f => ({
      en: `its clock is ${f.seconds} s away from ours: signatures will be refused`,
      zh: `对方时钟与本机相差 ${f.seconds} 秒,签名会被拒绝`,
    }),
    'set the clock of this machine by NTP, and tell the other side if theirs is wrong',
    '请用 NTP 校准本机时钟;若对方时钟有误请通知对方',
  ),
  LOGGED_IN: ok(f => ({ en: `logged in, for ${f.seconds} s`, zh: `登录成功,有效期 ${f.seconds} 秒` })),
  LOGIN_NONE: skipped('this kind of system has no log-in', '该类系统无需登录'),
  LOGIN_REFUSED: failed(
    f => ({ en: `the log-in gives no token (HTTP ${f.status})`, zh: `登录未取得令牌(HTTP ${f.status})` }),
    'compare the credentials under outbound with what the other side has given',
    '请核对 outbound 中的账号密钥与对方提供的是否一致',
  ),
  NOT_THERE: ok(() => ({ en: 'a delivery that does not exist is not there', zh: '查询不存在的投递,返回“无此记录”' })),
  LOOK_UP_NONE: skipped('this kind of system answers no look-up', '该类系统没有查询接口'),
  LOOK_UP_HELD: failed(
    () => ({ en: 'says that it holds a delivery that does not exist', zh: '声称已有一条并不存在的投递' }),
    'do not send to it: what it says of a delivery cannot be believed; ask the other side',
    '请勿投递:该系统的查询结果不可信,请联系对方',
  ),
  LOOK_UP_FAILED: failed(
    f => ({ en: `the look-up failed (${f.code})`, zh: `查询失败(${f.code})` }),
    'HTTP_401 or 403: compare the credentials. Else ask the other side what the code means',
    '若为 HTTP_401 或 403 请核对密钥,否则请向对方询问该代码的含义',
  ),
  WRONG_KEY_REFUSED: ok(() => ({ en: 'wrong credentials are refused', zh: '错误的密钥会被拒绝' })),
  WRONG_KEY_NONE: skipped('cannot be tried without sending something', '不发送数据则无法检验'),
  WRONG_KEY_TAKEN: failed(
    () => ({ en: 'wrong credentials are taken as well', zh: '错误的密钥也被接受' }),
    'tell the other side: anybody on this network can send to it',
    '请通知对方:网络内任何人都可以向其发送数据',
  ),
  ADAPTER_BROKEN: failed(
    f => ({ en: `the adapter of the connector failed (${f.cause})`, zh: `连接器的适配代码出错(${f.cause})` }),
    'mend connectors/<id>/adapter.ts: it met an answer that it does not know',
    '请修正 connectors/<id>/adapter.ts:它遇到了无法识别的应答',
  ),
  NOT_REACHED: skipped('not tried: an earlier step failed', '前面的步骤失败,未执行'),
} as const satisfies Record<string, Finding>

export type FindingCode = keyof typeof findings

export interface ProbeStep {
  readonly step: StepName
  readonly code: FindingCode
  readonly state: StepState
  readonly says: Text
  readonly todo?: Text
}

export function found(step: StepName, code: FindingCode, facts: Facts = {}): ProbeStep {
  const { state, says, todo }: Finding = findings[code]
  return { step, code, state, says: says(facts), ...(todo === undefined ? {} : { todo }) }
}

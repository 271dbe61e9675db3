// Certificates made for one test: signed by themselves, for any host and any time. Node reads certificates but makes none.
import { generateKeyPairSync, sign } from 'node:crypto'
import { isIPv4 } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { onTestFinished } from 'vitest'

export interface TestCertificate {
  readonly key: string
  readonly cert: string
}

/** @param host a name or an IPv4 address */
export function testCertificate(host: string, from: Date, until: Date): TestCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const name = list(wrap(0x31, list(oid('2.5.4.3'), wrap(0x0c, Buffer.from('test')))))
  const algorithm = list(oid('1.2.840.10045.4.3.2'))
  const body = list(
    wrap(0xa0, wrap(0x02, Buffer.from([2]))),
    wrap(0x02, Buffer.from([1])),
    algorithm,
    name,
    list(moment(from), moment(until)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    wrap(0xa3, list(list(oid('2.5.29.17'), wrap(0x04, list(hostName(host)))))),
  )
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', body, privateKey)])
  const text = list(body, algorithm, wrap(0x03, signature))
    .toString('base64')
    .match(/.{1,64}/g)!
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: ['-----BEGIN CERTIFICATE-----', ...text, '-----END CERTIFICATE-----', ''].join('\n'),
  }
}

/** Until the test ends this thread trusts it as it trusts the authorities. */
export function trust({ cert }: TestCertificate): void {
  const before = getCACertificates('default')
  setDefaultCACertificates([...before, cert])
  onTestFinished(() => setDefaultCACertificates(before))
}

function wrap(tag: number, ...parts: readonly Buffer[]): Buffer {
  const bytes = Buffer.concat(parts)
  const { length } = bytes
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), bytes])
}

function list(...parts: readonly Buffer[]): Buffer {
  return wrap(0x30, ...parts)
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes = rest.flatMap(part => {
    const digits = [part & 0x7f]
    for (let left = part >> 7; left > 0; left >>= 7) digits.unshift(0x80 | (left & 0x7f))
    return digits
  })
  return wrap(0x06, Buffer.from([first * 40 + second, ...bytes]))
}

function moment(at: Date): Buffer {
  return wrap(0x18, Buffer.from(`${at.toISOString().replace(/\D/g, '').slice(0, 14)}Z`))
}

function hostName(host: string): Buffer {
  return isIPv4(host) ? wrap(0x87, Buffer.from(host.split('.').map(Number))) : wrap(0x82, Buffer.from(host))
}

// The IRS-gateway HMAC scheme (domain.md 1.13): signs method, path, sorted query, access key and date; never the body.
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import type { HttpMessage, Json, SimulatorOptions } from './sdk-types.ts'

const jsonType = 'application/json; charset=utf-8'

/** Base64(HMAC-SHA256(secret, METHOD \n path \n sortedQuery \n accessKey \n date \n)); test vector in domain.md Appendix B. */
export function irsSignature(
  secret: string | KeyObject,
  request: Pick<HttpMessage, 'method' | 'path' | 'query'>,
  accessKey: string,
  date: string,
): string {
  const query = Object.entries(request.query ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
  const text = `${request.method}\n${request.path}\n${query}\n${accessKey}\n${date}\n`
  // A bare text costs six times as much as a key object, even one made for this call alone.
  const key = typeof secret === 'string' ? createSecretKey(secret, 'utf8') : secret
  return createHmac('sha256', key).update(text).digest('base64')
}

/** The four headers of a signed call; the date is RFC 1123, literally GMT. */
export function irsHeaders(
  credential: { readonly accessKey: string; readonly secret: string },
  request: Pick<HttpMessage, 'method' | 'path' | 'query'>,
  now: Date,
): Record<string, string> {
  const date = now.toUTCString()
  return {
    'x-bg-hmac-access-key': credential.accessKey,
    'x-bg-hmac-algorithm': 'hmac-sha256',
    'x-bg-date-time': date,
    'x-bg-hmac-signature': irsSignature(credential.secret, request, credential.accessKey, date),
  }
}

type Sender = Pick<SimulatorOptions, 'system' | 'credentials' | 'now' | 'signedAt'>

/** A message of a simulated system to the hub, as JSON and signed by the system's own keys. */
export function irsPush(sender: Sender, message: string, native: Json): HttpMessage {
  return irsPost(sender, message, jsonType, Buffer.from(JSON.stringify(native)))
}

/** The same with a body of any type. */
export function irsPost(
  { system, credentials, now, signedAt }: Sender,
  message: string,
  contentType: string,
  body: Buffer,
): HttpMessage {
  const request = { method: 'POST', path: `/in/${system}/${message}` } as const
  const { accessKey = '', secret = '' } = credentials.inbound
  const headers = { ...irsHeaders({ accessKey, secret }, request, (signedAt ?? now)()), 'content-type': contentType }
  return { ...request, headers, body }
}

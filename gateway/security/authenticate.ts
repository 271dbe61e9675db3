// Who calls? The credential must be one of ours, fresh, untouched, and of the very system whose path is called.
import { createSecretKey, hash, type KeyObject, timingSafeEqual } from 'node:crypto'
import { type HttpMessage, irsSignature } from '#connectors/sdk.ts'
import { HubError } from '#schemas/errors.ts'
import type { SystemConfig } from '#schemas/files.ts'
import { checkDigest } from './content-digest.ts'
import { seenSignatures } from './seen-signatures.ts'

export interface Caller {
  readonly system: string
}

export interface Authenticator {
  /** The caller of a request to a path of `system`; throws HUB_SECURITY_* (401 or 403).
   *  @param token a static token that stands elsewhere than in a header
   *  @param sent the body as sent, before gunzip; the request's own body when left out; `unread` when it is still to come: then
   *  its digest cannot be asked for, and its signature holds once, since nothing says whether a second one comes with the same */
  check(system: SystemConfig, request: HttpMessage, token?: string, sent?: Buffer | 'unread'): Caller
  /** The system a request comes from, whatever the path; for addresses that belong to no system. */
  identify(request: HttpMessage): Caller
}

export const skewMs = 90_000

const rfc1123 =
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} GMT$/
const base64Of32 = /^[A-Za-z0-9+/]{43}=$/

interface KeyHolder {
  readonly system: string
  readonly secret: KeyObject
}

/** @param now Unix milliseconds */
export function createAuthenticator(systems: readonly SystemConfig[], now: () => number): Authenticator {
  const byAccessKey = new Map<string, KeyHolder>()
  // By digest: comparing digests tells an attacker nothing about how much of a token was right.
  const byToken = new Map<string, string>()
  for (const { id, inbound } of systems) {
    const { accessKey, secret, token } = inbound?.credentials ?? {}
    if (inbound?.scheme === 'irs-hmac' && accessKey && secret)
      byAccessKey.set(accessKey, { system: id, secret: createSecretKey(secret, 'utf8') })
    if (inbound?.scheme === 'static-token' && token) byToken.set(digestOf(token), id)
  }
  const seen = seenSignatures(2 * skewMs)

  function checkHmac(request: HttpMessage, sent: Buffer | 'unread', required: boolean): Caller {
    const headers = request.headers
    const accessKey = headers['x-bg-hmac-access-key'] ?? ''
    const holder = byAccessKey.get(accessKey)
    if (!holder) throw new HubError('HUB_SECURITY_ACCESS_KEY')
    const date = headers['x-bg-date-time'] ?? ''
    const signature = headers['x-bg-hmac-signature'] ?? ''
    const algorithm = headers['x-bg-hmac-algorithm'] ?? 'hmac-sha256'
    if (algorithm.toLowerCase() !== 'hmac-sha256' || !base64Of32.test(signature))
      throw new HubError('HUB_SECURITY_SIGNATURE')
    const at = rfc1123.test(date) ? Date.parse(date) : Number.NaN
    if (!(Math.abs(now() - at) <= skewMs)) throw new HubError('HUB_SECURITY_CLOCK')
    const expected = irsSignature(holder.secret, request, accessKey, date)
    if (!timingSafeEqual(Buffer.from(signature), Buffer.from(expected))) throw new HubError('HUB_SECURITY_SIGNATURE')
    const digest = digestIn(headers, sent)
    if (digest === 'differs' || (required && digest === 'none')) throw new HubError('HUB_SECURITY_DIGEST')
    const noted = seen.note(signature, sent === 'unread' ? seen.unlike() : hash('sha256', sent, 'buffer'), now())
    if (noted === 'other') throw new HubError('HUB_SECURITY_SIGNATURE_REUSED')
    if (noted === 'full') throw new HubError('HUB_RECEIVE_TOO_MANY')
    return holder
  }

  function checkToken(token: string): Caller {
    const system = byToken.get(digestOf(token))
    if (system === undefined) throw new HubError('HUB_SECURITY_ACCESS_KEY')
    return { system }
  }

  return {
    check(system, request, token, sent = request.body) {
      const inbound = system.inbound
      const caller =
        inbound?.scheme === 'static-token'
          ? checkToken(token ?? tokenOf(request, inbound.header))
          : checkHmac(request, sent, inbound?.requireDigest === true)
      if (caller.system !== system.id) throw new HubError('HUB_SECURITY_FORBIDDEN')
      const digest = inbound?.scheme === 'static-token' ? digestIn(request.headers, sent) : 'fits'
      if (digest === 'differs' || (digest === 'none' && inbound?.requireDigest === true))
        throw new HubError('HUB_SECURITY_DIGEST')
      return caller
    },
    identify(request) {
      if (request.headers['x-bg-hmac-access-key'] !== undefined) return checkHmac(request, request.body, false)
      return checkToken(tokenOf(request))
    },
  }
}

function tokenOf(request: HttpMessage, header = 'authorization'): string {
  return (request.headers[header.toLowerCase()] ?? '').replace(/^Bearer /i, '')
}

// Where the digest of an unread body is asked for, it is a fault to let it pass: whoever calls has to read it first.
function digestIn(headers: HttpMessage['headers'], sent: Buffer | 'unread'): ReturnType<typeof checkDigest> {
  const said = headers['content-digest']
  if (sent !== 'unread') return checkDigest(said, sent)
  return said === undefined ? 'none' : 'differs'
}

function digestOf(token: string): string {
  return hash('sha256', token, 'base64')
}

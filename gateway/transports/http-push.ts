// The transport http-push: one HTTP request out, its answer back. Knows nothing of what is sent. No redirects, no proxies.
import { Agent } from 'undici'
import type { HttpAnswer, HttpMessage } from '#connectors/sdk.ts'
import { HubError } from '#schemas/errors.ts'
import type { AddressGuard } from './address-guard.ts'
import { Exchange, type Reading } from './http-exchange.ts'
import { faultOf } from './http-faults.ts'

export interface HttpPush {
  /** Throws one of `unsentCodes` when nothing was sent, HUB_DELIVER_CUT when it may have been taken in, HUB_DELIVER_ANSWER
   *  when it was answered by what cannot be read. */
  send(base: string, message: HttpMessage, system: string): Promise<HttpAnswer>
  /** For whom the head of an answer says all: what follows it is thrown away and cannot change it. Throws as `send` does. */
  tell(base: string, message: HttpMessage, system: string): Promise<HttpAnswer>
  close(): Promise<void>
}

export interface HttpPushOptions {
  /** From the call to the last byte of the answer. */
  readonly timeoutMs?: number
  readonly connectTimeoutMs?: number
  /** Longer answers are not read. */
  readonly maxAnswerBytes?: number
  readonly guard?: AddressGuard
  /** A connection older than this is not used again: the name may have moved. */
  readonly connectionMs?: number
}

/** Of an answer whose body nobody wants: so much is read to keep its connection for the next call. */
const thrownAway = { bytes: 64 << 10, ms: 1_000 }

export function createHttpPush(options: HttpPushOptions = {}): HttpPush {
  const { timeoutMs = 15_000, maxAnswerBytes = 1 << 20, connectionMs = 60_000, guard } = options
  // As many connections as calls are under way, which their callers limit: no call waits for another one's answer. One call
  // at a time on each of them, for the same reason: no HTTP/2.
  const agent = new Agent({
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: 10_000,
    keepAliveMaxTimeout: connectionMs,
    clientTtl: connectionMs,
    // An exchange has one time limit of its own.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: options.connectTimeoutMs ?? 5_000, ...(guard ? { lookup: guard.lookup } : {}) },
  })
  const call = (base: string, message: HttpMessage, system: string, reading: Reading): Promise<HttpAnswer> =>
    new Promise((resolve, reject) => {
      const url = urlOf(base, message, system)
      guard?.check(url, system)
      const exchange = new Exchange(reading, resolve, error => reject(faultOf(error, system, exchange.isSent)))
      const { method, headers, body } = message
      agent.dispatch(
        {
          origin: url.origin,
          path: `${url.pathname}${url.search}`,
          method,
          headers: { ...headers },
          body: method === 'GET' ? null : body,
        },
        exchange,
      )
    })
  const whole: Reading = { timeoutMs, maxBytes: maxAnswerBytes }
  const head: Reading = { timeoutMs, maxBytes: thrownAway.bytes, restMs: thrownAway.ms }
  return {
    send: (base, message, system) => call(base, message, system, whole),
    tell: (base, message, system) => call(base, message, system, head),
    close: () => agent.destroy(),
  }
}

function urlOf(base: string, { path, query }: HttpMessage, system: string): URL {
  const url = URL.parse(path === '' ? base : `${base.replace(/\/$/, '')}/${path.replace(/^\//, '')}`)
  if (!url) throw new HubError('HUB_DELIVER_ADDRESS', { system, cause: 'NO_URL' })
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value)
  return url
}

// The transport http-push: one HTTP request out, its answer back. Knows nothing of what is sent. No redirects, no proxies.
import { Agent, request } from 'undici'
import type { HttpAnswer, HttpMessage } from '#connectors/sdk.ts'
import { HubError } from '#schemas/errors.ts'
import type { AddressGuard } from './address-guard.ts'

export interface HttpPush {
  /** Throws HUB_DELIVER_UNREACHABLE when nothing was sent, HUB_DELIVER_CUT when it may have been taken in,
   *  HUB_DELIVER_ADDRESS when the guard forbids the address. */
  send(base: string, message: HttpMessage, system: string): Promise<HttpAnswer>
  close(): Promise<void>
}

export interface HttpPushOptions {
  readonly timeoutMs?: number
  readonly connectTimeoutMs?: number
  readonly connections?: number
  /** Answers over this size are cut off as unreadable. */
  readonly maxAnswerBytes?: number
  readonly guard?: AddressGuard
}

const beforeSending = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])

export function createHttpPush(options: HttpPushOptions = {}): HttpPush {
  const { timeoutMs = 15_000, maxAnswerBytes = 1 << 20, guard } = options
  const agent = new Agent({
    connections: options.connections ?? 32,
    pipelining: 1,
    keepAliveTimeout: 10_000,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connect: { timeout: options.connectTimeoutMs ?? 5_000, ...(guard ? { lookup: guard.lookup } : {}) },
  })
  return {
    async send(base, message, system) {
      const url = urlOf(base, message)
      guard?.check(url, system)
      try {
        const answer = await request(url, {
          dispatcher: agent,
          method: message.method,
          headers: { ...message.headers },
          body: message.method === 'GET' ? null : message.body,
          signal: AbortSignal.timeout(timeoutMs),
        })
        const body = await readBody(answer.body, maxAnswerBytes)
        return { status: answer.statusCode, headers: textHeaders(answer.headers), body }
      } catch (error) {
        throw failureOf(error, system)
      }
    },
    close: () => agent.destroy(),
  }
}

function urlOf(base: string, message: HttpMessage): URL {
  const url = new URL(message.path === '' ? base : `${base.replace(/\/$/, '')}${message.path}`)
  for (const [name, value] of Object.entries(message.query ?? {})) url.searchParams.set(name, value)
  return url
}

async function readBody(body: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > maxBytes) throw Object.assign(new HubError('HUB_DELIVER_ANSWER', {}), { code: 'ANSWER_TOO_LARGE' })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function textHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const out: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) out[name] = String(value)
  return out
}

function failureOf(error: unknown, system: string): HubError {
  const code = codeOf(error)
  if (code === 'HUB_DELIVER_ADDRESS') return new HubError('HUB_DELIVER_ADDRESS', { system }, error)
  const unsent = beforeSending.has(code)
  return new HubError(unsent ? 'HUB_DELIVER_UNREACHABLE' : 'HUB_DELIVER_CUT', { system, cause: code }, error)
}

function codeOf(error: unknown): string {
  const { code, name, cause, errors } = error as { code?: string; name?: string; cause?: unknown; errors?: unknown[] }
  if (code) return code
  if (errors?.[0]) return codeOf(errors[0])
  return cause ? codeOf(cause) : (name ?? 'unknown')
}

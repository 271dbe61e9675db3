// The first steps of a probe: the name, the connection, the certificate, an HTTP answer and its clock.
import { lookup } from 'node:dns/promises'
import { connect, isIP } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { HttpAnswer } from '#connectors/sdk.ts'
import { isHubError } from '#schemas/errors.ts'
import { skewMs } from '../security/authenticate.ts'
import type { HttpPush } from '../transports/http-push.ts'
import { found, type ProbeStep } from './findings.ts'

const dayMs = 86_400_000
/** Time enough to get a new certificate from an authority. */
const renewDays = 14

export function portOf(url: URL): number {
  return Number(url.port || (url.protocol === 'https:' ? 443 : 80))
}

export async function probeAddress(url: URL, timeoutMs: number): Promise<ProbeStep> {
  const facts = { host: url.hostname, port: portOf(url) }
  const ip = await lookup(url.hostname.replace(/^\[|\]$/g, '')).catch(() => undefined)
  if (ip === undefined) return found('address', 'NO_NAME', facts)
  const cause = await opened(done => connect({ host: ip.address, port: facts.port, timeout: timeoutMs }, done))
  return cause === undefined
    ? found('address', 'REACHED', { ...facts, ip: ip.address })
    : found('address', 'NO_CONNECTION', { ...facts, cause })
}

export async function probeTls(url: URL, now: Date, timeoutMs: number): Promise<ProbeStep> {
  if (url.protocol !== 'https:') return found('tls', 'TLS_NONE')
  let ends = ''
  const cause = await opened(done => {
    const host = url.hostname
    const options = { host, port: portOf(url), servername: isIP(host) ? '' : host, timeout: timeoutMs }
    const socket = connectTls(options, () => {
      ends = socket.getPeerCertificate().valid_to
      done()
    })
    return socket
  })
  return cause === undefined ? certificateStep(new Date(ends), now) : found('tls', 'TLS_BROKEN', { cause })
}

export function certificateStep(ends: Date, now: Date): ProbeStep {
  const days = Math.floor((ends.getTime() - now.getTime()) / dayMs)
  return found('tls', days < renewDays ? 'TLS_ENDS' : 'TLS_GOOD', { days })
}

/** Asks for nothing but an answer: a GET of the address itself, which no system takes for a case. */
export async function probeAnswer(
  push: HttpPush,
  { id, url }: { readonly id: string; readonly url: string },
  now: () => Date,
): Promise<ProbeStep[]> {
  const start = now().getTime()
  try {
    const answer = await push.send(url, { method: 'GET', path: '', headers: {}, body: Buffer.alloc(0) }, id)
    const end = now().getTime()
    const { status } = answer
    return [found('answers', 'ANSWERED', { status, ms: end - start }), clockStep(answer, (start + end) / 2)]
  } catch (error) {
    const cause = isHubError(error) ? (error.facts.cause ?? error.code) : 'unknown'
    return [found('answers', 'NO_ANSWER', { cause }), found('clock', 'NOT_REACHED')]
  }
}

export function clockStep({ headers }: HttpAnswer, at: number): ProbeStep {
  const said = Date.parse(headers.date ?? '')
  if (Number.isNaN(said)) return found('clock', 'CLOCK_UNKNOWN')
  // The header has no parts of a second.
  const away = Math.max(0, Math.abs(said + 500 - at) - 500)
  return found('clock', away > skewMs ? 'CLOCK_AWAY' : 'CLOCK_RIGHT', { seconds: Math.round(away / 1000) })
}

/** undefined once it is open; else why not. */
function opened(open: (done: () => void) => ReturnType<typeof connect>): Promise<string | undefined> {
  return new Promise(tell => {
    const socket = open(() => end(undefined))
    const end = (cause: string | undefined) => {
      socket.destroy()
      tell(cause)
    }
    socket.once('timeout', () => end('ETIMEDOUT'))
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.name))
  })
}

// The native door: an event in the system's own words, over its own transport, with its own log-in and its own answers.
import type { Adapter, DeliveryOutcome, HttpAnswer, HttpMessage, OutboundCall } from '#connectors/sdk.ts'
import type { NumberRef } from '#schemas/canonical/types.ts'
import { HubError, isHubError } from '#schemas/errors.ts'
import { writeBody } from '../formats/writer.ts'
import { unsentCodes } from '../transports/http-faults.ts'
import type { HttpPush } from '../transports/http-push.ts'
import { createSession, type Session } from '../transports/session.ts'
import type { PushDoor, Result } from './door.ts'
import { decisionOf, type Entry } from './entry.ts'
import { newsOf } from './news.ts'
import { type Outbound, type OutboundDeps, outboundOf } from './outbound.ts'

export interface NativeDeps extends OutboundDeps {
  readonly push: HttpPush
  readonly now: () => Date
}

export interface NativeDoor extends PushDoor {
  /** Only asks whether the receiver holds this delivery; undefined: it does not. Never rejects. */
  ask(entry: Entry): Promise<Result | undefined>
}

export function nativeDoor(deps: NativeDeps): NativeDoor {
  const { system, connector } = deps
  const { repeats } = connector.manifest.transport
  const session = createSession(deps)
  async function begin<T>(
    entry: Entry,
    attempt: number,
    go: (begun: Attempt) => Promise<T>,
    told: readonly NumberRef[] = [],
  ): Promise<T | Result> {
    try {
      const said = await outboundOf(deps, entry, deps.now(), told)
      if (!said) return { kind: 'skipped', code: 'NO_OUTBOUND_RULE' }
      if (system.url === undefined) return { kind: 'retry', code: 'NO_ADDRESS', unreached: true }
      return await go(new Attempt(deps, session, entry, callOf(deps, entry, said, attempt)))
    } catch (error) {
      return failureOf(error)
    }
  }
  return {
    system: system.id,
    repeats,
    canLookUp: connector.adapter.lookUp !== undefined,
    async attempt(entry, attempt) {
      const came = await begin(entry, attempt, begun => begun.run(repeats))
      const news = came.kind === 'conflict' && came.answer && newsOf(deps, entry, came.answer.tree, deps.now())
      if (!news) return came
      const heard = await begin(news.entry, attempt, begun => begun.run(repeats), news.numbers)
      // Only what may be better later keeps the entry: it has the matter, whatever it thinks of the news.
      return heard.kind === 'retry' || heard.kind === 'unknown' ? { ...heard, kind: 'retry' } : came
    },
    ask: entry => begin(entry, 1, begun => begun.ask()),
  }
}

function callOf({ system, now }: NativeDeps, entry: Entry, said: Outbound, attempt: number): OutboundCall {
  return {
    system: system.id,
    message: said.message,
    native: said.native,
    deliveryId: entry.deliveryId,
    attempt,
    now: now(),
    credentials: system.outbound?.credentials ?? {},
  }
}

class Attempt {
  readonly #deps: NativeDeps
  readonly #session: Session
  readonly #entry: Entry
  readonly #call: OutboundCall
  readonly #adapter: Adapter

  constructor(deps: NativeDeps, session: Session, entry: Entry, call: OutboundCall) {
    this.#deps = deps
    this.#session = session
    this.#entry = entry
    this.#call = call
    this.#adapter = deps.connector.adapter
  }

  async ask(): Promise<Result | undefined> {
    return this.#lookUp(await this.#signedIn())
  }

  async run(repeats: PushDoor['repeats']): Promise<Result> {
    const call = await this.#signedIn()
    const mayOpenTwice = this.#mayOpenTwice(repeats)
    if ((this.#entry.doubtful || mayOpenTwice) && repeats !== 'ignored' && this.#adapter.lookUp) {
      const found = await this.#lookUp(call)
      if (found) return found.kind === 'delivered' && mayOpenTwice ? { ...found, kind: 'conflict' } : found
    }
    const request = this.#built(() => this.#adapter.request?.(call) ?? this.#defaultRequest(call))
    const answer = await this.#send(request)
    const outcome = this.#read(() => this.#adapter.outcome?.(answer, call) ?? defaultOutcome(answer))
    if (outcome.kind === 'retry' || outcome.kind === 'refused') this.#session.forget(call.token)
    return resultOf(outcome, answer)
  }

  /** A hand-over may be told twice before the receiver's number has come back; one that would open a second record is asked. */
  #mayOpenTwice(repeats: PushDoor['repeats']): boolean {
    return repeats === 'duplicates' && !decisionOf(this.#entry, this.#deps.system.id).known
  }

  async #signedIn(): Promise<OutboundCall> {
    const token = await this.#session.token(this.#call)
    return token === undefined ? this.#call : { ...this.#call, token }
  }

  /** Does the receiver already hold this delivery? undefined: it does not, so it may be sent. */
  async #lookUp(call: OutboundCall): Promise<Result | undefined> {
    const lookUp = this.#adapter.lookUp!
    const request = this.#built(() => lookUp.request(call))
    try {
      const answer = await this.#send(request)
      const outcome = this.#read(() => lookUp.outcome(answer, call))
      if (outcome === undefined) return undefined
      // A question that failed says nothing about the delivery: it stays in doubt and the question is put again.
      if (outcome.kind !== 'unknown') return resultOf(outcome, answer)
      return { kind: 'retry', code: outcome.code }
    } catch (error) {
      if (isHubError(error, 'HUB_DELIVER_CUT', 'HUB_DELIVER_ANSWER')) return { kind: 'retry', code: error.code }
      throw error
    }
  }

  #send(request: HttpMessage): Promise<HttpAnswer> {
    return this.#deps.push.send(this.#deps.system.url!, request, this.#deps.system.id)
  }

  #defaultRequest(call: OutboundCall): HttpMessage {
    const { transport, outbound } = this.#deps.connector.manifest
    const { body, contentType } = writeBody([call.native], outbound.find(rule => rule.message === call.message) ?? {})
    return { method: 'POST', path: transport.path ?? '/', headers: { 'content-type': contentType }, body }
  }

  // A connector's code may fail: before sending nothing is lost, after it the outcome is not known.
  #built<T>(build: () => T): T {
    try {
      return build()
    } catch (cause) {
      const facts = { event: this.#entry.eventId, system: this.#deps.system.id, cause: 'adapter.request' }
      throw new HubError('HUB_DELIVER_BROKEN', facts, cause)
    }
  }

  #read<T>(read: () => T): T {
    try {
      return read()
    } catch (cause) {
      throw new HubError('HUB_DELIVER_ANSWER', { system: this.#deps.system.id }, cause)
    }
  }
}

function resultOf(outcome: DeliveryOutcome, answer: HttpAnswer): Result {
  if (outcome.kind === 'retry') {
    const retryAfterMs = outcome.retryAfterMs ?? retryAfterOf(answer)
    return { kind: 'retry', code: outcome.code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
  }
  if (outcome.kind === 'unknown') return outcome
  const { answer: tree } = outcome
  const taken = tree === undefined ? {} : { answer: { tree } }
  return outcome.kind === 'refused'
    ? { kind: 'refused', code: outcome.code, ...taken }
    : { kind: outcome.kind, ...taken }
}

function defaultOutcome(answer: HttpAnswer): DeliveryOutcome {
  const code = `HTTP_${answer.status}`
  if (answer.status >= 200 && answer.status < 300) return { kind: 'delivered' }
  if (answer.status === 409) return { kind: 'conflict' }
  // Who redirects has not looked at it: a log-in or a notice that the system is being mended stands in front.
  if (answer.status < 400 || answer.status === 429 || answer.status >= 500) return { kind: 'retry', code }
  return { kind: 'refused', code }
}

const httpDate = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/

/** In milliseconds. A moment (RFC 9110, 10.2.3) counts from the answer's own Date: the receiver's clock may be wrong. */
export function retryAfterOf({ headers }: HttpAnswer): number | undefined {
  const { 'retry-after': said = '', date = '' } = headers
  const ms = /^\d{1,9}$/.test(said) ? Number(said) * 1000 : momentOf(said) - momentOf(date)
  return ms > 0 ? ms : undefined
}

function momentOf(text: string): number {
  return httpDate.test(text) ? Date.parse(text) : Number.NaN
}

export function failureOf(error: unknown): Extract<Result, { code: string }> {
  if (!isHubError(error)) return { kind: 'broken', code: 'HUB_DELIVER_BROKEN' }
  const { code } = error
  if (code === 'HUB_DELIVER_CUT' || code === 'HUB_DELIVER_ANSWER') return { kind: 'unknown', code }
  // An address that is forbidden today may be allowed tomorrow; the event itself is sound.
  if (unsentCodes.some(one => one === code)) return { kind: 'retry', code, unreached: true }
  return error.entry.retryable ? { kind: 'retry', code } : { kind: 'broken', code }
}

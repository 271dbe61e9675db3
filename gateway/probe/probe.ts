// Can we reach a system and log in to it? Step by step, each with what to do. Asks only questions: no case is ever sent.
import { randomUUID } from 'node:crypto'
import type { DeliveryOutcome, HttpAnswer, HttpMessage, OutboundCall } from '#connectors/sdk.ts'
import { isHubError } from '#schemas/errors.ts'
import type { SystemConfig } from '#schemas/files.ts'
import type { Connector } from '../loader/connector.ts'
import { createHttpPush, type HttpPush } from '../transports/http-push.ts'
import { found, type ProbeStep, type StepName } from './findings.ts'
import { probeAddress, probeAnswer, probeTls } from './reach.ts'

export interface ProbeParts {
  readonly system: SystemConfig & { readonly url: string }
  readonly connector: Connector
  readonly now: () => Date
  /** Of each step. */
  readonly timeoutMs?: number
}

/** Gives each step as soon as it is done. */
export async function* probeSystem(parts: ProbeParts): AsyncGenerator<ProbeStep> {
  const { system, now, timeoutMs = 10_000 } = parts
  const url = new URL(system.url)
  const address = await probeAddress(url, timeoutMs)
  yield address
  if (address.state === 'failed') return yield* unreached(['tls', 'answers', 'clock', 'login', 'look-up', 'wrong-key'])
  const tls = await probeTls(url, now(), timeoutMs)
  yield tls
  if (tls.code === 'TLS_BROKEN') return yield* unreached(['answers', 'clock', 'login', 'look-up', 'wrong-key'])
  const push = createHttpPush({ timeoutMs, connectTimeoutMs: timeoutMs })
  try {
    const [answers, clock] = await probeAnswer(push, system, now)
    yield answers!
    yield clock!
    if (answers!.state === 'failed') yield* unreached(['login', 'look-up', 'wrong-key'])
    else yield* new Talk(parts, push).steps()
  } finally {
    await push.close()
  }
}

function* unreached(steps: readonly StepName[]): Generator<ProbeStep> {
  for (const step of steps) yield found(step, 'NOT_REACHED')
}

/** An answer, or the step that tells why there is none. */
type Asked<T> = { readonly said: T; readonly status: number } | { readonly failed: ProbeStep }

class Talk {
  readonly #parts: ProbeParts
  readonly #push: HttpPush
  readonly #call: OutboundCall

  constructor(parts: ProbeParts, push: HttpPush) {
    const { system, connector, now } = parts
    this.#parts = parts
    this.#push = push
    this.#call = {
      system: system.id,
      message: connector.manifest.outbound[0]?.message ?? '',
      native: {},
      deliveryId: randomUUID(),
      attempt: 1,
      now: now(),
      credentials: system.outbound?.credentials ?? {},
    }
  }

  async *steps(): AsyncGenerator<ProbeStep> {
    const login = await this.#login(this.#call)
    if ('failed' in login) {
      yield login.failed
      return yield* unreached(['look-up', 'wrong-key'])
    }
    yield login.said === undefined
      ? found('login', 'LOGIN_NONE')
      : found('login', 'LOGGED_IN', { seconds: Math.round(login.said.livesMs / 1000) })
    const call = login.said === undefined ? this.#call : { ...this.#call, token: login.said.value }
    const lookUp = await this.#lookUp(call)
    yield lookUp
    yield lookUp.state === 'failed' ? found('wrong-key', 'NOT_REACHED') : await this.#wrongKey()
  }

  async #login(call: OutboundCall): Promise<Asked<{ value: string; livesMs: number } | undefined>> {
    const { login } = this.#parts.connector.adapter
    if (login === undefined) return { said: undefined, status: 0 }
    const asked = await this.#ask('login', () => login.request(call), login.token)
    if ('failed' in asked || asked.said !== undefined) return asked
    return { failed: found('login', 'LOGIN_REFUSED', { status: asked.status }) }
  }

  async #lookUp(call: OutboundCall): Promise<ProbeStep> {
    const asked = await this.#askLookUp('look-up', call)
    if (asked === undefined) return found('look-up', 'LOOK_UP_NONE')
    if ('failed' in asked) return asked.failed
    const outcome = asked.said
    if (outcome === undefined) return found('look-up', 'NOT_THERE')
    return 'code' in outcome
      ? found('look-up', 'LOOK_UP_FAILED', { code: outcome.code })
      : found('look-up', 'LOOK_UP_HELD')
  }

  /** With a wrong name as well as a wrong secret: no account is locked by it. */
  async #wrongKey(): Promise<ProbeStep> {
    const { adapter } = this.#parts.connector
    const right = Object.entries(this.#call.credentials)
    const call = {
      ...this.#call,
      credentials: Object.fromEntries(right.map(([name, said]) => [name, `${said}-wrong`])),
    }
    if (right.length === 0) return found('wrong-key', 'WRONG_KEY_NONE')
    if (adapter.login !== undefined) {
      const asked = await this.#ask('wrong-key', () => adapter.login!.request(call), adapter.login.token)
      if ('failed' in asked) return refusedBy(asked.failed)
      return found('wrong-key', asked.said === undefined ? 'WRONG_KEY_REFUSED' : 'WRONG_KEY_TAKEN')
    }
    const asked = await this.#askLookUp('wrong-key', call)
    if (asked === undefined) return found('wrong-key', 'WRONG_KEY_NONE')
    if ('failed' in asked) return refusedBy(asked.failed)
    // Whoever may not ask must not even learn that something is not there.
    const kind = asked.said?.kind ?? 'delivered'
    return found('wrong-key', kind === 'delivered' || kind === 'conflict' ? 'WRONG_KEY_TAKEN' : 'WRONG_KEY_REFUSED')
  }

  async #askLookUp(step: StepName, call: OutboundCall): Promise<Asked<DeliveryOutcome | undefined> | undefined> {
    const { lookUp } = this.#parts.connector.adapter
    return (
      lookUp &&
      this.#ask(
        step,
        () => lookUp.request(call),
        answer => lookUp.outcome(answer, call),
      )
    )
  }

  async #ask<T>(step: StepName, build: () => HttpMessage, read: (answer: HttpAnswer) => T): Promise<Asked<T>> {
    const { system } = this.#parts
    try {
      const answer = await this.#push.send(system.url, build(), system.id)
      return { said: read(answer), status: answer.status }
    } catch (error) {
      if (!isHubError(error)) return { failed: found(step, 'ADAPTER_BROKEN', { cause: (error as Error).name }) }
      return { failed: found(step, 'NO_ANSWER', { cause: error.facts.cause ?? error.code }) }
    }
  }
}

// A system that cuts the connection at a wrong key refuses it too, in its way.
function refusedBy(step: ProbeStep): ProbeStep {
  return step.code === 'NO_ANSWER' ? found('wrong-key', 'WRONG_KEY_REFUSED') : step
}

// Keeps a stage running: one that ended by itself is started again, later each time and not too often, and why it ended is kept.
// One that a twin has fenced stays out: two processes that start again by turns would take the slot from each other for ever.
import { setTimeout as sleep } from 'node:timers/promises'
import { isHubError } from '#schemas/errors.ts'

/** Why something ended: a code of the catalogue or the name of a fault, never its text. */
export interface Reason {
  readonly code: string
  /** Unix milliseconds. */
  readonly at: number
}

/** What runs until it is stopped, fenced or failed. */
export interface Running {
  status(): { readonly state: string; readonly lastCommitAt: number | null; readonly reason?: Reason | null }
  stop(): Promise<void>
  readonly done: Promise<string>
}

/** A stage as the probes show it, with whatever else it tells of itself. */
export interface StageHealth {
  readonly stage: string
  /** As the stage says (of a delivery also open, shut or full), or restarting, or failed: ended too often, and tried again only when that is long enough ago. */
  readonly state: string
  readonly lastCommitAt: number | null
  /** Why it last ended by itself, or what holds it up. */
  readonly reason: Reason | null
  /** In the last ten minutes. */
  readonly restarts: number
}

export interface SuperviseOptions {
  readonly stage: string
  readonly start: () => Promise<Running>
  readonly log: { warn(facts: object, text: string): void; error(facts: object, text: string): void }
  readonly now: () => number
  readonly random: () => number
}

export interface Supervised {
  health(): StageHealth
  stop(): Promise<void>
}

/** No more restarts than this within the window: what fails at once every time is not helped by being started. */
export const mostRestarts = 5
export const windowMs = 600_000
const firstWaitMs = 1000
const longestWaitMs = 60_000

/** Starts it; a first start that fails is the caller's to report. */
export async function supervise(options: SuperviseOptions): Promise<Supervised> {
  return new Watch(options, await options.start())
}

class Watch implements Supervised {
  readonly #options: SuperviseOptions
  readonly #watching: Promise<void>
  readonly #stopped = new AbortController()
  #run: Running
  /** What the run's own state is not to be asked for. */
  #state: 'restarting' | 'failed' | 'fenced' | null = null
  #reason: Reason | null = null
  #restarts: number[] = []

  constructor(options: SuperviseOptions, run: Running) {
    this.#options = options
    this.#run = run
    this.#watching = this.#watch()
  }

  health(): StageHealth {
    const { reason, ...told } = this.#run.status()
    return {
      ...told,
      stage: this.#options.stage,
      state: this.#state ?? told.state,
      reason: reason ?? this.#reason,
      restarts: this.#recent().length,
    }
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    await this.#run.stop()
    await this.#watching
    // Started while we were about to stop.
    await this.#run.stop()
  }

  async #watch(): Promise<void> {
    const { stage, log, now } = this.#options
    while (!this.#stopped.signal.aborted) {
      const ended = await this.#run.done.catch((error: unknown) => {
        this.#reason = { code: nameOf(error), at: now() }
        return 'failed'
      })
      if (this.#stopped.signal.aborted) return
      this.#reason = this.#run.status().reason ?? this.#reason
      if (ended === 'fenced') {
        this.#state = 'fenced'
        this.#reason = { code: 'HUB_KAFKA_FENCED', at: now() }
        log.error({ stage, ...this.#reason }, 'stage.stays-out')
        return
      }
      this.#reason ??= { code: ended, at: now() }
      await this.#startAgain()
    }
  }

  async #startAgain(): Promise<void> {
    const { stage, log, now, random } = this.#options
    for (let tries = 0; !this.#stopped.signal.aborted; tries += 1) {
      const before = this.#recent()
      const isSpent = before.length >= mostRestarts
      this.#state = isSpent ? 'failed' : 'restarting'
      const waitMs = isSpent
        ? before[0]! + windowMs - now()
        : random() * Math.min(longestWaitMs, firstWaitMs * 2 ** Math.max(tries, before.length))
      log[isSpent ? 'error' : 'warn'](
        { stage, ...this.#reason, restarts: before.length, waitMs },
        `stage.${this.#state}`,
      )
      await sleep(Math.max(0, waitMs), undefined, { signal: this.#stopped.signal }).catch(() => undefined)
      if (this.#stopped.signal.aborted) return
      try {
        this.#run = await this.#options.start()
        this.#restarts = [...this.#recent(), now()]
        this.#state = null
        return
      } catch (error) {
        this.#reason = { code: nameOf(error), at: now() }
        // An absent broker is nobody's fault here, and must not use up what is meant for faults.
        if (!isHubError(error) || !error.entry.retryable) this.#restarts = [...this.#recent(), now()]
      }
    }
  }

  #recent(): number[] {
    const oldest = this.#options.now() - windowMs
    return this.#restarts.filter(at => at > oldest)
  }
}

/** Names and codes only: an error's text might hold a value from a message. */
export function nameOf(error: unknown): string {
  if (isHubError(error)) return error.code
  return error instanceof Error ? error.name : 'unknown'
}

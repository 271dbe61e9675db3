// Fetches from one source for as long as the process runs: find, store, settle; then look again.
// At least once: what was stored and not yet settled when the process died is found again and is a repeat.
import { UnreadableError } from '#connectors/sdk.ts'
import { HubError, isHubError } from '#schemas/errors.ts'
import { Backoff } from '../pipeline/backoff.ts'
import { problemOf } from '../receive/answer.ts'
import type { Reason, Running } from '../supervise.ts'
import type { Desk } from './desk.ts'
import type { Find, Problem, Source } from './port.ts'

export interface SourceLoopOptions {
  readonly system: string
  readonly way: string
  readonly source: Source
  readonly desk: Desk
  readonly restMs: number
  readonly isPaused: () => boolean
  /** Why nothing may be fetched just now, if so. */
  readonly refusal?: () => HubError | undefined
  readonly random: () => number
  readonly now: () => number
  /** Was the system's side there at the last look? */
  readonly reached: (up: boolean) => void
  readonly fetched: (result: 'done' | 'unreadable' | 'released') => void
  readonly log: { info(facts: object, text: string): void; warn(facts: object, text: string): void }
}

/** As a stage tells about itself, so that it is watched like one. Its system being away is no fault of the hub: it runs on. */
export interface SourceLoop extends Running {
  status(): { readonly state: SourceState; readonly lastCommitAt: number | null; readonly reason: Reason | null }
  readonly done: Promise<SourceState>
}

/** failed: broke on the same fault of the hub's own time after time, and ended. */
type SourceState = 'running' | 'paused' | 'failed' | 'stopped'

/** Faults of our own in a row, before the loop ends and whoever watches it starts another with a source of its own. */
const mostFaults = 5

export function runSource(options: SourceLoopOptions): SourceLoop {
  const loop = new Loop(options)
  const done = loop.run()
  return {
    done,
    status: () => loop.status(),
    async stop() {
      loop.stop()
      await done
    },
  }
}

class Loop {
  readonly #options: SourceLoopOptions
  readonly #backoff: Backoff
  #stopping = false
  #ended: SourceState | null = null
  #reason: Reason | null = null
  #settledAt: number | null = null

  constructor(options: SourceLoopOptions) {
    this.#options = options
    this.#backoff = new Backoff(options.random)
  }

  stop(): void {
    this.#stopping = true
    this.#backoff.wake()
  }

  status() {
    const { isPaused, refusal } = this.#options
    const state: SourceState = this.#ended ?? (isPaused() || refusal?.() ? 'paused' : 'running')
    return { state, lastCommitAt: this.#settledAt, reason: this.#reason }
  }

  async run(): Promise<SourceState> {
    const { isPaused, refusal, restMs, source, log, system, way } = this.#options
    let faults = 0
    while (!this.#stopping && faults < mostFaults) {
      try {
        const refused = refusal?.()
        const busy = !isPaused() && !refused && (await this.#turn())
        this.#reason = refused ? { code: refused.code, at: this.#reason?.at ?? this.#options.now() } : null
        faults = 0
        this.#backoff.reset()
        if (!busy && !this.#stopping) await this.#backoff.rest(restMs)
      } catch (error) {
        faults = isOwnFault(error) ? faults + 1 : 0
        this.#fail(error)
        if (!this.#stopping) await this.#backoff.wait()
      }
    }
    this.#ended = this.#stopping ? 'stopped' : 'failed'
    await source.close().catch(error => log.warn({ system, way, code: codeOf(error) }, 'source.close-failed'))
    return this.#ended
  }

  #fail(error: unknown): void {
    const { system, way, reached, now, log } = this.#options
    if (isSourceFault(error)) reached(false)
    const code = codeOf(error)
    this.#reason = { code, at: now() }
    log.warn({ system, way, code }, 'source.failed')
  }

  /** false: nothing was there. */
  async #turn(): Promise<boolean> {
    const find = await this.#options.source.next()
    this.#options.reached(true)
    if (!find) return false
    const { system, way, fetched, log } = this.#options
    let items = 0
    try {
      for await (const chunk of readable(find)) {
        await find.settled(await this.#options.desk(find, chunk))
        items += chunk.length
      }
      await find.end()
      this.#settledAt = this.#options.now()
      fetched('done')
      log.info({ system, way, find: find.name, items }, 'source.fetched')
    } catch (error) {
      if (!(error instanceof Unreadable)) {
        await find.release()
        fetched('released')
        throw error
      }
      await find.end(error.problem)
      fetched('unreadable')
      log.warn(
        { system, way, find: find.name, items, code: error.problem.code, rule: error.problem.rule },
        'source.unreadable',
      )
    }
    return true
  }
}

/** What only the find itself can be blamed for. */
class Unreadable extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.code)
    this.problem = problem
  }
}

async function* readable(find: Find): ReturnType<Find['items']> {
  try {
    yield* find.items()
  } catch (error) {
    const known =
      error instanceof UnreadableError
        ? new HubError('HUB_RECEIVE_UNREADABLE', { pointer: error.pointer, rule: error.rule })
        : error
    if (!isHubError(known) || known.entry.retryable) throw error
    const { todo: _todo, ...problem } = problemOf(known)
    throw new Unreadable(problem)
  }
}

// A network's fault comes as a TypeError too, with what happened as its cause.
function isOwnFault(error: unknown): boolean {
  const isSlip = error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError
  return isSlip && error.cause === undefined && !('code' in error)
}

function isSourceFault(error: unknown): boolean {
  return !isHubError(error) || error.code.startsWith('HUB_SOURCE_')
}

// Never the text of a foreign error: it may quote what was read.
function codeOf(error: unknown): string {
  if (isHubError(error)) return error.code
  const { code, name } = error as { code?: unknown; name?: string }
  return typeof code === 'string' ? code : (name ?? 'unknown')
}

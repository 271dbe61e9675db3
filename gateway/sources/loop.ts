// Fetches from one source for as long as the process runs: find, store, settle; then look again.
// At least once: what was stored and not yet settled when the process died is found again and is a repeat.
import { UnreadableError } from '#connectors/sdk.ts'
import { HubError, isHubError } from '#schemas/errors.ts'
import { Backoff } from '../pipeline/backoff.ts'
import { problemOf } from '../receive/answer.ts'
import type { Desk } from './desk.ts'
import type { Find, Problem, Source } from './port.ts'

export interface SourceLoopOptions {
  readonly system: string
  readonly way: string
  readonly source: Source
  readonly desk: Desk
  readonly restMs: number
  readonly isPaused: () => boolean
  readonly random: () => number
  /** Was the system's side there at the last look? */
  readonly reached: (up: boolean) => void
  readonly fetched: (result: 'done' | 'unreadable' | 'released') => void
  readonly log: { info(facts: object, text: string): void; warn(facts: object, text: string): void }
}

export interface SourceLoop {
  stop(): Promise<void>
}

export function runSource(options: SourceLoopOptions): SourceLoop {
  const loop = new Loop(options)
  const done = loop.run()
  return {
    async stop() {
      loop.stop()
      await done
      await options.source.close()
    },
  }
}

class Loop {
  readonly #options: SourceLoopOptions
  readonly #backoff: Backoff
  #stopping = false

  constructor(options: SourceLoopOptions) {
    this.#options = options
    this.#backoff = new Backoff(options.random)
  }

  stop(): void {
    this.#stopping = true
    this.#backoff.wake()
  }

  async run(): Promise<void> {
    const { system, way, isPaused, restMs, reached, log } = this.#options
    while (!this.#stopping) {
      try {
        const busy = !isPaused() && (await this.#turn())
        this.#backoff.reset()
        if (!busy && !this.#stopping) await this.#backoff.rest(restMs)
      } catch (error) {
        if (isSourceFault(error)) reached(false)
        log.warn({ system, way, code: codeOf(error) }, 'source.failed')
        if (!this.#stopping) await this.#backoff.wait()
      }
    }
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

function isSourceFault(error: unknown): boolean {
  return !isHubError(error) || error.code.startsWith('HUB_SOURCE_')
}

// Never the text of a foreign error: it may quote what was read.
function codeOf(error: unknown): string {
  if (isHubError(error)) return error.code
  const { code, name } = error as { code?: unknown; name?: string }
  return typeof code === 'string' ? code : (name ?? 'unknown')
}

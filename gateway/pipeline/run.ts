// Consume, step, one transaction: the one place where offsets move. Knows no stage; a stage gives its step.
import { isHubError } from '#schemas/errors.ts'
import type { Batch, Written } from '../kafka/port.ts'
import { Backoff } from './backoff.ts'
import type { Fate, Output, StageOptions, StageRun, StageState, StageStatus, StepResult } from './stage.ts'

export type * from './stage.ts'

export function runStage(options: StageOptions): StageRun {
  const run = new Run(options)
  return {
    pause: () => run.pause(true),
    resume: () => run.pause(false),
    stop: () => run.stop(),
    status: () => run.status(),
    done: run.done,
  }
}

class Run {
  readonly done: Promise<StageState>
  readonly #options: StageOptions
  readonly #backoff: Backoff
  #stopping = false
  #paused = false
  #ended: StageState | null = null
  #troubled = false
  #lastCommitAt: number | null = null
  #committedRecords = 0
  #aborted = 0

  constructor(options: StageOptions) {
    this.#options = options
    this.#backoff = new Backoff(options.random)
    options.signal?.addEventListener('abort', () => void this.stop(), { once: true })
    this.done = this.#loop()
  }

  pause(paused: boolean): void {
    this.#paused = paused
    this.#backoff.wake()
  }

  async stop(): Promise<void> {
    this.#stopping = true
    this.#backoff.wake()
    await this.done
  }

  status(): StageStatus {
    return {
      state: this.#ended ?? this.#state(),
      lastCommitAt: this.#lastCommitAt,
      committedRecords: this.#committedRecords,
      aborted: this.#aborted,
    }
  }

  #state(): StageState {
    if (this.#paused) return 'paused'
    return this.#troubled || !this.#options.member.reachable ? 'waiting' : 'running'
  }

  async #loop(): Promise<StageState> {
    const { member, log, stage } = this.#options
    let ended: StageState = 'stopped'
    while (!this.#stopping) {
      try {
        if (this.#paused) await this.#backoff.rest(60_000)
        else {
          const batch = await member.poll()
          if (member.reachable) this.#troubled = false
          if (batch) await this.#work(batch)
        }
      } catch (error) {
        if (isHubError(error, 'HUB_KAFKA_FENCED')) {
          log.warn({ stage, code: error.code }, 'stage.fenced')
          ended = 'fenced'
          break
        }
        log.error({ stage, error: nameOf(error) }, 'stage.failed')
        await this.#backoff.wait()
      }
    }
    await member.close().catch((error: unknown) => log.warn({ stage, error: nameOf(error) }, 'stage.close-failed'))
    this.#ended = ended
    log.info({ stage, state: ended, records: this.#committedRecords }, 'stage.ended')
    return ended
  }

  /** Until the batch is committed, void or given up at stop. A failing step sees the same batch again: nothing is skipped. */
  async #work(batch: Batch): Promise<void> {
    const { stage, log } = this.#options
    const began = this.#options.now()
    while (!this.#stopping || this.#backoff.fresh) {
      let result: StepResult
      try {
        result = await this.#options.step(batch)
      } catch (error) {
        await this.#discard('none')
        if (isHubError(error, 'HUB_KAFKA_FENCED')) throw error
        log.error({ stage, error: nameOf(error), records: batch.records.length }, 'stage.step-failed')
        this.#troubled = true
        await this.#backoff.wait()
        continue
      }
      if (await this.#commit(batch, result, began)) return
    }
  }

  /** True when the batch is done with: committed, or void. */
  async #commit(batch: Batch, result: StepResult, began: number): Promise<boolean> {
    const { stage, log, hooks } = this.#options
    let written: readonly Written[]
    let outputs: readonly Output[] = result.outputs
    try {
      ;[written, outputs] = await this.#write(batch, outputs)
    } catch (error) {
      const isVoid = isHubError(error, 'HUB_KAFKA_UNREACHABLE')
      const fate: Fate = isVoid && error.facts.outcome === 'unknown' ? 'unknown' : 'none'
      await this.#discard(fate)
      if (isHubError(error, 'HUB_KAFKA_FENCED')) throw error
      this.#aborted++
      this.#troubled = true
      hooks?.aborted?.(stage)
      log.warn(
        { stage, error: nameOf(error), cause: causeOf(error), fate, records: batch.records.length },
        'stage.aborted',
      )
      await this.#backoff.wait()
      // A void batch comes again by poll; anything else has to be tried again from here.
      return isVoid
    }
    this.#lastCommitAt = this.#options.now()
    this.#committedRecords += batch.records.length
    this.#troubled = false
    this.#backoff.reset()
    hooks?.committed?.(stage, batch.records.length, (this.#lastCommitAt - began) / 1000)
    try {
      await result.committed?.(written, outputs)
    } catch (error) {
      log.error({ stage, error: nameOf(error) }, 'stage.after-commit-failed')
      await this.#discard('committed')
    }
    return true
  }

  /** Commits; sets inputs aside whose outputs are too large, each at most once. */
  async #write(batch: Batch, first: readonly Output[]): Promise<[readonly Written[], readonly Output[]]> {
    const { member, log, stage } = this.#options
    const aside = new Set<number>()
    let outputs = first
    for (;;) {
      try {
        return [
          await member.commit(
            batch,
            outputs.map(({ record }) => record),
          ),
          outputs,
        ]
      } catch (error) {
        if (!isHubError(error, 'HUB_KAFKA_TOO_LARGE')) throw error
        const from = outputs[Number(error.facts.index)]?.from
        const input = from === undefined ? undefined : batch.records[from]
        if (from === undefined || input === undefined || aside.has(from)) throw error
        aside.add(from)
        const { topic, partition, offset } = input
        log.warn(
          { stage, code: error.code, topic, partition, offset: String(offset), ...error.facts },
          'stage.set-aside',
        )
        const replacement = this.#options.setAside(input, error).map(record => ({ from, record }))
        outputs = [...outputs.filter(output => output.from !== from), ...replacement]
      }
    }
  }

  async #discard(fate: Fate): Promise<void> {
    try {
      await this.#options.discard?.(fate)
    } catch (error) {
      this.#options.log.error({ stage: this.#options.stage, error: nameOf(error) }, 'stage.discard-failed')
    }
  }
}

// Names and codes only: an error's text might hold a value from a message.
function nameOf(error: unknown): string {
  if (isHubError(error)) return error.code
  return error instanceof Error ? error.name : 'unknown'
}

function causeOf(error: unknown): string | undefined {
  return isHubError(error) && error.facts.cause !== undefined ? String(error.facts.cause) : undefined
}

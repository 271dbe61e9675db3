// Consume, step, one transaction: the one place where offsets move. Knows no stage; a stage gives its step.
import { HubError, isHubError } from '#schemas/errors.ts'
import type { Batch, Written } from '../kafka/port.ts'
import { nameOf, type Reason } from '../supervise.ts'
import { Backoff } from './backoff.ts'
import { type Aside, findPoison, mostAside, stepWithout } from './poison.ts'
import { faultOf } from './set-aside.ts'
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

/** A step fails so often on one batch before a record of it is looked for that is to blame. */
const poisonTries = 3
/** Faults in a row that nothing in here can answer, before the run ends and whoever watches it starts another. */
const mostFaults = 5

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
  #reason: Reason | null = null
  /** Records set aside since the last one that passed. */
  #asideInARow = 0

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
      reason: this.#reason,
    }
  }

  #state(): StageState {
    if (this.#paused) return 'paused'
    return this.#troubled || !this.#options.member.reachable ? 'waiting' : 'running'
  }

  async #loop(): Promise<StageState> {
    const { member, log, stage } = this.#options
    let ended: StageState = 'stopped'
    let faults = 0
    while (!this.#stopping) {
      try {
        if (this.#paused) await this.#backoff.rest(60_000)
        else {
          const batch = await member.poll()
          if (member.reachable) this.#troubled = false
          if (batch) await this.#work(batch)
        }
        faults = 0
      } catch (error) {
        ended = this.#endBy(error, ++faults)
        if (ended !== 'stopped') break
        await this.#backoff.wait()
      }
    }
    await member.close().catch((error: unknown) => log.warn({ stage, error: nameOf(error) }, 'stage.close-failed'))
    this.#ended = ended
    log.info({ stage, state: ended, records: this.#committedRecords }, 'stage.ended')
    return ended
  }

  /** How the run ends by this; 'stopped': not yet. */
  #endBy(error: unknown, faults: number): StageState {
    const { log, stage, now } = this.#options
    this.#reason = { code: nameOf(error), at: now() }
    if (isHubError(error, 'HUB_KAFKA_FENCED')) {
      log.warn({ stage, code: error.code }, 'stage.fenced')
      return 'fenced'
    }
    log.error({ stage, error: nameOf(error) }, 'stage.failed')
    return faults >= mostFaults || isHubError(error, 'HUB_STAGE_FAILED') ? 'failed' : 'stopped'
  }

  /** Until the batch is committed, void or given up at stop. A failing step sees the same batch again: nothing is skipped. */
  async #work(batch: Batch): Promise<void> {
    const { stage, log, step, now } = this.#options
    const began = now()
    const aside: Aside = new Map()
    for (let tries = 1; !this.#stopping || this.#backoff.fresh; tries += 1) {
      let result: StepResult
      try {
        result = this.#withAside(batch, aside, await stepWithout(step, batch, aside))
      } catch (error) {
        await this.#discard('none')
        if (isHubError(error, 'HUB_KAFKA_FENCED')) throw error
        this.#reason = { code: nameOf(error), at: now() }
        log.error({ stage, error: nameOf(error), records: batch.records.length }, 'stage.step-failed')
        this.#troubled = true
        if (tries >= poisonTries && (await this.#setPoisonAside(batch, aside))) continue
        await this.#backoff.wait()
        continue
      }
      if (await this.#commit(batch, result, began)) {
        this.#asideInARow = aside.size < batch.records.length ? 0 : this.#asideInARow + aside.size
        return
      }
    }
  }

  async #setPoisonAside(batch: Batch, aside: Aside): Promise<boolean> {
    const { stage, log, step } = this.#options
    const found = await findPoison(step, batch, aside, () => this.#discard('none'))
    if (!found) return false
    if (this.#asideInARow + aside.size >= mostAside)
      throw new HubError('HUB_STAGE_FAILED', { stage, cause: nameOf(found.error) }, found.error)
    aside.set(found.index, found.error)
    const { topic, partition, offset } = batch.records[found.index]!
    const error = nameOf(found.error)
    log.error({ stage, error, topic, partition, offset: String(offset) }, 'stage.poison-set-aside')
    return true
  }

  #withAside(batch: Batch, aside: Aside, result: StepResult): StepResult {
    if (aside.size === 0) return result
    const replacements = [...aside].flatMap(([from, error]) =>
      this.#options
        .setAside(batch.records[from]!, faultOf(this.#options.stage, error))
        .map(record => ({ from, record })),
    )
    return { ...result, outputs: [...result.outputs, ...replacements] }
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
    this.#reason = null
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

function causeOf(error: unknown): string | undefined {
  return isHubError(error) && error.facts.cause !== undefined ? String(error.facts.cause) : undefined
}

// What a stage gives to the pipeline, and what it is told in return.
import type { HubError } from '#schemas/errors.ts'
import type { Batch, InRecord, Member, OutRecord, Written } from '../kafka/port.ts'
import type { Reason } from '../supervise.ts'

/** An output and the input that it came from, so that a single input can be set aside. */
export interface Output {
  /** Index in `batch.records`. */
  readonly from: number
  readonly record: OutRecord
}

export interface StepResult {
  readonly outputs: readonly Output[]
  /** Called once the transaction has committed, with where each output (after any setting aside) was written. */
  readonly committed?: (written: readonly Written[], outputs: readonly Output[]) => void | Promise<void>
}

/** Must have no lasting effect of its own: it is called again whenever its batch could not be committed. */
export type Step = (batch: Batch) => Promise<StepResult> | StepResult

/** What became of the transaction whose overlay is dropped: nothing committed, perhaps committed, or committed for certain
 *  (then `committed` itself failed). After the last two a local store must catch up from Kafka before it goes on. */
export type Fate = 'none' | 'unknown' | 'committed'

export interface StageLog {
  info(facts: object, text: string): void
  warn(facts: object, text: string): void
  error(facts: object, text: string): void
}

export interface StageHooks {
  readonly committed?: (stage: string, records: number, seconds: number) => void
  readonly aborted?: (stage: string) => void
}

export interface StageOptions {
  readonly stage: string
  /** Closed when the run ends. */
  readonly member: Member
  readonly step: Step
  /** Replaces all outputs of an input one of whose outputs can never be written, or on which the step fails every time. */
  readonly setAside: (input: InRecord, error: HubError) => readonly OutRecord[]
  /** Drops what the step remembers of a batch that did not commit. */
  readonly discard?: (fate: Fate) => void | Promise<void>
  readonly log: StageLog
  readonly hooks?: StageHooks
  /** Unix milliseconds. */
  readonly now: () => number
  readonly random?: () => number
  readonly signal?: AbortSignal
}

/** waiting: for brokers, or for a failing step to succeed. failed: it ended by itself, for a fault that it could not answer. */
export type StageState = 'running' | 'paused' | 'waiting' | 'fenced' | 'failed' | 'stopped'

export interface StageStatus {
  readonly state: StageState
  readonly lastCommitAt: number | null
  readonly committedRecords: number
  readonly aborted: number
  /** What holds it up, or ended it; null since the last commit. */
  readonly reason: Reason | null
}

export interface StageRun {
  /** No further batch after the one in hand. Partitions stay ours. */
  pause(): void
  resume(): void
  /** Finishes the batch in hand, leaves the group, resolves when all is closed. */
  stop(): Promise<void>
  status(): StageStatus
  /** Resolves with the last state: 'fenced', 'failed' or 'stopped'. Never rejects. */
  readonly done: Promise<StageState>
}

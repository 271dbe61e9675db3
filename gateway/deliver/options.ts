// What a delivery loop is given, and what it tells about itself.
import type { Member, OutRecord, Reader } from '../kafka/port.ts'
import type { SettleDeps } from './settle.ts'

export interface DeliverOptions extends SettleDeps {
  readonly member: Member
  readonly reader: Reader
  /** Awaited before the first event of partitions just taken over: who had them may have known more of the registry. */
  readonly catchUp?: () => Promise<void>
  readonly isPaused: (system: string) => boolean
  /** Is the door shut until an operator opens it? */
  readonly isShut?: () => boolean
  /** The record that shuts it: a webhook answered 410. */
  readonly shut?: (code: string) => OutRecord
  readonly log: DeliverLog
  readonly hooks?: DeliverHooks
  readonly concurrency?: number
  /** How long a batch waits for its slowest case before it parks it. */
  readonly patienceMs?: number
  /** Events of waiting cases held in memory; above it no new ones are taken from the topic. */
  readonly maxHeldBytes?: number
  readonly wait?: (ms: number) => Promise<void>
}

export interface DeliverLog {
  info(facts: object, text: string): void
  warn(facts: object, text: string): void
  error(facts: object, text: string): void
}

export interface DeliverHooks {
  readonly delivered?: (system: string, outcome: string, seconds: number) => void
  readonly endToEnd?: (system: string, seconds: number) => void
  readonly committed?: (stage: string, records: number, seconds: number) => void
  readonly aborted?: (stage: string) => void
}

export type DeliverState = 'running' | 'paused' | 'shut' | 'full' | 'waiting' | 'fenced' | 'stopped'

export interface DeliverStatus {
  readonly state: DeliverState
  /** Cases that wait. */
  readonly parked: number
  /** Of these, cases that wait for a person. */
  readonly blocked: number
  readonly lastCommitAt: number | null
}

export interface DeliverRun {
  stop(): Promise<void>
  status(): DeliverStatus
  /** Never rejects. */
  readonly done: Promise<'fenced' | 'stopped'>
}

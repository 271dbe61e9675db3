// What a delivery loop is given, and what it tells about itself.
import type { Member, OutRecord, Reader } from '../kafka/port.ts'
import type { Reason } from '../supervise.ts'
import type { CircuitSettings } from './circuit.ts'
import type { LaneOrder } from './orders.ts'
import type { Places } from './places.ts'
import type { SettleDeps } from './settle.ts'

export interface DeliverOptions extends SettleDeps {
  readonly member: Member
  readonly reader: Reader
  /** What waits already. */
  readonly places: Pick<Places, 'restored'>
  /** Awaited before the first event of partitions just taken over: who had them may have known more of the registry. */
  readonly catchUp?: () => Promise<void>
  readonly isPaused: (system: string, subscription: string) => boolean
  /** Is the door shut until an operator opens it? */
  readonly isShut?: () => boolean
  /** The record that shuts it: a webhook answered 410. */
  readonly shut?: (code: string) => OutRecord
  /** Orders about lanes of this subscription that nobody has obeyed yet. */
  readonly orders?: () => readonly LaneOrder[]
  readonly log: DeliverLog
  readonly hooks?: DeliverHooks
  /** New events sent at a time; half as many of those that wait in lanes. */
  readonly concurrency?: number
  /** How long a batch waits without any answer before it parks what is not settled. */
  readonly patienceMs?: number
  /** Events of waiting cases held in memory; the others are read back from parking when they are due. */
  readonly maxHeldBytes?: number
  /** Above it no new events are taken from the topic. */
  readonly maxLanes?: number
  readonly circuit?: Partial<CircuitSettings>
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

/** open: the receiver is away, one is sent now and then to hear whether it is back. full: too many cases wait. */
export type DeliverState = 'running' | 'paused' | 'shut' | 'open' | 'full' | 'waiting' | DeliverEnd
/** failed: it met faults of its own too often; whoever watches it starts another. */
export type DeliverEnd = 'fenced' | 'failed' | 'stopped'

export interface DeliverStatus {
  readonly state: DeliverState
  /** Cases that wait. */
  readonly parked: number
  /** Of these, cases that wait for a person. */
  readonly blocked: number
  /** Why the circuit is open; null while it is closed. */
  readonly code: string | null
  readonly lastCommitAt: number | null
  /** The last fault of its own. */
  readonly reason: Reason | null
}

export interface DeliverRun {
  stop(): Promise<void>
  status(): DeliverStatus
  /** Never rejects. */
  readonly done: Promise<DeliverEnd>
}

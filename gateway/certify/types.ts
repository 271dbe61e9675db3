// The words of a certification: what an exchange came to, what was seen, what is missing.
import type { Exchange, Words } from '#schemas/exchanges.ts'

/** One thing that was seen, with ids and codes only. */
export interface Evidence {
  readonly at: string
  readonly says: Words
  readonly status?: number
  readonly code?: string
  readonly id?: string
}

/** A behaviour that is missing, in words a developer can work with. */
export interface Finding {
  readonly code: string
  /** The behaviour that is missing. */
  readonly missing: Words
  readonly mend: Words
}

/** What later exchanges need to know of one that passed. */
export interface Known {
  readonly messageId?: string
  readonly numberKey?: string
  readonly caseId?: string
  readonly deliveryId?: string
  /** Keys of the system's own numbers in the case. */
  readonly ownKeys?: readonly string[]
}

export type Verdict =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'passed'; readonly known: Known }
  | { readonly kind: 'failed'; readonly finding: Finding }

export const waiting: Verdict = { kind: 'waiting' }

/** One exchange under way. Nothing of it is written down but what `seen` tells. */
export interface Check {
  /** The hub's part, where it acts. */
  begin?(): Promise<void>
  /** Asked again and again until it passes, fails, or time is over. */
  look(): Verdict | Promise<Verdict>
  /** What is missing, now that time is over. */
  overdue(): Finding
  seen(): readonly Evidence[]
}

export type ExchangeState = 'pending' | 'running' | 'passed' | 'failed' | 'skipped'

export interface ExchangeResult {
  readonly id: string
  readonly title: Words
  readonly who: Exchange['who']
  readonly do: Words
  readonly kind: Exchange['expect']['kind']
  readonly expected: Words
  readonly state: ExchangeState
  readonly startedAt: string | null
  readonly endedAt: string | null
  /** Until when the hub waits for it. */
  readonly until: string | null
  readonly finding: Finding | null
  /** Why it was not run. */
  readonly skipped: Words | null
  readonly seen: readonly Evidence[]
}

export type ReportState = 'running' | 'passed' | 'failed' | 'stopped'

export interface Report {
  readonly id: string
  readonly system: string
  readonly connector: string
  readonly manifestVersion: number
  readonly scriptVersion: number
  readonly name: Words
  readonly state: ReportState
  readonly startedAt: string
  readonly endedAt: string | null
  /** Id of the exchange whose turn it is. */
  readonly next: string | null
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly exchanges: readonly ExchangeResult[]
}

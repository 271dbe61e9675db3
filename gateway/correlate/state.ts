// What correlate knows, read through an overlay of the batch in hand. Written to case-state in the batch's transaction,
// then to the store; dropped whole when the transaction did not commit.
import type { CaseSummary, NumberRef } from '#schemas/canonical/types.ts'
import type { Standing } from '#schemas/status-machine.ts'
import type { OutRecord } from '../kafka/port.ts'
import type { Store } from '../store/port.ts'

/** A message that was decided: a second copy has the same outcome and no second effect. */
export interface SeenState {
  readonly outcome: 'events' | 'repeat' | 'unchanged' | 'conflict'
  readonly hash: string
  readonly caseId: string | null
  readonly proceedingId: string | null
  readonly events: readonly string[]
  readonly flags: readonly string[]
  readonly system: string
  readonly receivedAt: number
}

export interface ProceedingState {
  readonly id: string
  readonly caseId: string
  readonly system: string
  readonly kind: string
  readonly standing: Standing
  /** Content hash of the latest message, and all that were applied since the last different one. */
  readonly hash: string
  readonly content: string
  readonly version: number
  /** The snapshot as Avro bytes, base64. */
  readonly snapshot: string
  readonly personal: string
}

/** What one proceeding says about its case; the summary is folded from all of them in order of joining. */
export interface MemberState {
  readonly proceedingId: string
  readonly system: string
  readonly kind: string
  readonly status: string
  readonly numbers: readonly NumberRef[]
  readonly openedAt: number | null
  readonly closedAt: number | null
  readonly version: number
  /** It ended by handing the matter on, and nobody gave that back or finished it. */
  readonly handedOn: boolean
  readonly said: CaseSummary
}

export interface CaseState {
  readonly id: string
  readonly members: readonly MemberState[]
  readonly links: CaseSummary['links']
  readonly openedAt: number
  readonly closedAt: number | null
  readonly reopened: boolean
  readonly version: number
  readonly sequence: number
}

interface Tables {
  s: SeenState
  p: ProceedingState
  c: CaseState
  /** Owner of a number. */
  n: { readonly proceedingId: string; readonly system: string }
  /** Proceedings that cite a number nobody owns yet, or a case that nobody has opened yet. */
  a: readonly string[]
  /** Proceedings that cite a number nobody owns yet and stay apart from its case. */
  w: readonly string[]
  /** Where a proceeding is that would have opened this case, had it not joined another. */
  r: { readonly caseId: string }
  /** Idempotency keys that were used, with the content they stood for. */
  q: { readonly hash: string }
  /** Proceeding key, wrapped by the key-encryption key. */
  k: { readonly kek: string; readonly wrapped: string }
}

export type Table = keyof Tables

export class CorrelateState {
  readonly #store: Store
  readonly #topic: string
  readonly #overlay = new Map<string, { readonly value: unknown }>()

  constructor(store: Store, topic: string) {
    this.#store = store
    this.#topic = topic
  }

  get<T extends Table>(table: T, id: string): Tables[T] | undefined {
    const key = `${table}:${id}`
    const fresh = this.#overlay.get(key)
    if (fresh) return (fresh.value ?? undefined) as Tables[T] | undefined
    const stored = this.#store.get(key)
    return stored && (JSON.parse(stored.toString()) as Tables[T])
  }

  put<T extends Table>(table: T, id: string, value: Tables[T] | null): void {
    this.#overlay.set(`${table}:${id}`, { value })
  }

  /** The batch's changes as records of case-state, last value of each key only. */
  records(): OutRecord[] {
    return [...this.#overlay].map(([key, { value }]) => ({ topic: this.#topic, key, value: bytesOf(value) }))
  }

  /** After the commit: the changes go to the store with the position behind them. */
  keep(positions: Readonly<Record<string, string>>): void {
    this.#store.write(
      [...this.#overlay].map(([key, { value }]) => [key, bytesOf(value)] as const),
      positions,
    )
    this.#overlay.clear()
  }

  drop(): void {
    this.#overlay.clear()
  }
}

function bytesOf(value: unknown): Buffer | null {
  return value === null ? null : Buffer.from(JSON.stringify(value))
}

// Attempts under way and their results, until a transaction holds them: an event that comes again is not sent again.
// Also knows which deliveries another life of this loop may have sent.
import type { OutRecord } from '../kafka/port.ts'
import type { Circuit } from './circuit.ts'
import type { PushDoor, Result } from './door.ts'
import type { Entry } from './entry.ts'
import type { Gaps } from './gaps.ts'
import { limitTo } from './limit.ts'
import { type About, sendingRecord } from './records.ts'

export interface Tried {
  readonly result: Result
  readonly ms: number
}

/** null: it did not begin. */
export type Try = Promise<Tried | null>

export interface AttemptsDeps {
  readonly about: About
  readonly door: PushDoor
  readonly circuit: Circuit
  readonly gaps: Gaps
  readonly now: () => Date
  /** New events at a time. Those of lanes are limited by who works the lanes, so that neither waits for the other. */
  readonly concurrency: number
  /** Events a batch may hold: so many may have been sent without a trace. */
  readonly batchSize: number
}

export class Attempts {
  readonly #deps: AttemptsDeps
  readonly #limit
  readonly #tries = new Map<string, Try>()
  /** By partition: how many of the next events are in doubt. */
  readonly #doubt = new Map<number, number>()
  #sending = new Set<string>()
  /** Receivers that take a repeat in twice and cannot be asked: only a mark written before sending tells what was under way. */
  readonly #announces: boolean

  constructor(deps: AttemptsDeps) {
    this.#deps = deps
    this.#limit = limitTo(deps.concurrency)
    this.#announces = deps.door.repeats === 'duplicates' && !deps.door.canLookUp
  }

  taken(partitions: readonly number[], sending: ReadonlySet<string>): void {
    this.#sending = new Set(sending)
    this.#doubt.clear()
    for (const partition of partitions) this.#doubt.set(partition, this.#deps.batchSize)
  }

  fresh(entry: Entry): Entry {
    const doubt = this.#doubt.get(entry.partition) ?? 0
    if (doubt > 0) this.#doubt.set(entry.partition, doubt - 1)
    return this.restored(entry, doubt > 0)
  }

  restored(entry: Entry, maybe = true): Entry {
    entry.doubtful = this.#announces ? this.#sending.has(entry.deliveryId) : maybe
    return entry
  }

  /** `of`: a new event takes its turn among the new ones; a lane's is run at once. */
  run(entry: Entry, of: 'batch' | 'lane', mayBegin: () => boolean): Try {
    const known = this.#tries.get(entry.deliveryId)
    if (known) return known
    const go = () => this.#go(entry, mayBegin)
    // Not at once: one that does not begin forgets itself, and must be known by then.
    const tried = Promise.resolve().then(() => (of === 'lane' ? go() : this.#limit(go)))
    this.#tries.set(entry.deliveryId, tried)
    return tried
  }

  async #go(entry: Entry, mayBegin: () => boolean): Try {
    const { door, circuit, now } = this.#deps
    const leave = mayBegin() ? circuit.begin() : null
    if (leave === null) {
      this.forget(entry)
      return null
    }
    const began = now().getTime()
    if (entry.doubtful && this.#announces) {
      circuit.drop(leave)
      return { result: { kind: 'unknown', code: 'HUB_DELIVER_UNKNOWN' }, ms: 0 }
    }
    const isFirst = entry.tries === 0
    const result = await door.attempt(this.#marked(entry), entry.tries + 1).catch((error: unknown) => {
      circuit.drop(leave)
      throw error
    })
    circuit.hear({ leave, caseId: entry.caseId, isFirst, result })
    return { result, ms: now().getTime() - began }
  }

  /** The next event after one that was skipped says so. */
  #marked(entry: Entry): Entry {
    const skipped = this.#deps.gaps.of(entry.caseId)
    return skipped === undefined ? entry : { ...entry, headers: { ...entry.headers, hub_gap: skipped } }
  }

  /** A person has found out: it may be sent without a doubt. */
  clear(entry: Entry): void {
    entry.doubtful = false
    this.#sending.delete(entry.deliveryId)
    this.forget(entry)
  }

  forget(entry: Entry): void {
    this.#tries.delete(entry.deliveryId)
  }

  /** To be written before these are sent. */
  announcements(entries: readonly Entry[]): OutRecord[] {
    if (!this.#announces) return []
    const begun = (entry: Entry) => entry.doubtful || this.#tries.has(entry.deliveryId)
    return entries.filter(entry => !begun(entry)).map(entry => sendingRecord(this.#deps.about, entry, true))
  }

  /** To be written with their outcomes. */
  endings(entries: readonly Entry[]): OutRecord[] {
    return this.#announces ? entries.map(entry => sendingRecord(this.#deps.about, entry, false)) : []
  }
}

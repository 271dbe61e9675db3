// Attempts under way and their results, until a transaction holds them: an event that comes again is not sent again.
// Also knows which deliveries another life of this loop may have sent.
import type { OutRecord } from '../kafka/port.ts'
import type { PushDoor, Result } from './door.ts'
import type { Entry } from './entry.ts'
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
  readonly now: () => Date
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
  #sending: ReadonlySet<string> = new Set()
  /** Receivers that take a repeat in twice and cannot be asked: only a mark written before sending tells what was under way. */
  readonly #announces: boolean

  constructor(deps: AttemptsDeps) {
    this.#deps = deps
    this.#limit = limitTo(deps.concurrency)
    this.#announces = deps.door.repeats === 'duplicates' && !deps.door.canLookUp
  }

  taken(partitions: readonly number[], sending: ReadonlySet<string>): void {
    this.#sending = sending
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

  run(entry: Entry, mayBegin: () => boolean): Try {
    const known = this.#tries.get(entry.deliveryId)
    if (known) return known
    const { door, now } = this.#deps
    const tried = this.#limit(async () => {
      if (!mayBegin()) {
        this.forget(entry)
        return null
      }
      const began = now().getTime()
      const lost = entry.doubtful && this.#announces
      const result: Result = lost
        ? { kind: 'unknown', code: 'HUB_DELIVER_UNKNOWN' }
        : await door.attempt(entry, entry.tries + 1)
      return { result, ms: now().getTime() - began }
    })
    this.#tries.set(entry.deliveryId, tried)
    return tried
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

// The lanes of one subscription: per case, the deliveries that wait. Of an event a lane remembers where it lies in the topic
// parking; the event itself is held only while there is room. Rebuilt from that topic at any time.
import type { Entry, ParkedState } from './entry.ts'
import type { LaneView } from './records.ts'

/** What is known of the delivery that goes next. */
export interface Head {
  /** null: it lies in parking and has not been looked at since it became the head. */
  readonly deliveryId: string | null
  readonly parkedAt: number
  readonly state: ParkedState
  readonly nextAt: number
  readonly firstAt: number
  /** Attempts that reached the receiver. */
  readonly attempts: number
  readonly tries: number
  readonly doubtful: boolean
  readonly code: string | null
}

export interface Lane {
  readonly caseId: string
  readonly partition: number
  head: Head
  /** Offsets in parking of what waits behind the head, in order. */
  readonly rest: number[]
  /** The first events of the lane, the head's first, as far as they are held. */
  readonly held: Entry[]
  since: number
  /** An attempt of its head is under way. */
  busy: boolean
  /** Read back from the log: what an earlier owner may have sent of it is not known. */
  readonly isOld: boolean
}

export class Lanes {
  readonly #lanes = new Map<string, Lane>()
  readonly #maxBytes: number
  #bytes = 0

  /** @param maxBytes of events held */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get(caseId: string): Lane | undefined {
    return this.#lanes.get(caseId)
  }

  values(): IterableIterator<Lane> {
    return this.#lanes.values()
  }

  get bytes(): number {
    return this.#bytes
  }

  get size(): number {
    return this.#lanes.size
  }

  /** Puts a parked entry behind those of its case. */
  add(entry: Entry, parkedAt: number, now: number): Lane {
    let lane = this.#lanes.get(entry.caseId)
    if (lane) lane.rest.push(parkedAt)
    else {
      const head = headOf(entry, parkedAt)
      lane = {
        caseId: entry.caseId,
        partition: entry.partition,
        head,
        rest: [],
        held: [],
        since: now,
        busy: false,
        isOld: false,
      }
      this.#lanes.set(entry.caseId, lane)
    }
    const isNext = lane.held.length === lane.rest.length
    const fits = this.#bytes + entry.value.length <= this.#maxBytes
    if (isNext && fits && !isBlocked(lane)) this.#hold(lane, entry)
    return lane
  }

  /** A lane as it was read back from the log. */
  restore(lane: Pick<Lane, 'caseId' | 'partition' | 'head' | 'rest'>, since: number): void {
    this.#lanes.set(lane.caseId, { ...lane, held: [], since, busy: false, isOld: true })
  }

  /** Events of the lane in hand, the head's first. */
  hold(lane: Lane, entries: readonly Entry[]): void {
    this.release(lane)
    for (const entry of entries) this.#hold(lane, entry)
  }

  /** Lets go of the events; where they lie stays known. */
  release(lane: Lane): void {
    for (const entry of lane.held.splice(0)) this.#bytes -= entry.value.length
  }

  /** After an attempt of the head that leaves it where it is. */
  update(lane: Lane, entry: Entry): void {
    lane.head = headOf(entry, lane.head.parkedAt)
    if (isBlocked(lane) || this.#bytes > this.#maxBytes) this.release(lane)
  }

  /** The head is settled: the next one is at once due. The lane goes when it was the last. */
  shift(lane: Lane): void {
    const gone = lane.held.shift()
    if (gone) this.#bytes -= gone.value.length
    const parkedAt = lane.rest.shift()
    const next = lane.held[0]
    if (parkedAt === undefined) {
      this.release(lane)
      this.#lanes.delete(lane.caseId)
    } else if (next) lane.head = { ...headOf(next, parkedAt), nextAt: 0 }
    else lane.head = { ...unseen, parkedAt }
  }

  /** Lanes whose head may be tried now, at most so many. */
  *due(now: number, most: number): Generator<Lane> {
    let left = most
    for (const lane of this.#lanes.values()) {
      if (left <= 0) return
      if (lane.busy || lane.head.state !== 'waiting' || lane.head.nextAt > now) continue
      left -= 1
      yield lane
    }
  }

  busy(): boolean {
    for (const lane of this.#lanes.values()) if (lane.busy) return true
    return false
  }

  clear(): void {
    this.#lanes.clear()
    this.#bytes = 0
  }

  /** How many lanes wait, and how many of them for a person. */
  counts(): { parked: number; blocked: number } {
    let blocked = 0
    for (const lane of this.#lanes.values()) if (isBlocked(lane)) blocked += 1
    return { parked: this.#lanes.size, blocked }
  }

  #hold(lane: Lane, entry: Entry): void {
    lane.held.push(entry)
    this.#bytes += entry.value.length
  }
}

const unseen: Omit<Head, 'parkedAt'> = {
  deliveryId: null,
  state: 'waiting',
  nextAt: 0,
  firstAt: 0,
  attempts: 0,
  tries: 0,
  doubtful: false,
  code: null,
}

export function headOf(entry: Entry, parkedAt: number): Head {
  const { deliveryId, state, nextAt, firstAt, attempts, tries, doubtful, code } = entry
  return { deliveryId, parkedAt, state, nextAt, firstAt, attempts, tries, doubtful, code }
}

export function isBlocked(lane: Lane): boolean {
  return lane.head.state !== 'waiting'
}

export function viewOf(lane: { head: Head; since: number; rest: { length: number } }): LaneView {
  const { state, deliveryId, code } = lane.head
  const waiting = 1 + lane.rest.length
  return { state: state === 'waiting' ? 'parked' : state, since: lane.since, head: deliveryId, waiting, code }
}

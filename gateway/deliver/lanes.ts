// The lanes of one subscription in memory: per case, the deliveries that wait. Rebuilt from the topic parking at any time.
import type { Entry } from './entry.ts'
import type { LaneView } from './records.ts'

export interface Lane {
  readonly caseId: string
  readonly partition: number
  /** Head first. Behind a head that waits for a person only the head is kept: the rest lies in parking. */
  readonly queue: Entry[]
  since: number
  /** Entries in parking, the head included. */
  waiting: number
  /** An attempt of its head is under way. */
  busy: boolean
}

export class Lanes {
  readonly #lanes = new Map<string, Lane>()
  #bytes = 0

  get(caseId: string): Lane | undefined {
    return this.#lanes.get(caseId)
  }

  /** Bytes of events held in memory. */
  get bytes(): number {
    return this.#bytes
  }

  get size(): number {
    return this.#lanes.size
  }

  /** Puts a parked entry behind those of its case. */
  add(entry: Entry, now: number): Lane {
    let lane = this.#lanes.get(entry.caseId)
    if (!lane) {
      lane = { caseId: entry.caseId, partition: entry.partition, queue: [], since: now, waiting: 0, busy: false }
      this.#lanes.set(entry.caseId, lane)
    }
    lane.waiting += 1
    if (!isBlocked(lane)) {
      lane.queue.push(entry)
      this.#bytes += entry.value.length
    }
    return lane
  }

  /** The head is settled: the next one is at once due. The lane goes when it was the last. */
  shift(lane: Lane): void {
    const head = lane.queue.shift()
    if (head) this.#bytes -= head.value.length
    lane.waiting -= 1
    const next = lane.queue[0]
    if (next) next.nextAt = 0
    else this.#lanes.delete(lane.caseId)
  }

  /** The head waits for a person: what is behind it need not be kept here. */
  block(lane: Lane): void {
    for (const entry of lane.queue.splice(1)) this.#bytes -= entry.value.length
  }

  due(now: number): Lane[] {
    const out: Lane[] = []
    for (const lane of this.#lanes.values()) {
      const head = lane.queue[0]
      if (head && !lane.busy && head.state === 'waiting' && head.nextAt <= now) out.push(lane)
    }
    return out
  }

  busy(): boolean {
    return [...this.#lanes.values()].some(lane => lane.busy)
  }

  clear(): void {
    this.#lanes.clear()
    this.#bytes = 0
  }

  /** How many lanes wait, and how many of them for a person. */
  counts(): { parked: number; blocked: number } {
    const blocked = [...this.#lanes.values()].filter(isBlocked).length
    return { parked: this.#lanes.size, blocked }
  }
}

export function isBlocked(lane: Lane): boolean {
  return lane.queue[0] !== undefined && lane.queue[0].state !== 'waiting'
}

export function viewOf(lane: Lane | undefined): LaneView | null {
  const head = lane?.queue[0]
  if (!lane || !head) return null
  const state = head.state === 'waiting' ? 'parked' : head.state
  return { state, since: lane.since, head: head.deliveryId, waiting: lane.waiting, code: head.code }
}

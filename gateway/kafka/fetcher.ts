// Reads ahead for one member during one term: while a batch is worked on, the next one is already on its way.

import { type Base, type Admin as LibraryAdmin, protocolErrorsCodesById } from '@platformatic/kafka'
import type { TopicBook, TopicView } from './book.ts'
import { causeOf } from './errors.ts'
import { type Fetched, fetchFrom, type Wanted } from './fetch.ts'
import type { Position, TopicPartition } from './guards/offsets.ts'
import { resetPosition, type Start } from './guards/positions.ts'
import { ensure } from './maps.ts'
import type { InRecord } from './port.ts'
import type { KafkaLog } from './settings.ts'
import { type Broker, sleep } from './wire.ts'

export interface FetcherParts {
  readonly client: Base
  readonly admin: LibraryAdmin
  readonly book: TopicBook
  readonly log: KafkaLog
  /** The topic is another one than before, or has more partitions (G12). */
  readonly moved: (topic: string, how: 'recreated' | 'grown') => void
}

interface Track extends TopicPartition {
  readonly topicId: string
  readonly partitions: number
  /** Next offset to fetch. */
  from: bigint
  buffered: InRecord[]
  bytes: number
  /** What to commit once the buffer is used up: it may lie beyond the last record. */
  next: bigint
  taken: bigint
  outOfRange: number
}

export interface Taken {
  readonly records: InRecord[]
  readonly positions: Position[]
}

const partitionBytes = 1 << 20
const fetchBytes = 8 << 20
const bufferedBytes = 2 << 20
const longPollMs = 200
/** Where some partitions are left out because they are full, the others must not hold up the next fetch of those. */
const shortPollMs = 5
/** Where no leader is known. */
const retryMs = 100

function sizeOf(record: InRecord): number {
  return (record.value?.length ?? 0) + (record.key?.length ?? 0) + 100
}

export class Fetcher {
  readonly #parts: FetcherParts
  readonly #tracks: Track[]
  readonly #inFlight = new Set<string>()
  #turn = 0
  #answered = false
  #closed = false
  #wake: (() => void) | null = null
  #soon: NodeJS.Timeout | null = null

  constructor(parts: FetcherParts, starts: readonly Start[]) {
    this.#parts = parts
    this.#tracks = starts.map(start => ({
      ...start,
      buffered: [],
      bytes: 0,
      next: start.from,
      taken: start.from,
      outOfRange: 0,
    }))
    // A stand-by has nothing to ask for: that it was given its place in the group is answer enough.
    this.#answered = starts.length === 0
    void this.#issue()
  }

  /** Whether the last fetch was answered. */
  get answered(): boolean {
    return this.#answered
  }

  close(): void {
    this.#closed = true
    if (this.#soon) clearTimeout(this.#soon)
    this.#wake?.()
  }

  /** What is buffered, at once; else what comes within `waitMs`. */
  async take(maxRecords: number, maxBytes: number, waitMs: number): Promise<Taken | null> {
    let taken = this.#collect(maxRecords, maxBytes)
    if (!taken && !this.#closed) {
      await this.#wait(waitMs)
      taken = this.#collect(maxRecords, maxBytes)
    }
    void this.#issue()
    return taken
  }

  #wait(waitMs: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, waitMs)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  // Starts with another partition each time, so that a busy one does not starve the rest.
  #collect(maxRecords: number, maxBytes: number): Taken | null {
    const records: InRecord[] = []
    const positions: Position[] = []
    const count = this.#tracks.length
    let left = maxBytes
    this.#turn++
    for (let i = 0; i < count && records.length < maxRecords && left > 0; i++) {
      const track = this.#tracks[(this.#turn + i) % count]!
      let used = 0
      while (used < track.buffered.length && records.length < maxRecords && left > 0) {
        const record = track.buffered[used++]!
        const size = sizeOf(record)
        left -= size
        track.bytes -= size
        records.push(record)
      }
      const rest = used === track.buffered.length
      const offset = rest ? track.next : track.buffered[used - 1]!.offset + 1n
      if (used > 0) track.buffered.splice(0, used)
      // Also without records, e.g. after an aborted transaction: its offset rides along with the next commit.
      if (offset > track.taken && (used > 0 || rest))
        positions.push({ topic: track.topic, partition: track.partition, offset })
      if (used > 0) track.taken = offset
    }
    return records.length > 0 ? { records, positions } : null
  }

  async #issue(): Promise<void> {
    const views = new Map<string, TopicView>()
    for (const topic of new Set(this.#tracks.map(track => track.topic))) {
      const view = await this.#viewOf(topic)
      if (view) views.set(topic, view)
    }
    if (this.#closed) return
    for (const track of this.#tracks) {
      const view = views.get(track.topic)
      if (view && view.id !== track.topicId) return this.#parts.moved(track.topic, 'recreated')
      if (view && view.partitions.length !== track.partitions) return this.#parts.moved(track.topic, 'grown')
    }
    // From here on without a pause: what is asked for depends on what is under way.
    const full = this.#tracks.some(track => track.bytes >= bufferedBytes)
    const nodes = this.#wantedByNode(views)
    for (const [key, { broker, wanted }] of nodes) {
      if (!this.#inFlight.has(key)) void this.#fetch(key, broker, wanted, full ? shortPollMs : longPollMs)
    }
    if (this.#inFlight.size === 0 && !full) this.#issueSoon()
  }

  // One timer, however often it is asked for: whoever takes asks each time.
  #issueSoon(): void {
    if (this.#soon || this.#closed || this.#tracks.length === 0) return
    this.#soon = setTimeout(() => {
      this.#soon = null
      void this.#issue()
    }, retryMs)
  }

  #wantedByNode(views: ReadonlyMap<string, TopicView>): Map<string, { broker: Broker; wanted: Wanted[] }> {
    const nodes = new Map<string, { broker: Broker; wanted: Wanted[] }>()
    for (const track of this.#tracks) {
      const leader = views.get(track.topic)?.partitions[track.partition]
      if (track.bytes >= bufferedBytes || !leader?.broker) continue
      const broker = leader.broker
      const key = `${broker.host}:${broker.port}`
      const node = ensure(nodes, key, () => ({ broker, wanted: [] as Wanted[] }))
      const { topic, topicId, partition, from } = track
      node.wanted.push({ topic, topicId, partition, from, epoch: leader.epoch, maxBytes: partitionBytes })
    }
    return nodes
  }

  async #viewOf(topic: string): Promise<TopicView | null> {
    try {
      return await this.#parts.book.look(topic)
    } catch (error) {
      this.#parts.log('debug', 'kafka.fetch.metadata', { topic, cause: causeOf(error) })
      return null
    }
  }

  async #fetch(key: string, broker: Broker, wanted: readonly Wanted[], maxWaitMs: number): Promise<void> {
    this.#inFlight.add(key)
    try {
      const fetched = await fetchFrom(this.#parts.client, broker, wanted, {
        maxWaitMs,
        minBytes: 1,
        maxBytes: fetchBytes,
      })
      this.#answered = true
      if (this.#closed) return
      for (const answer of fetched) await this.#accept(answer)
    } catch (error) {
      this.#answered = false
      this.#parts.log('debug', 'kafka.fetch.failed', { cause: causeOf(error) })
      for (const { topic } of wanted) this.#parts.book.forget(topic)
      await sleep(50)
    } finally {
      this.#inFlight.delete(key)
      void this.#issue()
    }
  }

  async #accept(answer: Fetched): Promise<void> {
    const track = this.#tracks.find(({ topic, partition }) => topic === answer.topic && partition === answer.partition)!
    // A leader moved while its node still answered: the same records may come from both.
    if (answer.from !== track.from) return
    if (answer.errorCode === 0) {
      track.outOfRange = 0
      track.from = answer.next
      track.next = answer.next
      for (const record of answer.records) {
        track.buffered.push(record)
        track.bytes += sizeOf(record)
      }
      if (answer.records.length > 0) this.#wake?.()
      return
    }
    // G11: one such answer proves nothing; it may come from a node that is behind or no longer leads.
    this.#parts.book.forget(track.topic)
    const outOfRange =
      protocolErrorsCodesById[answer.errorCode as keyof typeof protocolErrorsCodesById] === 'OFFSET_OUT_OF_RANGE'
    if (outOfRange && ++track.outOfRange > 1 && track.buffered.length === 0) {
      track.from = await resetPosition(this.#parts.admin, track, track.from, this.#parts.log)
      track.next = track.from
    }
    await sleep(50)
  }
}

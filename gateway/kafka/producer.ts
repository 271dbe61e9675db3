// The idempotent producer outside transactions. Records wait a few milliseconds for company, one batch of a partition is
// under way at a time, partitions do not wait for each other. An uncertain batch costs its producer id: what comes later
// takes a new one, so that the abandoned batch can arrive late without an effect on the rest.

import type { Producer as LibraryProducer } from '@platformatic/kafka'
import { HubError, isHubError } from '#schemas/errors.ts'
import type { TopicBook } from './book.ts'
import type { ChunkSender } from './chunk-sender.ts'
import { type Chunk, checkSize, type Prepared, prepare } from './chunks.ts'
import { causeOf, findErrorId, unreachable } from './errors.ts'
import { idempotentIdentity } from './guards/identity.ts'
import type { Limits } from './limits.ts'
import { ensure } from './maps.ts'
import type { Identity } from './node-sender.ts'
import type { OutRecord, Producer, Written } from './port.ts'
import { batchOverhead } from './sizes.ts'
import { sleep } from './wire.ts'

export interface ProducerParts {
  readonly library: LibraryProducer
  readonly book: TopicBook
  readonly limits: Limits
  readonly sender: ChunkSender
  readonly now: () => number
}

interface Ticket {
  readonly written: Written[]
  left: number
  readonly deadline: number
  readonly resolve: (written: readonly Written[]) => void
  readonly reject: (error: unknown) => void
}

interface Item {
  readonly record: Prepared
  readonly index: number
  readonly ticket: Ticket
}

interface Session {
  readonly identity: Identity
  readonly sequences: Map<string, number>
}

interface Lane {
  readonly name: string
  waiting: Item[]
  busy: boolean
  timer: ReturnType<typeof setTimeout> | undefined
}

const lingerMs = 5
const fullRecords = 500
const maxRecords = 2000
const maxBytes = 1 << 20
/** Rides out an outage of about three seconds; then the caller must be told. */
const patienceMs = 4000
const maxQueuedBytes = 64 << 20

const tooLargeIds = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'])

export class BatchingProducer implements Producer {
  readonly #parts: ProducerParts
  readonly #lanes = new Map<string, Lane>()
  #session: Promise<Session> | null = null
  #queuedBytes = 0
  #closed = false

  constructor(parts: ProducerParts) {
    this.#parts = parts
  }

  async send(records: readonly OutRecord[]): Promise<readonly Written[]> {
    if (records.length === 0) return []
    if (this.#closed) throw new HubError('HUB_KAFKA_UNREACHABLE', { operation: 'produce', cause: 'closed' })
    if (this.#queuedBytes > maxQueuedBytes)
      throw new HubError('HUB_KAFKA_UNREACHABLE', { operation: 'produce', cause: 'queue full' })
    const deadline = this.#parts.now() + patienceMs
    const prepared = await this.#prepare(records, deadline)
    return new Promise((resolve, reject) => {
      const ticket: Ticket = {
        written: new Array(prepared.length),
        left: prepared.length,
        deadline,
        resolve,
        reject,
      }
      for (const [index, record] of prepared.entries()) this.#queue({ record, index, ticket })
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    while ([...this.#lanes.values()].some(lane => lane.busy || lane.waiting.length > 0)) {
      await sleep(10)
    }
    await this.#parts.library.close(true).catch(() => {})
  }

  async #prepare(records: readonly OutRecord[], deadline: number): Promise<Prepared[]> {
    const { limits, book, now } = this.#parts
    for (;;) {
      try {
        await limits.learn(records.map(({ topic }) => topic))
        const prepared: Prepared[] = []
        for (const [index, record] of records.entries()) {
          const bytes = checkSize(record, limits.of(record.topic) ?? maxBytes, index)
          prepared.push(prepare(record, await book.countOf(record.topic), bytes))
        }
        return prepared
      } catch (error) {
        const hopeless = isHubError(error, 'HUB_KAFKA_TOO_LARGE') || causeOf(error) === 'UNKNOWN_TOPIC_OR_PARTITION'
        if (hopeless || now() >= deadline) throw error
        await sleep(100)
      }
    }
  }

  #queue(item: Item): void {
    const name = `${item.record.topic}:${item.record.partition}`
    const lane = ensure(this.#lanes, name, (): Lane => ({ name, waiting: [], busy: false, timer: undefined }))
    lane.waiting.push(item)
    this.#queuedBytes += item.record.bytes
    if (lane.busy) return
    if (lane.waiting.length >= fullRecords) this.#start(lane)
    else lane.timer ??= setTimeout(() => this.#start(lane), lingerMs)
  }

  #start(lane: Lane): void {
    clearTimeout(lane.timer)
    lane.timer = undefined
    if (lane.busy) return
    lane.busy = true
    void this.#drain(lane)
  }

  async #drain(lane: Lane): Promise<void> {
    while (lane.waiting.length > 0) {
      const items = this.#take(lane)
      try {
        const offset = await this.#deliver(lane, items)
        for (const [i, { record, index, ticket }] of items.entries()) {
          ticket.written[index] = { topic: record.topic, partition: record.partition, offset: offset + BigInt(i) }
          if (--ticket.left === 0) ticket.resolve(ticket.written)
        }
      } catch (error) {
        for (const { ticket } of items) ticket.reject(error)
      }
    }
    lane.busy = false
  }

  #take(lane: Lane): Item[] {
    const limit = Math.min(maxBytes, this.#parts.limits.of(lane.waiting[0]!.record.topic) ?? maxBytes)
    let bytes = batchOverhead
    let count = 0
    for (const { record } of lane.waiting) {
      if (count > 0 && (count >= maxRecords || bytes + record.bytes > limit)) break
      bytes += record.bytes
      count++
    }
    const items = lane.waiting.splice(0, count)
    for (const { record } of items) this.#queuedBytes -= record.bytes
    return items
  }

  async #deliver(lane: Lane, items: readonly Item[]): Promise<bigint> {
    const { topic, partition } = items[0]!.record
    const chunk: Chunk = { topic, partition, messages: items.map(({ record }) => record.message), indexes: [] }
    const deadline = items[0]!.ticket.deadline
    const opening = this.#open(deadline)
    const session = await opening
    const sequence = session.sequences.get(lane.name) ?? 0
    try {
      const offset = await this.#parts.sender.send(chunk, session.identity, sequence, deadline)
      session.sequences.set(lane.name, sequence + items.length)
      return offset
    } catch (error) {
      this.#forget(opening)
      if (findErrorId(error, tooLargeIds)) this.#parts.limits.forget(topic)
      throw unreachable('produce', error)
    }
  }

  #open(deadline: number): Promise<Session> {
    if (this.#session) return this.#session
    const opening = idempotentIdentity(this.#parts.library, this.#parts.now, deadline).then(
      identity => ({ identity, sequences: new Map<string, number>() }),
      (error: unknown) => {
        this.#forget(opening)
        throw unreachable('open producer', error)
      },
    )
    this.#session = opening
    return opening
  }

  // Only the session that failed, never a newer one: two under way at a time would be given one id by the library, and
  // the broker drops as a repeat what the second says under the first one's sequence numbers.
  #forget(opening: Promise<Session>): void {
    if (this.#session === opening) this.#session = null
  }
}

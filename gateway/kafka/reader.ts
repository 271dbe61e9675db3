// Reads by position, without a group. Says a cursor is stale or foreign only after fresh metadata proved it (G11):
// an empty answer or one OFFSET_OUT_OF_RANGE may come from a node that does not lead any more.
import { type Base, type Admin as LibraryAdmin, protocolErrorsCodesById } from '@platformatic/kafka'
import { HubError } from '#schemas/errors.ts'
import type { TopicBook, TopicView } from './book.ts'
import { causeOf, unreachable } from './errors.ts'
import { type Fetched, fetchFrom } from './fetch.ts'
import { earliest, highWatermark, latest, offsetFor } from './offsets.ts'
import type { Page, Reader } from './port.ts'
import { Watch } from './watch.ts'
import { sleep } from './wire.ts'

export interface ReaderParts {
  readonly client: Base
  /** Its own connections, for waiting. */
  readonly waiting: Base
  readonly admin: LibraryAdmin
  readonly book: TopicBook
  readonly now: () => number
}

type PageOptions = NonNullable<Parameters<Reader['page']>[3]>

const defaultBytes = 1 << 20
const patienceMs = 5000
const retryMs = 50

export class PositionReader implements Reader {
  readonly #parts: ReaderParts
  readonly #watch: Watch

  constructor(parts: ReaderParts) {
    this.#parts = parts
    this.#watch = new Watch(parts.waiting, parts.book)
  }

  async page(
    topic: string,
    partition: number,
    from: bigint | 'start' | 'end',
    options: PageOptions = {},
  ): Promise<Page> {
    const { admin, now } = this.#parts
    const mark = from === 'start' ? earliest : latest
    const offset = typeof from === 'bigint' ? from : await offsetFor(admin, topic, partition, mark)
    const until = now() + (options.waitMs ?? 0)
    for (;;) {
      const page = await this.#read(topic, partition, offset, options)
      const left = until - now()
      if (page.next > offset || left <= 0) return page
      await this.#watch.wait(topic, partition, offset, left)
    }
  }

  writtenEnd(topic: string, partition: number): Promise<bigint> {
    return highWatermark(this.#parts.admin, topic, partition)
  }

  async offsetAt(topic: string, partition: number, timestamp: number): Promise<bigint> {
    const offset = await offsetFor(this.#parts.admin, topic, partition, BigInt(timestamp))
    return offset >= 0n ? offset : offsetFor(this.#parts.admin, topic, partition, latest)
  }

  async close(): Promise<void> {
    this.#watch.close()
    await Promise.all([this.#parts.client.close(), this.#parts.waiting.close()]).catch(() => {})
  }

  async #read(topic: string, partition: number, from: bigint, options: PageOptions): Promise<Page> {
    const { book, now } = this.#parts
    const deadline = now() + patienceMs
    let refused = 0
    let unknown = 0
    for (;;) {
      let cause: unknown
      try {
        const view = await book.look(topic)
        if (options.topicId !== undefined && view.id !== options.topicId) {
          if ((await book.refresh(topic)).id !== options.topicId) throw this.#foreign(topic, partition)
          continue
        }
        const answer = await this.#fetch(view, partition, from, options.maxBytes ?? defaultBytes)
        if (answer.errorCode === 0) {
          return { records: answer.records, next: answer.next, end: answer.end, topicId: view.id }
        }
        const id = protocolErrorsCodesById[answer.errorCode as keyof typeof protocolErrorsCodesById]
        if (id === 'OFFSET_OUT_OF_RANGE' && ++refused > 1) await this.#judge(topic, partition, from)
        cause = new HubError('HUB_KAFKA_UNREACHABLE', { operation: 'read', cause: id })
      } catch (error) {
        if (error instanceof HubError && error.code !== 'HUB_KAFKA_UNREACHABLE') throw error
        cause = error
      }
      book.forget(topic)
      if (causeOf(cause) === 'UNKNOWN_TOPIC_OR_PARTITION' && ++unknown > 1) {
        if (options.topicId !== undefined) throw this.#foreign(topic, partition)
        throw unreachable('read', cause)
      }
      if (now() >= deadline) throw unreachable('read', cause)
      await sleep(retryMs)
    }
  }

  async #fetch(view: TopicView, partition: number, from: bigint, maxBytes: number): Promise<Fetched> {
    const leader = view.partitions[partition]
    if (!leader?.broker)
      throw new HubError('HUB_KAFKA_UNREACHABLE', { operation: 'read', cause: 'LEADER_NOT_AVAILABLE' })
    const wanted = { topic: view.topic, topicId: view.id, partition, epoch: leader.epoch, from, maxBytes }
    const limits = { maxWaitMs: 0, minBytes: 0, maxBytes }
    const [answer] = await fetchFrom(this.#parts.client, leader.broker, [wanted], limits)
    if (!answer) throw new HubError('HUB_KAFKA_UNREACHABLE', { operation: 'read', cause: 'empty answer' })
    return answer
  }

  /** The leader's own word on where its log starts and ends. */
  async #judge(topic: string, partition: number, from: bigint): Promise<void> {
    const { admin } = this.#parts
    const start = await offsetFor(admin, topic, partition, earliest)
    if (from < start) {
      throw new HubError('HUB_CURSOR_EXPIRED', { topic, partition, position: String(from), start: String(start) })
    }
    const end = await offsetFor(admin, topic, partition, latest)
    if (from > end) throw this.#foreign(topic, partition)
  }

  #foreign(topic: string, partition: number): HubError {
    return new HubError('HUB_CURSOR_FOREIGN', { topic, partition })
  }
}

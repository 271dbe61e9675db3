// Follows topics into a store. The store is a cache: a missing, foreign or older file is filled again from Kafka, each
// partition at its own pace. Entries and position are written in one transaction, so that each record counts once.
import { isHubError } from '#schemas/errors.ts'
import type { InRecord, Page, Reader } from '../kafka/port.ts'
import type { Store } from './port.ts'

export type Change = readonly [key: string, value: Buffer | null]

/** An entry as it stands after all records before this one. */
export type ReadEntry = (key: string) => Buffer | undefined

export interface FollowedTopic {
  readonly topic: string
  readonly partitions: number
  /** Pure. A record that it throws on is stepped over. */
  readonly changes: (record: InRecord, read: ReadEntry) => readonly Change[]
}

export interface FollowDeps {
  /** Opens the log events of this store: `receipts`. */
  readonly name: string
  readonly reader: Reader
  readonly store: Store
  readonly topics: readonly FollowedTopic[]
  /** Called when a partition has nothing new. */
  readonly idle: () => void
  readonly log: { warn(facts: object, text: string): void }
}

const waitMs = 1000
const pageBytes = 512 << 10

/** Starts following; does not wait until all is read. */
export function followTopics(deps: FollowDeps): { stop(): Promise<void> } {
  const follower = new Follower(deps)
  const following = follower.run()
  return {
    async stop() {
      follower.stop()
      await following
    },
  }
}

class Follower {
  readonly #deps: FollowDeps
  #stopped = false
  #wake: () => void = () => undefined

  constructor(deps: FollowDeps) {
    this.#deps = deps
  }

  async run(): Promise<void> {
    const places = this.#deps.topics.flatMap(one =>
      Array.from({ length: one.partitions }, (_, partition) => ({ one, partition })),
    )
    await Promise.all(places.map(({ one, partition }) => this.#follow(one, partition)))
  }

  stop(): void {
    this.#stopped = true
    this.#wake()
  }

  async #follow(one: FollowedTopic, partition: number): Promise<void> {
    const { reader, store } = this.#deps
    const name = `${one.topic}/${partition}`
    while (!this.#stopped) {
      try {
        const known = store.position(name)?.split('@')
        const from = known ? BigInt(known[0]!) : 'start'
        const page = await reader.page(one.topic, partition, from, {
          waitMs,
          maxBytes: pageBytes,
          ...(known ? { topicId: known[1]! } : {}),
        })
        if (this.#stopped) return
        this.#take(one, name, page, from)
      } catch (error) {
        if (this.#stopped) return
        // Another log of the same name: nothing that is known holds any more.
        if (isHubError(error, 'HUB_CURSOR_FOREIGN')) store.clear()
        // The log begins later than we stand: what it still holds is read from its start.
        else if (isHubError(error, 'HUB_CURSOR_EXPIRED')) await this.#restart(one, name, partition)
        else await this.#unreadable(one, error)
      }
    }
  }

  #take(one: FollowedTopic, name: string, page: Page, from: bigint | 'start'): void {
    if (page.next === from) {
      this.#deps.idle()
      return
    }
    const changed = new Map<string, Buffer | null>()
    const read: ReadEntry = key => {
      const now = changed.get(key)
      return now === undefined ? this.#deps.store.get(key) : (now ?? undefined)
    }
    for (const record of page.records) {
      try {
        for (const [key, value] of one.changes(record, read)) changed.set(key, value)
      } catch (error) {
        // One unreadable record must not stop all that lies behind it.
        const where = { topic: record.topic, partition: record.partition, offset: String(record.offset) }
        this.#deps.log.warn({ ...where, error: (error as Error).name }, `${this.#deps.name}.skipped`)
      }
    }
    this.#deps.store.write(changed, { [name]: `${page.next}@${page.topicId}` })
  }

  async #restart(one: FollowedTopic, name: string, partition: number): Promise<void> {
    try {
      const page = await this.#deps.reader.page(one.topic, partition, 'start', { maxBytes: pageBytes })
      this.#take(one, name, page, 'start')
    } catch (error) {
      await this.#unreadable(one, error)
    }
  }

  #unreadable({ topic }: FollowedTopic, error: unknown): Promise<void> {
    this.#deps.log.warn({ topic, error: (error as Error).name }, `${this.#deps.name}.unreadable`)
    return new Promise(done => {
      const timer = setTimeout(done, waitMs)
      const before = this.#wake
      this.#wake = () => {
        before()
        clearTimeout(timer)
        done()
      }
    })
  }
}

// The registry topic as every process follows it: compacted, one partition, so that what is written there outlives a restart
// and reaches everybody in one order.
import { setTimeout as sleep } from 'node:timers/promises'
import type { InRecord, Producer, Reader } from './kafka/port.ts'

export interface Registry {
  /** Resolves when all that stood in the topic at the time of the call has been heard here. Rejects when it cannot be read. */
  catchUp(): Promise<void>
  /** Resolves when the broker has confirmed it and it has been heard here. A null value deletes. */
  put(key: string, value: object | null): Promise<void>
  stop(): void
}

export interface RegistryDeps {
  readonly reader: Reader
  readonly producer: Producer
  readonly topic: string
  /** Called in the order of the log; for a record whose key begins with its prefix. Must not throw. */
  readonly listeners: Readonly<Record<string, (record: InRecord) => void>>
  readonly log: { warn(facts: object, text: string): void }
}

const waitMs = 1000

/** Follows the topic; resolves when its present end has been read. */
export async function followRegistry(deps: RegistryDeps): Promise<Registry> {
  const follower = new Follower(deps)
  await follower.catchUp()
  const stopped = new AbortController()
  void (async () => {
    while (!stopped.signal.aborted) {
      try {
        await follower.read(waitMs)
      } catch (error) {
        if (stopped.signal.aborted) return
        deps.log.warn({ code: (error as Error).message }, 'registry.unreadable')
        await sleep(waitMs)
      }
    }
  })()
  return {
    catchUp: () => follower.catchUp(),
    async put(key, value) {
      const text = value === null ? null : Buffer.from(JSON.stringify(value))
      const [written] = await deps.producer.send([{ topic: deps.topic, key, value: text }])
      await follower.readTo(written!.offset + 1n)
    },
    stop: () => stopped.abort(),
  }
}

class Follower {
  readonly #deps: RegistryDeps
  #next: bigint | 'start' = 'start'

  constructor(deps: RegistryDeps) {
    this.#deps = deps
  }

  // The end is asked of the leader, not read off a page: after a change of leader a page may end before what others have read.
  async catchUp(): Promise<void> {
    const { reader, topic } = this.#deps
    await this.readTo((await reader.page(topic, 0, 'end', { waitMs: 0 })).next)
  }

  async readTo(end: bigint): Promise<void> {
    for (let wait = 0; this.#next === 'start' || this.#next < end; wait = 100) await this.read(wait)
  }

  /** May run twice at a time: each page begins at or before what has been heard, and what has been heard is passed over. */
  async read(wait: number): Promise<void> {
    const { reader, topic, listeners } = this.#deps
    const page = await reader.page(topic, 0, this.#next, { waitMs: wait })
    for (const record of page.records) {
      if (this.#next !== 'start' && record.offset < this.#next) continue
      this.#next = record.offset + 1n
      const prefix = Object.keys(listeners).find(one => record.key?.startsWith(one))
      if (prefix !== undefined) listeners[prefix]!(record)
    }
    if (this.#next === 'start' || page.next > this.#next) this.#next = page.next
  }
}

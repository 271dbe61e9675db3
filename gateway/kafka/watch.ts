// Waits for news at the end of partitions, for any number of readers at once. Waiting readers must not fetch with a long
// poll of their own: the broker answers one connection's requests in order, so each would hold up the others.

import type { Base } from '@platformatic/kafka'
import type { TopicBook } from './book.ts'
import { fetchFrom, type Wanted } from './fetch.ts'
import { ensure } from './maps.ts'
import { type Broker, sleep } from './wire.ts'

interface Spot {
  readonly topic: string
  readonly partition: number
  readonly from: bigint
  readonly wakes: Set<() => void>
}

/** A newcomer waits at most this long before it is part of a round. */
const roundMs = 100

export class Watch {
  readonly #client: Base
  readonly #book: TopicBook
  readonly #spots = new Map<string, Spot>()
  #running = false
  #closed = false

  constructor(client: Base, book: TopicBook) {
    this.#client = client
    this.#book = book
  }

  /** Resolves when something may lie at or after `from`, or after `waitMs`. */
  wait(topic: string, partition: number, from: bigint, waitMs: number): Promise<void> {
    return new Promise(resolve => {
      const key = `${topic}:${partition}:${from}`
      const spot = ensure(this.#spots, key, () => ({ topic, partition, from, wakes: new Set<() => void>() }))
      const done = () => {
        clearTimeout(timer)
        spot.wakes.delete(done)
        if (spot.wakes.size === 0) this.#spots.delete(key)
        resolve()
      }
      const timer = setTimeout(done, waitMs)
      spot.wakes.add(done)
      if (!this.#running) void this.#run()
    })
  }

  close(): void {
    this.#closed = true
    for (const spot of [...this.#spots.values()]) for (const wake of [...spot.wakes]) wake()
  }

  async #run(): Promise<void> {
    this.#running = true
    while (this.#spots.size > 0 && !this.#closed) {
      try {
        await this.#round()
      } catch {
        await sleep(roundMs)
      }
    }
    this.#running = false
  }

  async #round(): Promise<void> {
    const nodes = new Map<string, { broker: Broker; wanted: Wanted[] }>()
    const seen = new Set<string>()
    for (const { topic, partition, from } of [...this.#spots.values()]) {
      const view = await this.#book.look(topic)
      const leader = view.partitions[partition]
      const tp = `${topic}:${partition}`
      // Two offsets of one partition cannot be in one request; the other one has its turn in the next.
      if (!leader?.broker || seen.has(tp)) continue
      seen.add(tp)
      const broker = leader.broker
      const key = `${broker.host}:${broker.port}`
      const node = ensure(nodes, key, () => ({ broker, wanted: [] as Wanted[] }))
      node.wanted.push({ topic, topicId: view.id, partition, epoch: leader.epoch, from, maxBytes: 1 })
    }
    if (nodes.size === 0) await sleep(roundMs)
    const limits = { maxWaitMs: roundMs, minBytes: 1, maxBytes: 1 }
    await Promise.all(
      [...nodes.values()].map(async ({ broker, wanted }) => {
        const asked = wanted.map(want => this.#spots.get(`${want.topic}:${want.partition}:${want.from}`))
        try {
          const fetched = await fetchFrom(this.#client, broker, wanted, limits)
          for (const [i, want] of wanted.entries()) {
            const answer = fetched.find(({ topic, partition }) => topic === want.topic && partition === want.partition)
            if (answer && (answer.errorCode !== 0 || answer.next > want.from || answer.end > want.from)) {
              for (const wake of [...(asked[i]?.wakes ?? [])]) wake()
              if (answer.errorCode !== 0) this.#book.forget(want.topic)
            }
          }
        } catch {
          for (const { topic } of wanted) this.#book.forget(topic)
          await sleep(roundMs)
        }
      }),
    )
  }
}

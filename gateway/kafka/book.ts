// What we know of topics: id, leaders, leader epochs. Cached for seconds, and forgotten on the first doubt (G10, G11).
import type { Base } from '@platformatic/kafka'
import { HubError } from '#schemas/errors.ts'
import { isUnknownTopic, unreachable } from './errors.ts'
import type { Broker } from './wire.ts'

export interface PartitionView {
  readonly leader: number
  readonly epoch: number
  readonly broker: Broker | undefined
}

export interface TopicView {
  readonly topic: string
  readonly id: string
  readonly partitions: readonly PartitionView[]
  readonly readAt: number
}

export class TopicBook {
  readonly #client: Base
  readonly #now: () => number
  readonly #maxAgeMs: number
  readonly #views = new Map<string, TopicView>()
  readonly #counts = new Map<string, number>()
  readonly #asking = new Map<string, Promise<TopicView>>()

  constructor(client: Base, now: () => number, maxAgeMs = 5000) {
    this.#client = client
    this.#now = now
    this.#maxAgeMs = maxAgeMs
  }

  /** The cached view while young, else the cluster's answer. */
  look(topic: string): Promise<TopicView> {
    const view = this.#views.get(topic)
    return view && this.#now() - view.readAt < this.#maxAgeMs ? Promise.resolve(view) : this.refresh(topic)
  }

  /** The number of partitions, known once and kept: it does not change while brokers are away. */
  async countOf(topic: string): Promise<number> {
    const known = this.#counts.get(topic)
    if (known === undefined) return (await this.look(topic)).partitions.length
    return known
  }

  forget(topic: string): void {
    this.#views.delete(topic)
  }

  refresh(topic: string): Promise<TopicView> {
    const asked = this.#asking.get(topic)
    if (asked) return asked
    const answer = this.#ask(topic).finally(() => this.#asking.delete(topic))
    this.#asking.set(topic, answer)
    return answer
  }

  async #ask(topic: string): Promise<TopicView> {
    try {
      const metadata = await this.#client.metadata({ topics: [topic], forceUpdate: true })
      const found = metadata.topics.get(topic)
      if (!found)
        throw new HubError('HUB_KAFKA_UNREACHABLE', { operation: 'metadata', cause: 'UNKNOWN_TOPIC_OR_PARTITION' })
      const view: TopicView = {
        topic,
        id: found.id,
        readAt: this.#now(),
        partitions: found.partitions.map(partition => ({
          leader: partition.leader,
          epoch: partition.leaderEpoch,
          broker: metadata.brokers.get(partition.leader),
        })),
      }
      this.#views.set(topic, view)
      this.#counts.set(topic, view.partitions.length)
      return view
    } catch (error) {
      this.#views.delete(topic)
      // The next question starts from the bootstrap brokers again.
      if (isUnknownTopic(error)) this.#counts.delete(topic)
      else this.#client.clearMetadata()
      throw unreachable('metadata', error)
    }
  }
}

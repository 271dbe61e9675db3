// Topics and lag: what the hub asks of the cluster besides records.
import {
  ConfigResourceTypes,
  IncrementalAlterConfigOperationTypes,
  type Admin as LibraryAdmin,
} from '@platformatic/kafka'
import type { TopicBook } from './book.ts'
import { brokerDisks } from './disks.ts'
import { findErrorId, unreachable } from './errors.ts'
import type { Limits } from './limits.ts'
import { latest } from './offsets.ts'
import type { Admin, BrokerDisk, TopicSpec } from './port.ts'
import { sleep } from './wire.ts'

export interface AdminParts {
  readonly library: LibraryAdmin
  readonly book: TopicBook
  readonly limits: Limits
}

const existsIds = new Set(['TOPIC_ALREADY_EXISTS'])
const dynamicTopicConfig = 1
const visibleTries = 50

export class TopicAdmin implements Admin {
  readonly #parts: AdminParts

  constructor(parts: AdminParts) {
    this.#parts = parts
  }

  async ensureTopics(specs: readonly TopicSpec[]): Promise<readonly string[]> {
    return this.#asked('ensure topics', async () => {
      const present = new Set(await this.#parts.library.listTopics())
      const created: string[] = []
      for (const spec of specs) if (!present.has(spec.name) && (await this.#create(spec))) created.push(spec.name)
      await this.#visible(created)
      await this.#configure(specs.filter(({ name }) => present.has(name)))
      return created
    })
  }

  async topics(prefix: string): Promise<readonly TopicSpec[]> {
    return this.#asked('list topics', async () => {
      const names = (await this.#parts.library.listTopics()).filter(name => name.startsWith(prefix)).sort()
      const configs = await this.#configs(names)
      return Promise.all(
        names.map(async name => ({
          name,
          partitions: (await this.#parts.book.refresh(name)).partitions.length,
          configs: configs.get(name) ?? {},
        })),
      )
    })
  }

  async limits(topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.#parts.limits.ask(topics)
  }

  async lag(group: string, topics: readonly string[]): Promise<ReadonlyMap<string, bigint>> {
    return this.#asked('lag', async () => {
      const { library, book } = this.#parts
      const asked = await Promise.all(
        topics.map(async name => ({ name, partitions: (await book.look(name)).partitions.map((_, i) => i) })),
      )
      const ends = await library.listOffsets({
        topics: asked.map(({ name, partitions }) => ({
          name,
          partitions: partitions.map(partitionIndex => ({ partitionIndex, timestamp: latest })),
        })),
      })
      const starts = await library.listOffsets({
        topics: asked.map(({ name, partitions }) => ({
          name,
          partitions: partitions.map(partitionIndex => ({ partitionIndex, timestamp: -2n })),
        })),
      })
      const committed = await library.listConsumerGroupOffsets({
        groups: [
          { groupId: group, topics: asked.map(({ name, partitions }) => ({ name, partitionIndexes: partitions })) },
        ],
      })
      return lagOf(ends, starts, committed[0]?.topics ?? [])
    })
  }

  async members(group: string): Promise<number> {
    return this.#asked('members', async () => {
      const groups = await this.#parts.library.describeGroups({ groups: [group] })
      return groups.get(group)?.members.size ?? 0
    })
  }

  async moveTo(group: string, topic: string, offsets: readonly bigint[]): Promise<void> {
    const partitionOffsets = offsets.map((offset, partition) => ({ partition, offset }))
    await this.#asked('move group', () =>
      this.#parts.library.alterConsumerGroupOffsets({ groupId: group, topics: [{ name: topic, partitionOffsets }] }),
    )
  }

  async committed(group: string, topic: string): Promise<ReadonlyMap<number, bigint>> {
    return this.#asked('committed offsets', async () => {
      const { library, book } = this.#parts
      const partitionIndexes = (await book.look(topic)).partitions.map((_, index) => index)
      const [answer] = await library.listConsumerGroupOffsets({
        groups: [{ groupId: group, topics: [{ name: topic, partitionIndexes }] }],
        requireStable: true,
      })
      const partitions = answer?.topics.find(({ name }) => name === topic)?.partitions ?? []
      return new Map(
        partitions
          .filter(one => one.committedOffset >= 0n)
          .map(one => [one.partitionIndex, one.committedOffset] as const),
      )
    })
  }

  async deleteBefore(topic: string, partition: number, offset: bigint): Promise<void> {
    // To the broker a negative offset means everything.
    if (offset <= 0n) return
    await this.#asked('delete records', () =>
      this.#parts.library.deleteRecords({ topics: [{ name: topic, partitions: [{ partition, offset }] }] }),
    )
  }

  async brokers(): Promise<number> {
    return this.#asked('brokers', async () => {
      const { brokers } = await this.#parts.library.metadata({ topics: [], forceUpdate: true })
      return brokers.size
    })
  }

  async disks(): Promise<readonly BrokerDisk[]> {
    return this.#asked('disks', () => brokerDisks(this.#parts.library))
  }

  async close(): Promise<void> {
    await this.#parts.library.close()
  }

  async #create(spec: TopicSpec): Promise<boolean> {
    try {
      await this.#parts.library.createTopics({
        topics: [spec.name],
        partitions: spec.partitions,
        replicas: spec.replicas ?? -1,
        configs: Object.entries(spec.configs).map(([name, value]) => ({ name, value })),
      })
      return true
    } catch (error) {
      // Another process was faster.
      if (findErrorId(error, existsIds)) return false
      throw error
    }
  }

  // Brokers learn of a new topic a little after the controller has made it.
  async #visible(names: readonly string[]): Promise<void> {
    for (const name of names) {
      for (let i = 0; ; i++) {
        try {
          const view = await this.#parts.book.refresh(name)
          if (view.partitions.every(({ broker }) => broker)) break
        } catch (error) {
          if (i >= visibleTries) throw error
        }
        if (i >= visibleTries) break
        await sleep(100)
      }
    }
  }

  async #configure(specs: readonly TopicSpec[]): Promise<void> {
    const present = await this.#configs(specs.map(({ name }) => name))
    const resources = specs.flatMap(({ name, configs }) => {
      const differing = Object.entries(configs).filter(([key, value]) => present.get(name)?.[key] !== value)
      if (differing.length === 0) return []
      return [
        {
          resourceType: ConfigResourceTypes.TOPIC,
          resourceName: name,
          configs: differing.map(([key, value]) => ({
            name: key,
            value,
            configOperation: IncrementalAlterConfigOperationTypes.SET,
          })),
        },
      ]
    })
    if (resources.length > 0) await this.#parts.library.incrementalAlterConfigs({ resources })
  }

  /** Configs set on the topics themselves, without the cluster's defaults. */
  async #configs(names: readonly string[]): Promise<Map<string, Record<string, string>>> {
    if (names.length === 0) return new Map()
    const described = await this.#parts.library.describeConfigs({
      resources: names.map(name => ({ resourceType: ConfigResourceTypes.TOPIC, resourceName: name })),
    })
    return new Map(
      described.map(({ resourceName, configs }) => [
        resourceName,
        Object.fromEntries(
          configs
            .filter(({ configSource }) => configSource === dynamicTopicConfig)
            .map(({ name, value }) => [name, value ?? '']),
        ),
      ]),
    )
  }

  async #asked<T>(operation: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      this.#parts.library.clearMetadata()
      throw unreachable(operation, error)
    }
  }
}

type Ends = ReadonlyArray<{ name: string; partitions: ReadonlyArray<{ partitionIndex: number; offset: bigint }> }>
type Committed = ReadonlyArray<{
  name: string
  partitions: ReadonlyArray<{ partitionIndex: number; committedOffset: bigint }>
}>

function lagOf(ends: Ends, starts: Ends, committed: Committed): Map<string, bigint> {
  const startOf = new Map(starts.flatMap(t => t.partitions.map(p => [`${t.name}:${p.partitionIndex}`, p.offset])))
  const done = new Map(
    committed.flatMap(t => t.partitions.map(p => [`${t.name}:${p.partitionIndex}`, p.committedOffset])),
  )
  return new Map(
    ends.map(({ name, partitions }) => {
      let lag = 0n
      for (const { partitionIndex, offset } of partitions) {
        const key = `${name}:${partitionIndex}`
        const position = done.get(key) ?? -1n
        const from = position >= 0n ? position : (startOf.get(key) ?? 0n)
        if (offset > from) lag += offset - from
      }
      return [name, lag]
    }),
  )
}

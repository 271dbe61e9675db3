// Our place in a consumer group: joined or not, which partitions, under which term. A term ends with every rejoin,
// rebalance or doubt; whatever was read in an earlier one is void (G8).
import { type API, Consumer, type ConsumerOptions, kGetApi, ProtocolError } from '@platformatic/kafka'
import { causeOf, findErrorId } from './errors.ts'
import type { Standing, TopicPartition } from './guards/offsets.ts'
import type { Place } from './guards/twin.ts'
import { baseOptions, type Settings } from './settings.ts'

type Callback<T> = (error: Error | null, result?: T) => void

/** A broker that dies is missed for three seconds and its groups move in two more: shorter, and each such loss would put living
 *  members out. */
const sessionTimeoutMs = 6000
const usurpedIds = new Set(['FENCED_INSTANCE_ID'])

/** The library answers a lost instance id by taking it back, and two processes would steal it from each other for ever.
 *  This one stops there; the owner then asks whether the slot is still ours. */
class GroupConsumer extends Consumer {
  readonly #usurped: () => void

  constructor(options: ConsumerOptions<Buffer, Buffer, Buffer, Buffer>, usurped: () => void) {
    super(options)
    this.#usurped = usurped
  }

  override [kGetApi]<A extends unknown[], R>(name: string, callback: Callback<API<A, R>>): void {
    super[kGetApi]<A, R>(name, (error, api) => {
      if (error || !api || (name !== 'Heartbeat' && name !== 'SyncGroup')) {
        callback(error, api)
        return
      }
      const watched = (...parameters: unknown[]) => {
        const answer = parameters.pop() as Callback<R>
        const guarded = (failure: Error | null, result?: R) => {
          if (failure && findErrorId(failure, usurpedIds)) this.#usurped()
          else answer(failure, result)
        }
        const call = api as unknown as (...all: unknown[]) => void
        call(...parameters, guarded)
      }
      callback(
        null,
        Object.assign(watched, { key: api.key, version: api.version, async: api.async }) as unknown as API<A, R>,
      )
    })
  }
}

export class Membership {
  readonly #settings: Settings
  readonly #group: string
  readonly #slot: string
  readonly #topics: readonly string[]
  #consumer: GroupConsumer | null = null
  #joining: Promise<void> | null = null
  #term = 0
  #usurped = false
  #place: Place | null = null

  constructor(settings: Settings, group: string, slot: string, topics: readonly string[]) {
    this.#settings = settings
    this.#group = group
    this.#slot = slot
    this.#topics = topics
  }

  get term(): number {
    return this.#term
  }

  get consumer(): Consumer | null {
    return this.#consumer
  }

  /** Who we were when we last joined; null before. */
  get place(): Place | null {
    return this.#place
  }

  /** Someone else joined under our instance id. */
  get usurped(): boolean {
    return this.#usurped
  }

  /** Joins if that is due. False when the join takes longer than `waitMs`; it goes on meanwhile. */
  async join(waitMs: number): Promise<boolean> {
    if (this.#consumer && !this.#joining) return true
    this.#joining ??= this.#start().finally(() => {
      this.#joining = null
    })
    let timer: ReturnType<typeof setTimeout> | undefined
    const patience = new Promise<false>(resolve => {
      timer = setTimeout(resolve, waitMs, false)
    })
    try {
      return await Promise.race([this.#joining.then(() => true), patience])
    } finally {
      clearTimeout(timer)
    }
  }

  /** Partitions now owned. */
  assignment(): TopicPartition[] {
    return (this.#consumer?.assignments ?? []).flatMap(({ topic, partitions }) =>
      partitions.map(partition => ({ topic, partition })),
    )
  }

  async standing(): Promise<Standing> {
    const consumer = this.#consumer!
    return {
      group: this.#group,
      generation: consumer.generationId,
      memberId: consumer.memberId ?? '',
      instanceId: this.#slot,
      coordinator: await consumer.findGroupCoordinator(),
    }
  }

  /** Voids what was read so far; the next poll starts from the committed offsets. */
  doubt(): void {
    this.#term++
    this.#consumer?.clearMetadata()
  }

  /** A topic got more partitions: the group must share them out anew. */
  async rejoin(): Promise<void> {
    this.doubt()
    await this.#consumer?.joinGroup({})
  }

  /** Leaves without a word; the next join takes the same place again. */
  drop(): void {
    const consumer = this.#consumer
    this.#consumer = null
    this.#usurped = false
    this.#term++
    if (consumer) void consumer.close(true).catch(() => {})
  }

  async close(): Promise<void> {
    const consumer = this.#consumer
    this.#consumer = null
    this.#term++
    await consumer?.close(true).catch(() => {})
  }

  async #start(): Promise<void> {
    const lost = Promise.withResolvers<never>()
    lost.promise.catch(() => {})
    const consumer = new GroupConsumer(this.#options(), () => {
      this.#lose(consumer, 'FENCED_INSTANCE_ID', true)
      lost.reject(new ProtocolError('FENCED_INSTANCE_ID'))
    })
    consumer.on('consumer:group:join', ({ memberId, generationId: generation }) => {
      this.#term++
      this.#place = {
        group: this.#group,
        instanceId: this.#slot,
        memberId: memberId ?? '',
        generation: generation ?? 0,
      }
    })
    consumer.on('consumer:group:rebalance', () => this.#term++)
    // The library gives up here: no heartbeat follows.
    consumer.on('error', error => this.#lose(consumer, causeOf(error), false))
    for (const topic of this.#topics) consumer.topics.track(topic)
    try {
      // A request answered by FENCED_INSTANCE_ID never comes back.
      await Promise.race([consumer.joinGroup({}), lost.promise])
    } catch (error) {
      void consumer.close(true).catch(() => {})
      throw error
    }
    this.#consumer = consumer
    this.#settings.log('info', 'kafka.group.joined', {
      group: this.#group,
      slot: this.#slot,
      partitions: this.assignment().length,
    })
  }

  #options(): ConsumerOptions<Buffer, Buffer, Buffer, Buffer> {
    return {
      ...baseOptions(this.#settings),
      groupId: this.#group,
      groupInstanceId: this.#slot,
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: 10_000,
      heartbeatInterval: 1000,
      // A join may take as long as the group needs; the request must outlive it.
      requestTimeout: 12_000,
      retries: 10,
    }
  }

  #lose(consumer: GroupConsumer, cause: string, usurped: boolean): void {
    if (this.#consumer !== consumer) return
    this.#settings.log('warn', 'kafka.group.lost', { group: this.#group, slot: this.#slot, cause })
    this.drop()
    this.#usurped = usurped
  }
}

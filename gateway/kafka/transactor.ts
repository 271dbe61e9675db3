// One transaction at a time under one transactional id. Nothing else in the hub begins, commits or aborts.
import type { Consumer } from '@platformatic/kafka'
import { HubError } from '#schemas/errors.ts'
import type { TopicBook } from './book.ts'
import { ChunkSender } from './chunk-sender.ts'
import type { Chunk } from './chunks.ts'
import { causeOf, isFenced, isIdentityLost, isRebalance, unreachable } from './errors.ts'
import { GuardedProducer } from './guards/identity.ts'
import { commitOffsets, type Position, type Standing } from './guards/offsets.ts'
import type { Identity } from './node-sender.ts'
import type { Settings } from './settings.ts'

/** The consumer side of a transaction: whose offsets move, and whether they still may at the last moment. */
export interface Moves {
  readonly consumer: Consumer
  readonly standing: Standing
  readonly positions: readonly Position[]
  readonly stillOurs: () => boolean
}

type Transaction = Awaited<ReturnType<GuardedProducer['beginTransaction']>>
type AddPartitions = Parameters<Transaction['addPartitions']>
type Lanes = ReadonlyMap<string, readonly Chunk[]>
export type Placed = (chunk: Chunk, offset: bigint) => void

interface Session {
  readonly producer: GuardedProducer
  readonly sender: ChunkSender
  readonly identity: Identity
  readonly sequences: Map<string, number>
}

export class Transactor {
  readonly #settings: Settings
  readonly #slot: string
  readonly #book: TopicBook
  #session: Session | null = null
  #known: { id: bigint; epoch: number } | undefined
  #readying: Promise<void> | null = null
  #opening: GuardedProducer | null = null
  #fenced = false
  #closed = false

  constructor(settings: Settings, slot: string, book: TopicBook) {
    this.#settings = settings
    this.#slot = slot
    this.#book = book
  }

  /** Initialises the transactional id where that is due. Always before committed offsets are read (G1): it ends whatever
   *  transaction a dead predecessor left open. Also the zombie test (G4, KIP-360): it asks with the identity known so far. */
  async ready(): Promise<void> {
    this.#check()
    if (this.#session) return
    this.#readying ??= this.#init().finally(() => {
      this.#readying = null
    })
    await this.#readying
  }

  async #init(): Promise<void> {
    const producer = new GuardedProducer(this.#settings, this.#slot, this.#known)
    this.#opening = producer
    try {
      const first = await producer.beginTransaction()
      await first.cancel()
      const identity = { id: producer.producerId!, epoch: producer.producerEpoch!, transactionalId: this.#slot }
      this.#known = { id: identity.id, epoch: identity.epoch }
      this.#session = {
        producer,
        identity,
        sender: new ChunkSender(producer, this.#book, this.#settings.now),
        sequences: new Map(),
      }
    } catch (error) {
      void producer.close(true).catch(() => {})
      if (isIdentityLost(error)) this.#known = undefined
      if (isFenced(error) && this.#known) {
        this.#fenced = true
        this.#settings.log('warn', 'kafka.slot.fenced', { slot: this.#slot })
      }
      this.#check()
      throw unreachable('init transactional id', error)
    } finally {
      this.#opening = null
    }
  }

  /** Forgets the session, so that the next use asks whether the slot is still ours. */
  doubt(): void {
    const session = this.#session
    this.#session = null
    if (session) void session.producer.close(true).catch(() => {})
  }

  async run(lanes: Lanes, placed: Placed, moves: Moves | null): Promise<void> {
    await this.ready()
    const session = this.#session!
    let transaction: Transaction | undefined
    let ending = false
    try {
      transaction = await session.producer.beginTransaction()
      await this.#produce(session, transaction, lanes, placed)
      if (moves) {
        await transaction.addConsumer(moves.consumer)
        await commitOffsets(moves.consumer, session.producer, moves.standing, session.identity, moves.positions)
        if (!moves.stillOurs()) throw new HubError('HUB_KAFKA_UNREACHABLE', { operation: 'commit', cause: 'REBALANCE' })
      }
      ending = true
      await transaction.commit()
    } catch (error) {
      await this.#recover(error, transaction, ending)
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    void this.#opening?.close(true).catch(() => {})
    await this.#session?.producer.close(true).catch(() => {})
    this.#session = null
  }

  async #produce(session: Session, transaction: Transaction, lanes: Lanes, placed: Placed): Promise<void> {
    if (lanes.size === 0) return
    await this.#addPartitions(transaction, lanes)
    const deadline = this.#settings.now() + this.#settings.transactionTimeoutMs / 2
    const results = await Promise.allSettled(
      [...lanes].map(async ([name, chunks]) => {
        for (const chunk of chunks) {
          const sequence = session.sequences.get(name) ?? 0
          const offset = await session.sender.send(chunk, session.identity, sequence, deadline)
          session.sequences.set(name, sequence + chunk.messages.length)
          placed(chunk, offset)
        }
      }),
    )
    const failed = results.find(result => result.status === 'rejected')
    if (failed) throw failed.reason
  }

  async #addPartitions(transaction: Transaction, lanes: Lanes): Promise<void> {
    const topics = new Map<string, { partitionsCount: number }>()
    const messages: { topic: string; partition: number }[] = []
    for (const [chunk] of lanes.values()) {
      const { topic, partition } = chunk!
      topics.set(topic, { partitionsCount: (await this.#book.look(topic)).partitions.length })
      messages.push({ topic, partition })
    }
    await transaction.addPartitions({ topics } as unknown as AddPartitions[0], messages as unknown as AddPartitions[1])
  }

  /** Only a refused member may abort and go on; after anything less clear the id is asked for anew (G4). Always throws. */
  async #recover(error: unknown, transaction: Transaction | undefined, ending: boolean) {
    const clean = !ending && transaction && (isRebalance(error) || causeOf(error) === 'REBALANCE')
    this.#settings.log('warn', 'kafka.transaction.aborted', { slot: this.#slot, cause: causeOf(error), ending })
    const aborted =
      clean &&
      (await transaction
        .abort()
        .then(() => true)
        .catch(() => false))
    if (!aborted) this.doubt()
    // A zombie must know at once that it is one.
    if (isFenced(error)) await this.ready()
    throw new HubError(
      'HUB_KAFKA_UNREACHABLE',
      { operation: 'transaction', cause: causeOf(error), outcome: ending ? 'unknown' : 'none' },
      error,
    )
  }

  #check(): void {
    if (this.#fenced) throw new HubError('HUB_KAFKA_FENCED', { slot: this.#slot })
    if (this.#closed) throw new HubError('HUB_KAFKA_UNREACHABLE', { operation: 'transaction', cause: 'closed' })
  }
}

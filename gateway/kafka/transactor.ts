// One transaction at a time under one transactional id. Nothing else in the hub begins, commits or aborts.
import { Base, type Consumer, ProtocolError } from '@platformatic/kafka'
import { HubError } from '#schemas/errors.ts'
import type { TopicBook } from './book.ts'
import { ChunkSender } from './chunk-sender.ts'
import type { Chunk } from './chunks.ts'
import { causeOf, isFenced, isIdentityLost, isRebalance, unreachable } from './errors.ts'
import { GuardedProducer } from './guards/identity.ts'
import { commitOffsets, type Position, type Standing } from './guards/offsets.ts'
import type { Identity } from './node-sender.ts'
import { baseOptions, type Settings } from './settings.ts'

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
  readonly identity: Identity
  readonly sequences: Map<string, number>
}

export class Transactor {
  readonly #settings: Settings
  readonly #slot: string
  readonly #book: TopicBook
  readonly #hasTwin: () => Promise<boolean>
  /** Its own connections, so that records need not wait behind the coordinator's answers. */
  readonly #writing: Base
  readonly #sender: ChunkSender
  #session: Session | null = null
  #known: { id: bigint; epoch: number } | undefined
  #readying: Promise<void> | null = null
  #opening: GuardedProducer | null = null
  #fenced = false
  #closed = false

  constructor(settings: Settings, slot: string, book: TopicBook, hasTwin: () => Promise<boolean>) {
    this.#settings = settings
    this.#slot = slot
    this.#book = book
    this.#hasTwin = hasTwin
    this.#writing = new Base(baseOptions(settings))
    this.#sender = new ChunkSender(this.#writing, book, settings.now)
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
      await producer.takeOver()
      const identity = { id: producer.producerId!, epoch: producer.producerEpoch!, transactionalId: this.#slot }
      this.#known = { id: identity.id, epoch: identity.epoch }
      this.#session = {
        producer,
        identity,
        sequences: new Map(),
      }
    } catch (error) {
      void producer.close(true).catch(() => {})
      if (isIdentityLost(error)) this.#known = undefined
      if (isFenced(error) && this.#known) await this.#settle()
      this.#check()
      throw unreachable('init transactional id', error)
    } finally {
      this.#opening = null
    }
  }

  /** Fenced: by a twin, for good; or by a coordinator that started anew, and then the id is simply asked for again. */
  async #settle(): Promise<void> {
    const twin = await this.#hasTwin()
    this.#settings.log('warn', twin ? 'kafka.slot.fenced' : 'kafka.slot.reclaimed', { slot: this.#slot })
    if (twin) this.#fenced = true
    else this.#known = undefined
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
      if (lanes.size > 0) await this.#addPartitions(transaction, lanes)
      await both(
        this.#produce(session, lanes, placed),
        moves ? transaction.addConsumer(moves.consumer) : Promise.resolve(),
      )
      if (moves) await this.#move(session, moves)
      if (moves && !moves.stillOurs()) throw new ProtocolError('REBALANCE_IN_PROGRESS')
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
    await this.#writing.close().catch(() => {})
    this.#session = null
  }

  // Not beside the records: a broker refuses to check two parts of one transaction at a time.
  async #move(session: Session, moves: Moves): Promise<void> {
    await commitOffsets(moves.consumer, session.producer, moves.standing, session.identity, moves.positions)
  }

  async #produce(session: Session, lanes: Lanes, placed: Placed): Promise<void> {
    const deadline = this.#settings.now() + this.#settings.transactionTimeoutMs / 2
    const results = await Promise.allSettled(
      [...lanes].map(async ([name, chunks]) => {
        for (const chunk of chunks) {
          const sequence = session.sequences.get(name) ?? 0
          const offset = await this.#sender.send(chunk, session.identity, sequence, deadline)
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
      topics.set(topic, { partitionsCount: await this.#book.countOf(topic) })
      messages.push({ topic, partition })
    }
    await transaction.addPartitions({ topics } as unknown as AddPartitions[0], messages as unknown as AddPartitions[1])
  }

  /** Only a refused member may abort and go on; after anything less clear the id is asked for anew (G4). Always throws. */
  async #recover(error: unknown, transaction: Transaction | undefined, ending: boolean) {
    const clean = !ending && transaction && isRebalance(error)
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

/** Waits for both, also when one has failed: a transaction is not ended while a part of it is still under way. */
async function both(first: Promise<void>, second: Promise<void>): Promise<void> {
  const failed = (await Promise.allSettled([first, second])).find(result => result.status === 'rejected')
  if (failed) throw failed.reason
}

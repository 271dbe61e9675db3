// Sends a chunk to whoever leads its partition, again and again with the same sequence number until the broker has
// confirmed it, refused it, or time is up. The broker drops repeats by that number.

import { ProtocolError } from '@platformatic/kafka'
import type { TopicBook } from './book.ts'
import type { Chunk } from './chunks.ts'
import { findErrorId } from './errors.ts'
import { ensure } from './maps.ts'
import { type Identity, NodeSender } from './node-sender.ts'
import { type Client, sleep } from './wire.ts'

const finalIds = new Set([
  'CLUSTER_AUTHORIZATION_FAILED',
  'DUPLICATE_SEQUENCE_NUMBER',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
  'INVALID_RECORD',
  'INVALID_TOPIC_EXCEPTION',
  'INVALID_TXN_STATE',
  'MESSAGE_TOO_LARGE',
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'POLICY_VIOLATION',
  'PRODUCER_FENCED',
  'RECORD_LIST_TOO_LARGE',
  'TOPIC_AUTHORIZATION_FAILED',
  'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
  'TRANSACTION_ABORTABLE',
  'UNKNOWN_PRODUCER_ID',
])

// NETWORK_EXCEPTION from a broker: it was just checking another part of the same transaction.
const busyIds = new Set(['CONCURRENT_TRANSACTIONS', 'NETWORK_EXCEPTION', 'NOT_LEADER_OR_FOLLOWER'])

export class ChunkSender {
  readonly #client: Client
  readonly #book: TopicBook
  readonly #now: () => number
  readonly #senders = new Map<string, NodeSender>()

  constructor(client: Client, book: TopicBook, now: () => number) {
    this.#client = client
    this.#book = book
    this.#now = now
  }

  /** Rejects with the last error once `deadline` has passed; at least one attempt is made. */
  async send(chunk: Chunk, identity: Identity, sequence: number, deadline: number): Promise<bigint> {
    for (;;) {
      try {
        return await (await this.#leaderOf(chunk)).send(chunk, identity, sequence)
      } catch (error) {
        if (findErrorId(error, finalIds) || this.#now() >= deadline) throw error
        this.#book.forget(chunk.topic)
        await sleep(findErrorId(error, busyIds) ? 20 : 100)
      }
    }
  }

  async #leaderOf(chunk: Chunk): Promise<NodeSender> {
    const view = await this.#book.look(chunk.topic)
    const broker = view.partitions[chunk.partition]?.broker
    if (!broker) throw new ProtocolError('LEADER_NOT_AVAILABLE')
    const key = `${broker.host}:${broker.port}`
    return ensure(this.#senders, key, () => new NodeSender(this.#client, broker))
  }
}

// Offsets of a group: read when they are stable (G6), moved in one request that names the member and its generation (G2, KIP-447).
import { type Consumer, offsetFetchV9, ProtocolError, txnOffsetCommitV3 } from '@platformatic/kafka'
import { findErrorId } from '../errors.ts'
import type { Identity } from '../node-sender.ts'
import { type Client, connectionTo, sleep } from '../wire.ts'

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

export interface Position extends TopicPartition {
  readonly offset: bigint
}

/** What a broker needs to tell a member in good standing from a zombie. */
export interface Standing {
  readonly group: string
  readonly generation: number
  readonly memberId: string
  readonly instanceId: string
  readonly coordinator: number
}

// An open transaction still holds offsets of this group, or the coordinator is just moving in.
const notYetIds = new Set(['UNSTABLE_OFFSET_COMMIT', 'COORDINATOR_LOAD_IN_PROGRESS'])
const notYetMs = 50
const patience = 300
const commitPatience = 40

function byTopic<T extends TopicPartition>(positions: readonly T[]): Map<string, T[]> {
  const topics = new Map<string, T[]>()
  for (const position of positions) {
    const list = topics.get(position.topic)
    if (list) list.push(position)
    else topics.set(position.topic, [position])
  }
  return topics
}

async function coordinatorConnection(consumer: Consumer, client: Client, node: number) {
  const { brokers } = await consumer.metadata({ topics: [] })
  const broker = brokers.get(node)
  if (!broker) throw new ProtocolError('COORDINATOR_NOT_AVAILABLE')
  return connectionTo(client, broker)
}

/** Committed offsets by `topic:partition`, -1 where none. The library reads past offsets that an open transaction holds;
 *  a member that starts from those repeats what that transaction then commits. */
export async function stableOffsets(
  consumer: Consumer,
  partitions: readonly TopicPartition[],
): Promise<Map<string, bigint>> {
  const topics = [...byTopic(partitions)].map(([name, list]) => ({
    name,
    partitionIndexes: list.map(p => p.partition),
  }))
  for (let attempt = 0; ; attempt++) {
    try {
      const connection = await coordinatorConnection(consumer, consumer, await consumer.findGroupCoordinator())
      const request = { groupId: consumer.groupId, memberId: null, memberEpoch: -1, topics }
      const { groups } = await offsetFetchV9.api.async(connection, [request], true)
      const offsets = new Map<string, bigint>()
      for (const { name, partitions } of groups[0]?.topics ?? []) {
        for (const { partitionIndex, committedOffset, errorCode } of partitions) {
          if (errorCode !== 0) throw new ProtocolError(errorCode)
          offsets.set(`${name}:${partitionIndex}`, committedOffset)
        }
      }
      return offsets
    } catch (error) {
      if (!findErrorId(error, notYetIds) || attempt >= patience) throw error
      await sleep(notYetMs)
    }
  }
}

/** All offsets of a batch at once: the library merges parallel calls into one and forgets the others. */
export async function commitOffsets(
  consumer: Consumer,
  client: Client,
  standing: Standing,
  identity: Identity,
  positions: readonly Position[],
): Promise<void> {
  const topics = [...byTopic(positions)].map(([name, list]) => ({
    name,
    partitions: list.map(({ partition, offset }) => ({
      partitionIndex: partition,
      committedOffset: offset,
      committedLeaderEpoch: -1,
      committedMetadata: '',
    })),
  }))
  for (let attempt = 0; ; attempt++) {
    try {
      const connection = await coordinatorConnection(consumer, client, standing.coordinator)
      await txnOffsetCommitV3.api.async(
        connection,
        identity.transactionalId ?? '',
        standing.group,
        identity.id,
        identity.epoch,
        standing.generation,
        standing.memberId,
        standing.instanceId,
        topics,
      )
      return
    } catch (error) {
      if (!findErrorId(error, notYetIds) || attempt >= commitPatience) throw error
      await sleep(notYetMs)
    }
  }
}

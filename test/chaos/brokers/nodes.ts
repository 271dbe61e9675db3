// What is done to a cluster under traffic: who leads what, who is ended, what is moved.
import {
  type Admin,
  alterPartitionReassignmentsV0,
  createAPI,
  FindCoordinatorKeyTypes,
  type Reader,
  Writer,
} from '@platformatic/kafka'
import { bootstrapConnection } from '#gateway/kafka/wire.ts'
import type { Cluster } from '#ops/bootstrap/broker/cluster.ts'

export interface PartitionPlace {
  readonly topic: string
  readonly partition: number
  /** Ids of nodes. */
  readonly leader: number
  readonly replicas: readonly number[]
  readonly inSync: readonly number[]
}

type Coordinated = { readonly group: string } | { readonly slot: string }

const waitMs = 60_000
const operationMs = 15_000

// The library has no such request: [election_type: preferred = 0] [topic_partitions: null = all] [timeout_ms].
const electLeadersV2 = createAPI<[], number>(
  43,
  2,
  () => Writer.create().appendInt8(0).appendUnsignedVarInt(0).appendInt32(operationMs).appendTaggedFields(),
  (_correlation: number, _key: number, _version: number, reader: Reader) => {
    reader.readInt32()
    return reader.readInt16()
  },
)

export class Nodes {
  readonly #cluster: Cluster
  readonly #admin: Admin

  constructor(cluster: Cluster, admin: Admin) {
    this.#cluster = cluster
    this.#admin = admin
  }

  async places(topics: readonly string[]): Promise<PartitionPlace[]> {
    const { topics: found } = await this.#admin.metadata({ topics: [...topics], forceUpdate: true })
    return topics.flatMap(topic =>
      (found.get(topic)?.partitions ?? []).map(({ leader, replicas, isr }, partition) => ({
        topic,
        partition,
        leader,
        replicas,
        inSync: isr,
      })),
    )
  }

  /** Index of the node that coordinates a group or a transactional id. */
  async coordinatorOf(what: Coordinated): Promise<number> {
    const [keyType, key] =
      'group' in what ? [FindCoordinatorKeyTypes.GROUP, what.group] : [FindCoordinatorKeyTypes.TRANSACTION, what.slot]
    const [found] = await this.#admin.findCoordinator({ keyType, keys: [key] })
    return found!.nodeId - 1
  }

  async leaderOf(topic: string, partition: number): Promise<number> {
    return (await this.places([topic]))[partition]!.leader - 1
  }

  /** kill -9. */
  async kill(index: number): Promise<void> {
    const node = this.#cluster.nodes[index]!
    node.kill()
    await node.exited
  }

  /** SIGTERM and wait: it hands its partitions on before it goes. */
  stop(index: number): Promise<void> {
    return this.#cluster.nodes[index]!.stop()
  }

  /** Starts it again and waits until it holds all that the others hold. */
  async restart(index: number, topics: readonly string[]): Promise<void> {
    await this.#cluster.restart(index)
    await this.whole(topics)
  }

  /** Waits until every partition has all three replicas in sync. */
  async whole(topics: readonly string[]): Promise<void> {
    await until('all replicas in sync', async () => {
      const places = await this.places(topics)
      return places.length > 0 && places.every(({ inSync, leader }) => leader >= 0 && inSync.length === 3)
    })
  }

  /** Each partition's first replica leads again; resolves when that is so. */
  async electPreferred(topics: readonly string[]): Promise<void> {
    await until('the preferred leaders', async () => {
      await electLeadersV2.async(await bootstrapConnection(this.#admin))
      return (await this.places(topics)).every(({ leader, replicas }) => leader === replicas[0])
    })
  }

  /** Moves partitions to other nodes, in the order of preference given; resolves when the move is done. */
  async reassign(moves: readonly { topic: string; partition: number; replicas: readonly number[] }[]): Promise<void> {
    const topics = [...Map.groupBy(moves, ({ topic }) => topic)].map(([name, list]) => ({
      name,
      partitions: list.map(({ partition, replicas }) => ({ partitionIndex: partition, replicas: [...replicas] })),
    }))
    await alterPartitionReassignmentsV0.api.async(await bootstrapConnection(this.#admin), operationMs, true, topics)
    await until('the reassignment', async () => {
      const places = await this.places(topics.map(({ name }) => name))
      return moves.every(move => {
        const now = places.find(({ topic, partition }) => topic === move.topic && partition === move.partition)
        return now?.replicas.join() === move.replicas.join() && now.inSync.length === move.replicas.length
      })
    })
  }
}

export async function until(what: string, met: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + waitMs
  while (performance.now() < deadline) {
    if (await Promise.resolve(met()).catch(() => false)) return
    await new Promise(done => setTimeout(done, 20))
  }
  throw new Error(`not within ${waitMs} ms: ${what}`)
}

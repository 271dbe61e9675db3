// Three brokers on one machine, for tests of replication and of killed leaders.
import { join } from 'node:path'
import { newClusterId } from './java.ts'
import type { Broker, BrokerOptions } from './options.ts'
import { freePorts } from './ports.ts'
import { startBroker } from './start.ts'

export interface Cluster {
  /** All addresses, comma separated, also of nodes that are down. */
  readonly brokers: string
  readonly nodes: readonly Broker[]
  /** Starts node `index` (0-based) again on its own data after it ended. */
  restart(index: number): Promise<void>
  stop(): Promise<void>
}

export type ClusterOptions = Pick<BrokerOptions, 'cacheDir' | 'dataDir' | 'heapMb' | 'isLongRun' | 'extra' | 'log'>

export async function startCluster(count: number, options: ClusterOptions): Promise<Cluster> {
  const ports = await freePorts(count * 2)
  const clusterId = newClusterId()
  const controllers = ports.slice(count)
  const voters = controllers.map((port, index) => `${index + 1}@127.0.0.1:${port}`).join(',')
  const start = (index: number): Promise<Broker> =>
    startBroker({
      heapMb: 384,
      ...options,
      dataDir: join(options.dataDir, `node-${index + 1}`),
      nodeId: index + 1,
      port: ports[index] as number,
      controllerPort: controllers[index] as number,
      voters,
      clusterId,
    })
  const nodes = await startAll(count, start)
  return {
    brokers: ports
      .slice(0, count)
      .map(port => `127.0.0.1:${port}`)
      .join(','),
    nodes,
    restart: async index => {
      nodes[index] = await start(index)
    },
    stop: async () => {
      await Promise.all(nodes.map(node => node.stop()))
    },
  }
}

// All at once, since no node is ready before a majority is there; one failure stops the others.
async function startAll(count: number, start: (index: number) => Promise<Broker>): Promise<Broker[]> {
  const results = await Promise.allSettled(Array.from({ length: count }, (_, index) => start(index)))
  const nodes = results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
  const failed = results.find(result => result.status === 'rejected')
  if (failed === undefined) return nodes
  await Promise.all(nodes.map(node => node.stop()))
  throw failed.reason
}

// Kafka for tests. `sharedBroker` for almost all; `ownBroker` and `ownCluster` where a test kills brokers.
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject, onTestFinished } from 'vitest'
import { type Cluster, type ClusterOptions, startCluster } from '#ops/bootstrap/broker/cluster.ts'
import type { Broker, BrokerOptions } from '#ops/bootstrap/broker/options.ts'
import { freePorts } from '#ops/bootstrap/broker/ports.ts'
import { startBroker } from '#ops/bootstrap/broker/start.ts'

declare module 'vitest' {
  interface ProvidedContext {
    brokers: string
  }
}

export interface SharedBroker {
  readonly brokers: string
  /** A topic and group prefix of this call's own, so that tests do not see each other's records. */
  readonly prefix: string
}

export function sharedBroker(): SharedBroker {
  return { brokers: inject('brokers'), prefix: `t${randomBytes(4).toString('hex')}.` }
}

export interface OwnBroker {
  readonly brokers: string
  readonly dataDir: string
  /** The running java; another object after `restart`. */
  readonly current: Broker
  /** Waits for the end of a stopped or killed broker and starts it again on its data and port. */
  restart(): Promise<void>
}

type Tuning = Partial<Pick<BrokerOptions, 'heapMb' | 'extra' | 'log'>>

/** A broker of the running test alone; stopped and deleted when the test ends. */
export async function ownBroker(tuning: Tuning = {}): Promise<OwnBroker> {
  const dataDir = await mkdtemp(join(tmpdir(), 'hub-own-'))
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
  const [port, controllerPort] = (await freePorts(2)) as [number, number]
  const options: BrokerOptions = { cacheDir: '.cache', dataDir, port, controllerPort, ...tuning }
  let current = await startBroker(options)
  onTestFinished(() => current.stop())
  return {
    brokers: current.brokers,
    dataDir,
    get current() {
      return current
    },
    restart: async () => {
      await current.exited
      current = await startBroker(options)
    },
  }
}

/** Several brokers of the running test alone. */
export async function ownCluster(
  count = 3,
  tuning: Omit<ClusterOptions, 'cacheDir' | 'dataDir'> = {},
): Promise<Cluster> {
  const dataDir = await mkdtemp(join(tmpdir(), 'hub-cluster-'))
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
  const cluster = await startCluster(count, { cacheDir: '.cache', dataDir, ...tuning })
  onTestFinished(() => cluster.stop())
  return cluster
}

// Global set-up of the projects that need Kafka: one broker for the whole vitest run, whichever projects are in it.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import type { Broker } from '#ops/bootstrap/broker/options.ts'
import { freePorts } from '#ops/bootstrap/broker/ports.ts'
import { startBroker } from '#ops/bootstrap/broker/start.ts'
import { HubError } from '#schemas/errors.ts'

interface Shared {
  readonly broker: Broker
  readonly dataDir: string
}

// Each project loads this file anew; the process is what they have in common.
const held = globalThis as { hubSharedBroker?: { users: number; shared: Promise<Shared> } | undefined }

export async function setup(project: TestProject): Promise<void> {
  const existing = process.env.KAFKA_BROKERS
  if (existing) return project.provide('brokers', existing)
  held.hubSharedBroker ??= { users: 0, shared: start() }
  held.hubSharedBroker.users += 1
  const { broker } = await held.hubSharedBroker.shared
  project.provide('brokers', broker.brokers)
}

export async function teardown(): Promise<void> {
  const current = held.hubSharedBroker
  if (current === undefined) return
  current.users -= 1
  if (current.users > 0) return
  held.hubSharedBroker = undefined
  const { broker, dataDir } = await current.shared
  await broker.stop()
  await rm(dataDir, { recursive: true, force: true })
}

async function start(): Promise<Shared> {
  const dataDir = await mkdtemp(join(tmpdir(), 'hub-shared-'))
  const [port, controllerPort] = (await freePorts(2)) as [number, number]
  try {
    return { broker: await startBroker({ cacheDir: '.cache', dataDir, port, controllerPort }), dataDir }
  } catch (error) {
    await rm(dataDir, { recursive: true, force: true })
    if (error instanceof HubError) console.error(`✗ ${error.says.zh};${error.entry.todo.zh}`)
    throw error
  }
}

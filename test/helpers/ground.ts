// What stages stand on, on a topic prefix of the test's own, without a hub around it. Everything ends with the test.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Ground, openGround } from '#gateway/ground.ts'
import type { InRecord } from '#gateway/kafka/port.ts'
import * as topics from '#gateway/kafka/topics.ts'
import { demoConfig } from '#gateway/loader/config.ts'
import { connectorDirs } from '#gateway/loader/discover.ts'
import { createLog } from '#gateway/log.ts'
import { sealBytes } from '#gateway/security/sealing.ts'
import { roles } from '#gateway/settings.ts'
import { sharedBroker } from './broker.ts'

const root = new URL('../..', import.meta.url).pathname

export async function testGround(prefix = `inner-${randomUUID().slice(0, 8)}.`): Promise<Ground> {
  const dataDir = mkdtempSync(join(tmpdir(), 'hub-'))
  const opened = await openGround({
    root,
    dataDir,
    brokers: sharedBroker().brokers.split(','),
    prefix,
    host: '127.0.0.1',
    port: 0,
    config: demoConfig(connectorDirs(root)),
    operatorKey: 'k',
    slot: '1',
    roles: new Set(roles),
    log: createLog('warn'),
    now: () => new Date(),
  })
  onTestFinished(async () => {
    await opened.close()
    rmSync(dataDir, { recursive: true })
  })
  return opened
}

export function running<T extends { stop(): Promise<void> }>(run: T): T {
  onTestFinished(() => run.stop())
  return run
}

/** A sample of the system's connector in in.<system>, as receive would have stored it. Returns its message id. */
export async function storeSample(on: Ground, system: string, message: string, sample: string): Promise<string> {
  const connector = on.settings.config.systems.find(one => one.id === system)!.connector
  const bytes = readFileSync(join(root, 'connectors', connector, 'samples', 'valid', sample))
  const id = randomUUID()
  const now = new Date()
  await on.producer.send([
    {
      topic: topics.inTopic(on.settings.prefix, system),
      key: id,
      value: sealBytes(bytes, on.keys.intakeKey(now.toISOString().slice(0, 10))),
      headers: {
        ce_id: id,
        ce_source: `/systems/${system}`,
        ce_time: now.toISOString(),
        hub_message: message,
        hub_hash: id,
      },
    },
  ])
  return id
}

/** All that a partition holds now. */
export async function recordsOf(on: Ground, topic: string, partition = 0): Promise<InRecord[]> {
  const reader = await on.kafka.reader()
  const found: InRecord[] = []
  let from: bigint | 'start' = 'start'
  for (;;) {
    const page = await reader.page(topic, partition, from, { waitMs: 0 })
    found.push(...page.records)
    from = page.next
    if (page.next >= page.end) break
  }
  await reader.close()
  return found
}

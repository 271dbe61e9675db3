import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { type Ground, openGround } from '#gateway/ground.ts'
import * as topics from '#gateway/kafka/topics.ts'
import { demoConfig } from '#gateway/loader/config.ts'
import { connectorDirs } from '#gateway/loader/discover.ts'
import { createLog } from '#gateway/log.ts'
import type { StageRun } from '#gateway/pipeline/run.ts'
import { sealBytes } from '#gateway/security/sealing.ts'
import { roles } from '#gateway/settings.ts'
import { startCorrelate, startTranslate } from '#gateway/stages.ts'
import { startRoute } from '#gateway/stages-out.ts'
import type { CaseRecord } from '#schemas/canonical/types.ts'
import { sharedBroker } from '../../helpers/broker.ts'

const root = new URL('../../..', import.meta.url).pathname

async function ground(): Promise<Ground> {
  const dataDir = mkdtempSync(join(tmpdir(), 'hub-'))
  const opened = await openGround({
    root,
    dataDir,
    brokers: sharedBroker().brokers.split(','),
    prefix: `inner-${randomUUID().slice(0, 8)}.`,
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

function running(run: StageRun): void {
  onTestFinished(() => run.stop())
}

async function send(on: Ground, system: string, message: string, sample: string): Promise<void> {
  const connector = on.settings.config.systems.find(one => one.id === system)!.connector
  const bytes = readFileSync(join(root, 'connectors', connector, 'samples', 'valid', sample))
  const id = randomUUID()
  const producer = await on.kafka.producer()
  const now = new Date()
  await producer.send([
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
  await producer.close()
}

async function events(on: Ground, count: number): Promise<CaseRecord[]> {
  const reader = await on.kafka.reader()
  const found: CaseRecord[] = []
  let from: bigint | 'start' = 'start'
  const deadline = Date.now() + 20_000
  while (found.length < count && Date.now() < deadline) {
    const page = await reader.page(topics.caseEventsTopic(on.settings.prefix), 0, from, { waitMs: 200 })
    for (const one of page.records) found.push(on.schemas.caseRecord.decode(one.value!))
    from = page.next
  }
  await reader.close()
  return found
}

it('turns native messages of three systems into the events of one case, the bracketed number included', async () => {
  const on = await ground()
  running(await startTranslate(on))
  running(await startCorrelate(on))
  running(await startRoute(on))
  await send(on, 'hotline-12345', 'order', 'a01-dispatched.json')
  const [first] = await events(on, 1)
  expect([first!.proceeding.kind, first!.proceeding.status, first!.case.collective]).toEqual([
    'HOTLINE',
    'DISPATCHED',
    true,
  ])
  await send(on, 'zongzhi', 'event', 'a01-accepted.json')
  await events(on, 3)
  await send(on, 'labour-arbitration', 'case', 'a02-case-accepted.json')
  const all = await events(on, 5)
  expect(all.map(one => [one.envelope.eventType, one.proceeding.kind])).toEqual([
    ['CaseRegistered', 'HOTLINE'],
    ['CaseRegistered', 'GRID_EVENT'],
    ['CaseLinked', 'GRID_EVENT'],
    ['CaseRegistered', 'ARBITRATION'],
    ['CaseLinked', 'ARBITRATION'],
  ])
  expect(new Set(all.map(one => one.case.caseId)).size).toBe(1)
  expect(all.at(-1)!.case.tags).toContain('WAGE_ARREARS')
})

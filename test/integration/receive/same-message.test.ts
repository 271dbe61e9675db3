import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import type { HttpAnswer } from '#connectors/sdk.ts'
import { type Hub, type HubSettings, openKafka, startHub } from '#gateway/index.ts'
import * as topics from '#gateway/kafka/topics.ts'
import { invalidRecord } from '#gateway/pipeline/set-aside.ts'
import { HubError } from '#schemas/errors.ts'
import { root, type TestHub, testHub } from '../../helpers/hub.ts'
import { type Desk, openDesk } from './desk.ts'
import { type Watch, watch } from './watch.ts'

vi.setConfig({ testTimeout: 180_000 })

const system = 'labour-arbitration'
const sample = JSON.parse(
  readFileSync(join(root, 'connectors', system, 'samples/valid/a02-case-accepted.json'), 'utf8'),
)
const native = (serial: number, more: object = {}) => ({
  ...sample,
  source_no: '',
  case_no: `浙杭西湖劳人仲案〔2026〕8${serial}号`,
  ...more,
})
const other = { total_money: '1.00' }

interface Place {
  readonly hub: TestHub
  readonly desk: Desk
  readonly seen: Watch
}

async function open(): Promise<Place> {
  const hub = await testHub()
  return { hub, desk: await openDesk(system, system, () => hub.url), seen: await watch(hub) }
}

/** A process more on the same topics and keys, with an index of its own. */
async function secondProcess(settings: HubSettings, more: Partial<HubSettings> = {}): Promise<Hub> {
  const dataDir = mkdtempSync(join(tmpdir(), 'hub-second-'))
  const keys = join(settings.dataDir, 'keys')
  mkdirSync(keys, { recursive: true })
  symlinkSync(keys, join(dataDir, 'keys'))
  const hub = await startHub({ ...settings, dataDir, slot: '2', roles: new Set(['gateway']), ...more })
  onTestFinished(async () => {
    await hub.stop()
    rmSync(dataDir, { recursive: true, force: true })
  })
  return hub
}

const idOf = (answer: HttpAnswer): string => answer.headers['hub-message-id'] ?? ''
const bodyOf = (answer: HttpAnswer) => JSON.parse(answer.body.toString())

it('the same message twice has the same receipt and one effect', async () => {
  const { desk, seen } = await open()
  for (const key of ['key-1', undefined]) {
    const message = native(key ? 1 : 2)
    const first = await desk.send('case', message, undefined, key)
    const receipt = await seen.receipt(idOf(first))
    const second = await desk.send('case', message, undefined, key)
    expect(bodyOf(second)).toEqual({ ...bodyOf(first), duplicate: true })
    const later = await desk.send('case', native(key ? 3 : 4))
    await seen.receipt(idOf(later))
    const now = await seen.receipt(idOf(first))
    expect(now).toEqual({ ...receipt, deliveries: now.deliveries, times: now.times })
    const { record } = await seen.event(receipt.events[0]!)
    expect([receipt.events.length, record.proceeding.version, record.case.sequence]).toEqual([1, 1, 1])
    expect(await seen.eventsOf(record.proceeding.proceedingId!)).toEqual(receipt.events)
  }
})

it('the same key with other content is refused with 409 by the process that remembers it', async () => {
  const { desk, seen } = await open()
  const first = await desk.send('case', native(1), undefined, 'key-1')
  const refused = await desk.send('case', native(1, other), undefined, 'key-1')
  expect([refused.status, idOf(refused), bodyOf(refused).code]).toEqual([409, '-', 'HUB_RECEIVE_CONFLICT'])
  const receipt = await seen.receipt(idOf(first))
  const { record } = await seen.event(receipt.events[0]!)
  expect(await seen.eventsOf(record.proceeding.proceedingId!)).toEqual(receipt.events)
})

it('after a restart it is 202, and its receipt becomes conflict; it is never applied', async () => {
  const { hub, desk, seen } = await open()
  const first = await desk.send('case', native(1), undefined, 'key-1')
  const receipt = await seen.receipt(idOf(first))
  await hub.restart()
  await isConflict(desk, seen, idOf(first), receipt.events)
  const same = await desk.send('case', native(1), undefined, 'key-1')
  expect([same.status, idOf(same)]).toEqual([202, idOf(first)])
  await seen.receipt(idOf(await desk.send('case', native(2))))
  expect((await seen.receipt(idOf(first))).events).toEqual(receipt.events)
})

it('on another process it is 202, and its receipt becomes conflict; it is never applied', async () => {
  const { hub, desk, seen } = await open()
  const first = await desk.send('case', native(1), undefined, 'key-1')
  const receipt = await seen.receipt(idOf(first))
  const second = await secondProcess(hub.settings)
  const there = await openDesk(system, system, () => second.url)
  await isConflict(there, seen, idOf(first), receipt.events)
  // The process that took the first one in still remembers it.
  expect((await desk.send('case', native(1, other), undefined, 'key-1')).status).toBe(409)
})

async function isConflict(desk: Desk, seen: Watch, first: string, events: readonly string[]): Promise<void> {
  const changed = await desk.send('case', native(1, other), undefined, 'key-1')
  expect(changed.status).toBe(202)
  expect(idOf(changed)).not.toBe(first)
  const receipt = await seen.receipt(idOf(changed))
  expect(receipt).toMatchObject({ status: 'conflict', events: [], caseId: null })
  const { record } = await seen.event(events[0]!)
  expect(record.case.amount).toBe('186400.00')
  expect(await seen.eventsOf(record.proceeding.proceedingId!)).toEqual(events)
}

it('a key whose message ended as invalid may be used again with other content', async () => {
  const { settings } = await testHub()
  // Nothing translates here: this test is the stage that finds the message invalid.
  const prefix = `${settings.prefix}k.`
  const hub = await secondProcess(settings, { prefix })
  const desk = await openDesk(system, system, () => hub.url)
  const first = await desk.send('case', native(1), undefined, 'key-1')
  expect((await desk.send('case', native(1, other), undefined, 'key-1')).status).toBe(409)
  await setAside({ ...settings, prefix })
  const again = await expect
    .poll(() => desk.send('case', native(1, other), undefined, 'key-1'), { timeout: 10_000, interval: 200 })
    .toMatchObject({ status: 202 })
    .then(() => desk.send('case', native(1, other), undefined, 'key-1'))
  expect(bodyOf(again)).toMatchObject({ status: 'received', duplicate: true })
  expect(idOf(again)).not.toBe(idOf(first))
  expect((await desk.send('case', native(1), undefined, 'key-1')).status).toBe(409)
})

async function setAside({ brokers, prefix }: HubSettings): Promise<void> {
  const kafka = openKafka({ brokers: [...brokers], clientId: 'set-aside' })
  onTestFinished(() => kafka.close())
  const reader = await kafka.reader()
  const pages = [0, 1, 2, 3].map(partition => reader.page(topics.inTopic(prefix, system), partition, 'start'))
  const records = (await Promise.all(pages)).flatMap(page => page.records)
  expect(records).toHaveLength(1)
  const error = new HubError('HUB_MAP_NO_OWN_NUMBER', { system, message: 'case', pointer: '/case_no' })
  const producer = await kafka.producer()
  await producer.send([invalidRecord(topics.invalidTopic(prefix), records[0]!, error)])
}

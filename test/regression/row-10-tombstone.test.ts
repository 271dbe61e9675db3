// redpanda-data/connect #3660: an encoder fails on a tombstone and the pipeline stands. Here a record without a value (a case
// erased, a key forgotten) is met at every topic: each stage and each follower passes it over, or takes back what it was about.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { irsHeaders } from '#connectors/sdk.ts'
import { openKafka } from '#gateway/kafka/open.ts'
import type { OutRecord } from '#gateway/kafka/port.ts'
import { demoCredentials } from '#gateway/loader/demo-credentials.ts'
import { ledgerCommand } from '#ops/cli/commands/ledger.ts'
import { shadowCommand } from '#ops/cli/commands/shadow.ts'
import { traceCommand } from '#ops/cli/commands/trace.ts'
import { root, type TestHub, testHub } from '../helpers/hub.ts'
import { runCommand } from '../helpers/run-command.ts'
import { eventsOf, type Log, openLog, order, ring, soon } from '../integration/deliver/story.ts'

const owner = 'labour-arbitration'

function hubWithPull(): Promise<TestHub> {
  const pulls = { id: 'overview', system: owner, purpose: 'COORDINATE', basis: 'test', door: { kind: 'pull' } } as const
  return testHub({ config: demo => ({ ...demo, subscriptions: [...demo.subscriptions, pulls] }) })
}

async function pulled(hub: TestHub): Promise<{ id: string; data: { parties?: unknown } }[]> {
  const { accessKey = '', secret = '' } = demoCredentials(owner).inbound
  const [path, query] = ['/subscriptions/overview/events', { cursor: 'start', limit: '100' }]
  const headers = irsHeaders({ accessKey, secret }, { method: 'GET', path, query }, new Date())
  const answer = await fetch(`${hub.url}${path}?${new URLSearchParams(query)}`, { headers })
  return ((await answer.json()) as { events: { id: string; data: object }[] }).events
}

/** One tombstone for every topic and partition: under a key that nobody knows, with the headers of a real record, and without
 *  a key where the topic takes that. */
async function tombstones({ settings }: TestHub, log: Log): Promise<readonly string[]> {
  const kafka = openKafka({ brokers: [...settings.brokers], clientId: 'tombstones' })
  const topics = await (await kafka.admin()).topics(settings.prefix)
  const records: OutRecord[] = []
  for (const { name, partitions, configs } of topics) {
    const headers = (await log.all(name.slice(settings.prefix.length))).at(-1)?.headers ?? {}
    for (let partition = 0; partition < partitions; partition += 1) {
      records.push({ topic: name, key: 'erased', value: null, partition })
      records.push({ topic: name, key: 'erased', value: null, partition, headers: { ...headers, ce_id: 'erased' } })
      if (configs['cleanup.policy'] !== 'compact') records.push({ topic: name, key: null, value: null, partition })
    }
  }
  const followed = ['registry', 'lanes', 'parking', 'case-state'].flatMap(topic =>
    [
      'paused:x',
      'mapping:x',
      'position:x',
      'zongzhi/door',
      'zongzhi/order/x',
      'zongzhi/sending/x',
      'zongzhi/x',
      'k:x',
      's:x',
    ].map(key => ({ topic: settings.prefix + topic, key, value: null, partition: 0 })),
  )
  await (await kafka.producer()).send([...records, ...followed])
  await kafka.close()
  return topics.map(one => one.name.slice(settings.prefix.length))
}

/** As an erasure does it: the keys of all proceedings there are. */
async function forgetKeys({ settings }: TestHub, log: Log): Promise<void> {
  const kafka = openKafka({ brokers: [...settings.brokers], clientId: 'erasing' })
  const topic = `${settings.prefix}case-state`
  const keys = [...(await log.table('case-state')).keys()].filter(key => key.startsWith('k:'))
  expect(keys.length).toBeGreaterThan(0)
  await (await kafka.producer()).send(keys.map(key => ({ topic, key, value: null, partition: 0 })))
  await kafka.close()
}

it('a tombstone in every topic stops nothing: not the stages, not what follows them, not the commands', {
  timeout: 180_000,
}, async () => {
  const hub = await hubWithPull()
  const log = await openLog(hub)
  const arrived = (count: number) => vi.waitFor(() => expect(eventsOf(hub)).toHaveLength(count), soon)
  await ring(hub, order(1))
  await arrived(1)
  const names = await tombstones(hub, log)
  expect(names).toEqual(
    expect.arrayContaining(['canonical', 'case-events', 'case-state', 'parking', 'lanes', 'registry', 'out.zongzhi']),
  )
  await ring(hub, order(2))
  await arrived(2)

  const ids = (await log.all('out.overview')).filter(one => one.value !== null).map(one => one.headers.ce_id)
  expect((await pulled(hub)).map(one => one.id)).toEqual(ids)
  for (const aside of ['invalid', 'dead-letters'])
    expect((await log.all(aside)).map(one => one.headers.hub_error_code).filter(code => code)).toEqual([])
  const operator = { headers: { authorization: 'Bearer operator-key' } }
  const lanes = await fetch(`${hub.url}/admin/subscriptions/zongzhi/lanes`, operator)
  expect([lanes.status, await lanes.json()]).toEqual([200, { lanes: [] }])
  const erased = await fetch(`${hub.url}/receipts/erased`, operator)
  expect(erased.status).toBe(404)
  await commandsWork(hub, log)

  // A process that starts anew meets all of them again, in one go.
  await hub.restart(() => rmSync(join(hub.settings.dataDir, 'index'), { recursive: true }))
  await ring(hub, order(3))
  await arrived(3)
  const ready = (await (await fetch(`${hub.url}/health/ready`)).json()) as { status: string }
  expect(ready.status).toBe('ready')
})

it('events whose keys were destroyed are still shown, without what only the keys could open', {
  timeout: 120_000,
}, async () => {
  const hub = await hubWithPull()
  const log = await openLog(hub)
  await ring(hub, order(1))
  await vi.waitFor(() => expect(eventsOf(hub)).toHaveLength(1), soon)
  const shown = JSON.stringify(await pulled(hub))
  await forgetKeys(hub, log)
  await vi.waitFor(async () => expect(JSON.stringify(await pulled(hub)).length).toBeLessThan(shown.length), soon)
  expect((await pulled(hub)).map(one => one.id)).toHaveLength(JSON.parse(shown).length)
  await ring(hub, order(2))
  await vi.waitFor(() => expect(eventsOf(hub)).toHaveLength(2), soon)
})

async function commandsWork(hub: TestHub, log: Log): Promise<void> {
  const { dataDir, prefix, brokers } = hub.settings
  const environment = {
    HUB_HTTP_PORT: new URL(hub.url).port,
    HUB_OPERATOR_KEY: 'operator-key',
    HUB_DATA_DIR: dataDir,
    HUB_TOPIC_PREFIX: prefix,
    KAFKA_BROKERS: brokers.join(','),
  }
  const messageId = (await log.all('canonical')).find(one => one.value !== null)!.headers.ce_id!
  expect((await runCommand(traceCommand, environment, [messageId])).lines.join('')).toContain(messageId)
  expect((await runCommand(ledgerCommand, environment, ['codes'])).code).toBe(0)
  const mapping = join(root, 'mappings/hotline-12345/order.inbound.yaml')
  const shadow = await runCommand(shadowCommand, environment, [mapping])
  expect([shadow.code, shadow.lines.join('\n')]).toEqual([0, expect.stringContaining('2')])
}

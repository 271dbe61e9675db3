// confluentinc/kafka-connect-storage-cloud #182, databricks/iceberg-kafka-connect #152: one poison record stops all, and the
// dead letters miss a stage. Here a poison at every place is set aside with its code and stage, and what lies behind it flows on.
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import type { Json } from '#connectors/sdk.ts'
import { openKafka } from '#gateway/kafka/open.ts'
import type { InRecord, OutRecord } from '#gateway/kafka/port.ts'
import { loadSchemas } from '#gateway/loader/schemas.ts'
import { fileKeyManager } from '#gateway/security/key-manager.ts'
import { openBytes, sealBytes } from '#gateway/security/sealing.ts'
import { root, type TestHub, testHub } from '../helpers/hub.ts'
import { kit } from '../helpers/kafka.ts'
import { eventsOf, type Log, openLog, order, ring, soon } from '../integration/deliver/story.ts'

const { caseRecord } = loadSchemas(root)
const garbage = Buffer.from('not a record of ours')

interface Place {
  readonly place: string
  readonly found: 'invalid' | 'dead-letters'
  readonly code: string
  readonly stage: string
  /** The record to put into the hub's topics. */
  readonly poison: (at: Parts) => Promise<OutRecord> | OutRecord
}

interface Parts {
  readonly id: string
  readonly log: Log
  readonly topic: (name: string) => string
  readonly seal: (bytes: Buffer) => Buffer
}

/** As receive would have stored it. */
function stored({ id, topic }: Parts, value: Buffer, message = 'order'): OutRecord {
  const headers = {
    ...{ ce_id: id, ce_source: '/systems/hotline-12345', ce_time: new Date().toISOString() },
    ...{ hub_message: message, hub_hash: id, 'content-type': 'application/json' },
  }
  return { topic: topic('in.hotline-12345'), key: id, value, headers }
}

const nativeBytes = (n: number, more: { [key: string]: Json } = {}) =>
  Buffer.from(JSON.stringify(order(n, '已派单', more)))

/** The latest record of a topic under a new id, with other bytes. */
async function altered(at: Parts, name: string, change: (value: Buffer) => Buffer): Promise<OutRecord> {
  const last = (await at.log.all(name)).at(-1)!
  const headers = { ...last.headers, ce_id: at.id, hub_delivery: at.id }
  return { topic: at.topic(name), key: last.key, value: change(last.value!), headers, partition: 0 }
}

const places: readonly Place[] = [
  {
    place: 'unsealing',
    ...{ found: 'invalid', code: 'HUB_SECURITY_SEAL_BROKEN', stage: 'security' },
    poison: at => stored(at, garbage),
  },
  {
    place: 'parsing',
    ...{ found: 'invalid', code: 'HUB_RECEIVE_UNREADABLE', stage: 'receive' },
    poison: at => stored(at, at.seal(Buffer.from('{"half'))),
  },
  {
    place: 'mapping',
    ...{ found: 'invalid', code: 'HUB_MAP_MISSING', stage: 'map' },
    poison: at => stored(at, at.seal(nativeBytes(90)), 'no-such-message'),
  },
  {
    place: 'validating',
    ...{ found: 'invalid', code: 'HUB_MAP_NO_OWN_NUMBER', stage: 'map' },
    poison: at => stored(at, at.seal(nativeBytes(91, { sxfjbh: '', xfjbh: '', xfj: {} }))),
  },
  {
    place: 'publishing',
    ...{ found: 'invalid', code: 'HUB_KAFKA_TOO_LARGE', stage: 'kafka' },
    poison: at => stored(at, at.seal(nativeBytes(92, { fynr: '长'.repeat(60_000) }))),
  },
  {
    place: 'decoding in correlate',
    ...{ found: 'invalid', code: 'HUB_DECODE_UNKNOWN_SCHEMA', stage: 'encode' },
    poison: at => altered(at, 'canonical', () => garbage),
  },
  {
    place: 'deciding in correlate',
    ...{ found: 'invalid', code: 'HUB_CORRELATE_FAULT', stage: 'correlate' },
    poison: at =>
      altered(at, 'canonical', value => {
        const record = caseRecord.decode(value)
        return caseRecord.encode({ ...record, proceeding: { ...record.proceeding, numbers: [] } })
      }),
  },
  {
    place: 'routing',
    ...{ found: 'dead-letters', code: 'HUB_DECODE_UNKNOWN_SCHEMA', stage: 'encode' },
    poison: at => altered(at, 'case-events', () => garbage),
  },
  {
    place: 'delivering',
    ...{ found: 'dead-letters', code: 'HUB_DELIVER_BROKEN', stage: 'deliver' },
    poison: at => altered(at, 'out.zongzhi', () => garbage),
  },
]

/** Nothing larger than this gets into canonical: as if a mapping had made far more of a message than it was. */
async function lowerLimit({ settings }: TestHub, topic: string): Promise<void> {
  const admin = await openKafka({ brokers: [...settings.brokers], clientId: 'limit' }).admin()
  onTestFinished(() => admin.close())
  await admin.ensureTopics([{ name: topic, partitions: 1, configs: { 'max.message.bytes': '100000' } }])
}

it('a poison at every place is found with code and stage, can be read, and holds nothing up', {
  timeout: 180_000,
}, async () => {
  const hub = await testHub()
  const log = await openLog(hub)
  const { prefix, brokers, dataDir } = hub.settings
  const topic = (name: string) => prefix + name
  const { kafka } = kit({ brokers: brokers.join(','), prefix })
  const producer = await kafka.producer()
  const keys = fileKeyManager(join(dataDir, 'keys'))
  const seal = (bytes: Buffer) => sealBytes(bytes, keys.intakeKey(new Date().toISOString().slice(0, 10)))
  await ring(hub, order(1))
  await vi.waitFor(() => expect(eventsOf(hub)).toHaveLength(1), soon)
  await lowerLimit(hub, topic('canonical'))
  for (const [at, { place, found, code, stage, poison }] of places.entries()) {
    const id = `poison-${at}`
    const record = await poison({ id, log, topic, seal })
    await producer.send([record])
    await ring(hub, order(at + 2))
    await vi.waitFor(() => expect([place, eventsOf(hub).length]).toEqual([place, at + 2]), soon)
    const aside = (await log.all(found)).find(one => [one.headers.ce_id, one.key].includes(id)) as InRecord
    expect([place, aside?.headers.hub_error_code, aside?.headers.hub_error_stage]).toEqual([place, code, stage])
    expect(aside.value!.equals(record.value!)).toBe(true)
    expect(aside.headers.hub_origin_topic).toBe(record.topic)
  }
  // Only what was sealed by us opens again.
  const [, halves] = await log.all('invalid')
  expect(openBytes(halves!.value!, one => keys.keyOf(one)).toString()).toBe('{"half')
  const ready = (await (await fetch(`${hub.url}/health/ready`)).json()) as { status: string }
  expect(ready.status).toBe('ready')
})

it('what cannot be taken in is refused at the door, with the same words', async () => {
  const hub = await testHub()
  const log = await openLog(hub)
  const answer = await hub.simulators.get('labour-arbitration')!.send('case', { case_no: 5 })
  expect(answer.status).toBe(422)
  expect(JSON.parse(answer.body.toString())).toMatchObject({
    code: 'HUB_RECEIVE_CONTRACT',
    pointer: expect.any(String),
  })
  expect(await log.all('in.labour-arbitration')).toEqual([])
})

// nextgenhealthcare/connect #2178, #3030, #3474, #2057: a pruner deleted queued messages, or kept errors for ever. Here no
// topic with a group behind it is emptied by age alone: the hub deletes what has been delivered and is old, and nothing else.
import { randomUUID } from 'node:crypto'
import { expect, it, onTestFinished } from 'vitest'
import { createCursors } from '#gateway/deliver/cursor.ts'
import { marksPartition } from '#gateway/deliver/orders.ts'
import type { Ground } from '#gateway/ground.ts'
import { openKafka } from '#gateway/kafka/open.ts'
import * as topics from '#gateway/kafka/topics.ts'
import { keptTopics, retain } from '#gateway/retention.ts'
import { openShowing } from '#gateway/showing.ts'
import { startTranslate } from '#gateway/stages.ts'
import { Subscriptions } from '#gateway/subscriptions/in-force.ts'
import { sharedBroker } from '../helpers/broker.ts'
import { recordsOf, running, storeSample, testGround } from '../helpers/ground.ts'
import { nextBatch, numbered } from '../helpers/kafka.ts'

const dayMs = 86_400_000
const pushed = 'zongzhi'
const patience = { timeout: 30_000, interval: 100 }

/** One look of the keeper, so many days from now. */
async function retainIn(on: Ground, days: number): Promise<void> {
  const showing = await openShowing(on)
  await retain({
    admin: await on.kafka.admin(),
    reader: await on.kafka.reader(),
    keys: on.keys,
    topics: keptTopics(on, showing.marks),
    now: () => new Date(Date.now() + days * dayMs),
    log: on.settings.log,
  })
  await showing.stop()
}

/** Commits the first `count` records of a subscription as its delivery would. */
async function deliver(on: Ground, subscription: string, count: number): Promise<void> {
  const group = `${on.settings.prefix}deliver.${subscription}`
  const member = await on.kafka.member({
    ...{ group, slot: `${group}.1`, maxRecords: count },
    topics: [topics.outTopic(on.settings.prefix, subscription)],
  })
  await member.commit(await nextBatch(member), [])
  await member.close()
}

const offsets = async (on: Ground, topic: string) => (await recordsOf(on, topic)).map(one => Number(one.offset))

it('keeps an event that is older than the retention until its subscriber has had it', async () => {
  const on = await testGround()
  const subscription = on.settings.config.subscriptions.find(one => one.system === pushed && one.door.kind !== 'pull')!
  const topic = topics.outTopic(on.settings.prefix, subscription.id)
  await on.producer.send(numbered(topic, 10))
  await retainIn(on, 60)
  expect(await offsets(on, topic)).toHaveLength(10)
  await deliver(on, subscription.id, 6)
  await retainIn(on, 1)
  expect(await offsets(on, topic)).toHaveLength(10)
  await retainIn(on, 60)
  expect(await offsets(on, topic)).toEqual([6, 7, 8, 9])
})

it('lifts the time limit of topics that an earlier hub made', async () => {
  const { brokers } = sharedBroker()
  const prefix = `row19-${randomUUID().slice(0, 8)}.`
  const kafka = openKafka({ brokers: brokers.split(','), clientId: 'row-19' })
  onTestFinished(() => kafka.close())
  const admin = await kafka.admin()
  const old = { name: topics.inTopic(prefix, pushed), partitions: 4, configs: { 'retention.ms': '604800000' } }
  await admin.ensureTopics([old])
  await testGround(prefix)
  const [after] = (await admin.topics(prefix)).filter(one => one.name === old.name)
  expect(after!.configs['retention.ms']).toBe('-1')
})

it('a message that waited three weeks for translate is still there, and can still be read', async () => {
  const on = await testGround()
  const id = await storeSample(on, pushed, 'event', 'a01-accepted.json')
  await retainIn(on, 21)
  running(await startTranslate(on))
  const canonical = async () =>
    (await recordsOf(on, topics.canonicalTopic(on.settings.prefix))).map(one => one.headers.ce_id)
  await expect.poll(canonical, patience).toEqual([id])
})

it('keeps for one who pulls what lies beyond the stored position', async () => {
  const on = await testGround()
  const { prefix } = on.settings
  const subscription = { ...on.settings.config.subscriptions[0]!, id: 'pulls', door: { kind: 'pull' } as const }
  const admin = await on.kafka.admin()
  const topic = topics.outTopic(prefix, subscription.id)
  await admin.ensureTopics([{ name: topic, partitions: 1, configs: {} }])
  await on.producer.send(numbered(topic, 10))
  const pulling: Ground = {
    ...on,
    subscriptions: new Subscriptions({ ...on.settings, configured: [subscription], keys: on.keys }),
  }

  const reader = await on.kafka.reader()
  const { topicId } = await reader.page(topic, 0, 'start')
  const cursor = createCursors(on.keys.derived('cursor')).sign(subscription.id, { topicId, offsets: [7n] })
  await on.producer.send([
    {
      topic: topics.lanesTopic(prefix),
      key: `${subscription.id}/cursor`,
      partition: marksPartition,
      value: Buffer.from(JSON.stringify({ cursor })),
    },
  ])
  await retainIn(pulling, 60)
  expect(await offsets(on, topic)).toEqual([7, 8, 9])
  await retainIn(pulling, 120)
  expect(await offsets(on, topic)).toEqual([])
})

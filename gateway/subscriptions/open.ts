// Puts the desk for subscriptions of one process together: what it makes in Kafka, where it looks, whom it waits for.
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { doorKey } from '../deliver/marks.ts'
import { marksPartition } from '../deliver/orders.ts'
import type { Ground } from '../ground.ts'
import * as topics from '../kafka/topics.ts'
import { subscriptionJudge } from '../loader/config.ts'
import type { Showing } from '../showing.ts'
import { prepare } from './prepare.ts'
import { type ReplayDeps, replay } from './replay.ts'
import { subscriptionRoutes } from './routes.ts'
import type { SweepDeps } from './sweep.ts'

export async function openSubscriptions(
  ground: Ground,
  showing: Showing,
  route: ReplayDeps['route'],
): Promise<(app: FastifyInstance) => Promise<void>> {
  const { settings, subscriptions, registry, keys, mappings, producer, control, shards } = ground
  const admin = await ground.kafka.admin()
  const lanes = topics.lanesTopic(settings.prefix)
  const replayDeps: ReplayDeps = {
    reader: showing.reader,
    producer,
    topic: topics.caseEventsTopic(settings.prefix),
    partitions: shards,
    route,
  }
  return subscriptionRoutes({
    subscriptions,
    registry,
    keys,
    systems: settings.config.systems,
    connectors: () => mappings.connectors(),
    judge: subscriptionJudge(join(settings.root, 'schemas', 'files', 'hub.schema.json')),
    async prepare(id) {
      // One that had its name may have been paused.
      await control.resume('subscription', id)
      return prepare({ ...sweepDeps(ground, showing.reader), admin, prefix: settings.prefix }, id)
    },
    replay: (subscription, order) => replay(replayDeps, subscription, order),
    log: settings.log,
    now: settings.now,
    operatorKey: settings.operatorKey,
    isShut: id => showing.marks.get(doorKey(id)) !== undefined,
    async open(id) {
      await producer.send([{ topic: lanes, key: doorKey(id), partition: marksPartition, value: null }])
      await showing.marks.catchUp()
    },
  })
}

export function sweepDeps({ settings, producer, shards }: Ground, reader: Showing['reader']): SweepDeps {
  const parking = topics.parkingTopic(settings.prefix)
  return { reader, producer, topics: { parking, lanes: topics.lanesTopic(settings.prefix) }, partitions: shards }
}

// Wires route and the delivery loops to Kafka.
import type { Ground } from './ground.ts'
import * as topics from './kafka/topics.ts'
import { runStage, type StageRun } from './pipeline/run.ts'
import { routeStep } from './route/stage.ts'
import { stageOptions } from './stages.ts'

export async function startRoute(ground: Ground): Promise<StageRun> {
  const { settings, kafka, schemas } = ground
  const member = await kafka.member({
    group: `${settings.prefix}route`,
    topics: [topics.caseEventsTopic(settings.prefix)],
    slot: `${settings.prefix}route.${settings.slot}`,
  })
  const step = routeStep({
    subscriptions: settings.config.subscriptions,
    systems: settings.config.systems,
    table: schemas.profiles,
    machine: schemas.machine,
    decode: bytes => schemas.caseRecord.decode(bytes),
    outTopic: subscription => topics.outTopic(settings.prefix, subscription),
  })
  return runStage({ ...stageOptions(ground, 'route', member), step })
}

// Wires route and the delivery loops to Kafka: one loop a subscription with a push door.
import type { SystemConfig } from '#schemas/files.ts'
import type { Control } from './control.ts'
import { type DeliverRun, deliverBatchSize } from './deliver/run.ts'
import { startDelivery } from './deliver/start.ts'
import type { Ground } from './ground.ts'
import * as topics from './kafka/topics.ts'
import { runStage, type StageRun } from './pipeline/run.ts'
import { messageNamespace } from './receive/judge.ts'
import { routeStep } from './route/stage.ts'
import type { Showing } from './showing.ts'
import { stageOptions } from './stages.ts'
import { addressGuard } from './transports/address-guard.ts'
import { createHttpPush } from './transports/http-push.ts'

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

export interface DeliverStage {
  readonly runs: ReadonlyMap<string, DeliverRun>
  stop(): Promise<void>
}

export async function startDeliver(ground: Ground, control: Control, showing: Showing): Promise<DeliverStage> {
  const { settings, kafka } = ground
  const systems = new Map(settings.config.systems.map(one => [one.id, one]))
  const push = createHttpPush()
  const guarded = createHttpPush({ guard: addressGuard(settings.config.allowedNetworks ?? []) })
  const runs = new Map<string, DeliverRun>()
  for (const subscription of settings.config.subscriptions) {
    if (subscription.door.kind === 'pull') continue
    const system = systems.get(subscription.system)!
    const name = `deliver.${subscription.id}`
    const member = await kafka.member({
      group: `${settings.prefix}${name}`,
      topics: [topics.outTopic(settings.prefix, subscription.id)],
      slot: `${settings.prefix}${name}.${settings.slot}`,
      maxRecords: deliverBatchSize,
    })
    const run = startDelivery({
      ...common(ground, system),
      ...showing,
      subscription,
      member,
      push: subscription.door.kind === 'webhook' ? guarded : push,
      isPaused: control.isPaused,
    })
    runs.set(name, run)
  }
  return {
    runs,
    async stop() {
      await Promise.all([...runs.values()].map(run => run.stop()))
      await Promise.all([push.close(), guarded.close()])
    },
  }
}

function common(ground: Ground, system: SystemConfig) {
  const { settings, schemas, mappings, keys, telemetry } = ground
  return {
    system,
    connector: mappings.connectors().get(system.connector)!,
    inForce: () => mappings.connectors().get(system.connector)!,
    catchUp: () => ground.registry.catchUp(),
    topics: {
      attempts: topics.attemptsTopic(settings.prefix),
      parking: topics.parkingTopic(settings.prefix),
      lanes: topics.lanesTopic(settings.prefix),
      deadLetters: topics.deadLettersTopic(settings.prefix),
      in: topics.inTopic(settings.prefix, system.id),
    },
    machine: schemas.machine,
    decode: (bytes: Buffer) => schemas.caseRecord.decode(bytes),
    intakeKey: (day: string) => keys.intakeKey(day),
    messageNamespace,
    log: settings.log,
    hooks: telemetry,
    now: settings.now,
    random: Math.random,
  }
}

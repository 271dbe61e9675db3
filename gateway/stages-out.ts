// Wires route and the delivery loops to Kafka: one loop a subscription with a push door.
import type { SealedPart } from '#schemas/canonical/types.ts'
import type { SystemConfig } from '#schemas/files.ts'
import type { Control } from './control.ts'
import { followMarks } from './deliver/marks.ts'
import { type DeliverRun, deliverBatchSize } from './deliver/run.ts'
import { type DeliveryDeps, startDelivery } from './deliver/start.ts'
import { createViewer } from './deliver/visible.ts'
import type { Ground } from './ground.ts'
import * as topics from './kafka/topics.ts'
import { runStage, type StageRun } from './pipeline/run.ts'
import { messageNamespace } from './receive/judge.ts'
import { routeStep } from './route/stage.ts'
import { followKeys } from './security/key-ring.ts'
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

/** Personal fields for the doors: opened with the proceeding's key; null where nothing was said or the key was erased. */
export async function personalOpener(
  ground: Ground,
): Promise<{ open: DeliveryDeps['openPersonal']; stop(): Promise<void> }> {
  const { settings, kafka, stores, keys, personal } = ground
  const ring = await followKeys({
    reader: await kafka.reader(),
    store: stores.open('keys'),
    topic: topics.caseStateTopic(settings.prefix),
    keyOf: id => keys.keyOf(id),
    log: settings.log,
  })
  return {
    stop: () => ring.stop(),
    async open(sealed): Promise<SealedPart | null> {
      if (sealed === null) return null
      const key = await ring.keyOf(sealed.keyId.slice(2))
      return key && personal.open(sealed, () => key)
    },
  }
}

export interface DeliverStage {
  readonly runs: ReadonlyMap<string, DeliverRun>
  stop(): Promise<void>
}

export async function startDeliver(ground: Ground, control: Control): Promise<DeliverStage> {
  const { settings, kafka, schemas } = ground
  const systems = new Map(settings.config.systems.map(one => [one.id, one]))
  const viewer = createViewer(
    { open: schemas.caseRecordSchema, sealed: schemas.sealedPartSchema },
    schemas.profiles,
    settings.now,
  )
  const opener = await personalOpener(ground)
  const reader = await kafka.reader()
  const marks = await followMarks({ reader, topic: topics.lanesTopic(settings.prefix), log: settings.log })
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
      ...common(ground, system, viewer),
      subscription,
      member,
      reader,
      marks,
      openPersonal: opener.open,
      push: subscription.door.kind === 'webhook' ? guarded : push,
      isPaused: control.isPaused,
    })
    runs.set(name, run)
  }
  return {
    runs,
    async stop() {
      await Promise.all([...runs.values()].map(run => run.stop()))
      marks.stop()
      await opener.stop()
      await Promise.all([push.close(), guarded.close()])
    },
  }
}

function common(ground: Ground, system: SystemConfig, viewer: DeliveryDeps['viewer']) {
  const { settings, schemas, connectors, keys, telemetry } = ground
  return {
    system,
    viewer,
    connector: connectors.get(system.connector)!,
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

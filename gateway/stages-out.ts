// Wires route and the delivery loops to Kafka: one loop a subscription with a push door.
import { HubError } from '#schemas/errors.ts'
import type { Subscription, SystemConfig } from '#schemas/files.ts'
import type { Control } from './control.ts'
import { followPlaces } from './deliver/places.ts'
import { deliverBatchSize } from './deliver/run.ts'
import { startDelivery } from './deliver/start.ts'
import type { Ground } from './ground.ts'
import type { Admin } from './kafka/port.ts'
import * as topics from './kafka/topics.ts'
import { runStage, type StageRun } from './pipeline/run.ts'
import { invalidRecord } from './pipeline/set-aside.ts'
import { messageNamespace } from './receive/judge.ts'
import { type RouteDeps, routeStep } from './route/stage.ts'
import type { Showing } from './showing.ts'
import { stageOptions } from './stages.ts'
import { Loops } from './subscriptions/loops.ts'
import { sweepDeps } from './subscriptions/open.ts'
import { sweep } from './subscriptions/sweep.ts'
import type { Running, Supervised } from './supervise.ts'
import { addressGuard } from './transports/address-guard.ts'
import { createHttpPush } from './transports/http-push.ts'

export async function startRoute(ground: Ground): Promise<StageRun> {
  const { settings, kafka, registry, subscriptions } = ground
  const member = await kafka.member({
    group: `${settings.prefix}route`,
    topics: [topics.caseEventsTopic(settings.prefix)],
    slot: `${settings.prefix}route.${settings.slot}`,
  })
  // What the member before us routed, it routed by what the registry held then: we must know as much.
  member.onAssigned(() => registry.catchUp())
  const step = routeStep(routeDeps(ground), () => subscriptions.all())
  return runStage({
    ...stageOptions(ground, 'route', member),
    step,
    // An event is true whether or not it can be handed on: it is the delivery that failed, not the message that was invalid.
    setAside: (input, error) => [invalidRecord(topics.deadLettersTopic(settings.prefix), input, error)],
  })
}

export function routeDeps({ settings, schemas }: Ground): Omit<RouteDeps, 'subscriptions'> {
  return {
    systems: settings.config.systems,
    table: schemas.profiles,
    machine: schemas.machine,
    decode: bytes => schemas.caseRecord.decode(bytes),
    outTopic: subscription => topics.outTopic(settings.prefix, subscription),
  }
}

export interface DeliverStage {
  /** Its loops as they are now. */
  runs(): readonly Supervised[]
  stop(): Promise<void>
}

/** Starts a stage of this name under supervision. */
export type Keep = (stage: string, start: () => Promise<Running>) => Promise<Supervised>

export async function startDeliver(
  ground: Ground,
  control: Control,
  showing: Showing,
  keep: Keep,
): Promise<DeliverStage> {
  const { settings, kafka, subscriptions, stores, shards } = ground
  const admin = await kafka.admin()
  const systems = new Map(settings.config.systems.map(one => [one.id, one]))
  const push = createHttpPush()
  const guarded = createHttpPush({ guard: addressGuard(settings.config.allowedNetworks ?? []) })
  const places = followPlaces({
    reader: await kafka.reader(),
    // Each process has a file of its own.
    store: stores.open(`waiting-${settings.slot}`),
    topics: { parking: topics.parkingTopic(settings.prefix), lanes: topics.lanesTopic(settings.prefix) },
    shards,
    now: () => settings.now().getTime(),
    maxAgeMs: topics.halfOfDeleteRetentionMs,
    log: settings.log,
  })
  const startLoop = async (subscription: Subscription) => {
    const system = systems.get(subscription.system)
    if (!system) throw new HubError('HUB_SUBSCRIPTION_SYSTEM')
    const name = `${settings.prefix}deliver.${subscription.id}`
    const member = await kafka.member({
      group: name,
      topics: [topics.outTopic(settings.prefix, subscription.id)],
      slot: `${name}.${settings.slot}`,
      maxRecords: deliverBatchSize,
    })
    return startDelivery({
      ...common(ground, system),
      ...showing,
      places,
      subscription,
      secrets: () => subscriptions.secretsOf(subscription.id),
      member,
      push: subscription.door.kind === 'webhook' ? guarded : push,
      isPaused: control.isPaused,
    })
  }
  const loops = new Loops({
    subscriptions,
    start: subscription => keep(`deliver.${subscription.id}`, () => startLoop(subscription)),
    gone: ids => clear(ground, admin, showing, ids),
    log: settings.log,
  })
  await loops.begin()
  return {
    runs: () => loops.runs(),
    async stop() {
      await loops.stop()
      await Promise.all([push.close(), guarded.close(), places.stop()])
    },
  }
}

/** What a removed subscription leaves: counted aloud, then cleared. Its topic stays for its retention. */
async function clear(ground: Ground, admin: Admin, { reader }: Showing, ids: readonly string[]): Promise<void> {
  const { settings, subscriptions, registry } = ground
  const stillGone = async () => {
    await registry.catchUp()
    return subscriptions.removed()
  }
  const swept = await sweep(sweepDeps(ground, reader), ids, stillGone)
  for (const [id, parked] of swept) {
    const topic = topics.outTopic(settings.prefix, id)
    const lag = await admin.lag(`${settings.prefix}deliver.${id}`, [topic])
    settings.log.info({ subscription: id, parked, unread: Number(lag.get(topic)) }, 'subscription.removed')
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

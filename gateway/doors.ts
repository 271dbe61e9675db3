// Opens the doors of one process: what it serves on its port beside health and control.
import type { FastifyInstance } from 'fastify'
import { openCertify } from './certify/open.ts'
import { certifyRoutes } from './certify/routes.ts'
import type { Control } from './control.ts'
import { createCursors } from './deliver/cursor.ts'
import { laneRoutes } from './deliver/lane-routes.ts'
import { pullRoutes } from './deliver/pull.ts'
import { createDryRun } from './explain/dry-run.ts'
import type { Ground } from './ground.ts'
import type { Producer } from './kafka/port.ts'
import * as topics from './kafka/topics.ts'
import { followLedgers, type Ledgers } from './ledgers/follow.ts'
import { ledgerRoutes } from './ledgers/routes.ts'
import { openVerbatim } from './loader/open-verbatim.ts'
import type { Pressure } from './pressure/pressure.ts'
import { type FateTopic, followReceipts, type Receipts } from './receipts/follow.ts'
import { receiptRoutes } from './receipts/routes.ts'
import { Intake } from './receive/intake.ts'
import { readRequest } from './receive/request.ts'
import { followRoutes } from './receive/route.ts'
import { receiveRoutes } from './receive/routes.ts'
import { type Authenticator, createAuthenticator } from './security/authenticate.ts'
import type { Showing } from './showing.ts'
import { startSources } from './sources/start.ts'
import { translateDeps } from './stages.ts'
import { type Keep, routeDeps } from './stages-out.ts'
import { openSubscriptions } from './subscriptions/open.ts'
import type { Supervised } from './supervise.ts'

export interface Doors {
  readonly routes: readonly ((app: FastifyInstance) => void | Promise<void>)[]
  /** What the hub fetches itself, a loop a way. */
  readonly sources: readonly Supervised[]
  stop(): Promise<void>
}

export interface DoorParts {
  readonly producer: Producer
  readonly control: Control
  readonly showing: Showing
  readonly keep: Keep
  readonly pressure: Pressure
}

export async function openDoors(ground: Ground, parts: DoorParts): Promise<Doors> {
  const { producer, pressure } = parts
  const { settings, mappings, keys, telemetry } = ground
  const partitions = await partitionsOf(ground)
  const receipts = await openReceipts(ground, partitions)
  const ledgers = await openLedgers(ground, partitions)
  const certifying = await openCertify(ground, { ...parts, receipts, partitions, translate: translateDeps(ground) })
  const listener = (system: string) => certifying.desk.listener(system)
  const authenticator = createAuthenticator(settings.config.systems, () => settings.now().getTime())
  const routes = followRoutes({
    systems: settings.config.systems,
    connectors: () => mappings.connectors(),
    identifiers: ground.identifiers,
    inTopic: system => topics.inTopic(settings.prefix, system),
  })
  const intake = new Intake({
    producer,
    intakeKey: day => keys.intakeKey(day),
    endedInVain: id => receipts.endedInVain(id),
    now: settings.now,
    full: () => pressure.full(),
    listener,
  })
  const route = (system: string, message: string) => routes().get(system)?.get(message)
  const sources = await startSources(ground, { ...parts, refusal: () => pressure.refusal(), intake, route })
  const receive = receiveRoutes({
    routes,
    intake,
    authenticator,
    dryRun: createDryRun({ ...translateDeps(ground), connectors: () => mappings.connectors(), now: settings.now }),
    received: telemetry.received,
    refusal: () => pressure.refusal(),
    listener,
    log: settings.log,
  })
  const subscriptions = await openSubscriptions(ground, parts.showing, routeDeps(ground))
  const { operatorKey } = settings
  return {
    routes: [
      receive,
      receiptRoutes({ receipts, authenticator, operatorKey }),
      ledgerRoutes({ ledgers, operatorKey }),
      openPull(ground, parts, authenticator, partitions),
      subscriptions,
      certifyRoutes({ desk: certifying.desk, operatorKey, refusal: () => pressure.refusal() }),
      openLanes(ground, parts, partitions),
    ],
    sources: sources.loops,
    async stop() {
      await sources.stop()
      await certifying.stop()
      await Promise.all([receipts.stop(), ledgers.stop()])
    },
  }
}

type Partitions = ReadonlyMap<string, number>

async function partitionsOf({ kafka, settings }: Ground): Promise<Partitions> {
  const admin = await kafka.admin()
  const partitions = new Map((await admin.topics(settings.prefix)).map(one => [one.name, one.partitions]))
  await admin.close()
  return partitions
}

function openPull(ground: Ground, parts: DoorParts, authenticator: Authenticator, partitions: Partitions) {
  const { settings, schemas, keys, subscriptions } = ground
  const systems = new Map(settings.config.systems.map(one => [one.id, one]))
  return pullRoutes({
    ...parts.showing,
    producer: parts.producer,
    subscription: id => subscriptions.get(id),
    begin: id => subscriptions.beginOf(id),
    authenticate(request, systemId) {
      const system = systemId === undefined ? undefined : systems.get(systemId)
      if (system) authenticator.check(system, readRequest(request))
      else authenticator.identify(readRequest(request))
    },
    cursors: createCursors(keys.derived('cursor')),
    topics: {
      out: subscription => topics.outTopic(settings.prefix, subscription),
      lanes: topics.lanesTopic(settings.prefix),
    },
    shards: partitions.get(topics.caseEventsTopic(settings.prefix)) ?? 1,
    decode: bytes => schemas.caseRecord.decode(bytes),
    now: settings.now,
  })
}

function openLanes({ settings, subscriptions }: Ground, parts: DoorParts, partitions: Partitions) {
  const topic = topics.lanesTopic(settings.prefix)
  return laneRoutes({
    ...parts,
    subscriptions: () => subscriptions.all(),
    systems: new Set(settings.config.systems.map(one => one.id)),
    reader: parts.showing.reader,
    topic,
    shards: partitions.get(topic) ?? 1,
    operatorKey: settings.operatorKey,
    now: settings.now,
  })
}

/** Follows every topic that tells of a message's fate, each by the partitions it really has. */
async function openReceipts(ground: Ground, partitions: Partitions): Promise<Receipts> {
  const { settings, kafka, schemas, stores } = ground
  const { prefix, config } = settings
  const follow = (topic: string, kind: FateTopic['kind']) => ({
    topic,
    kind,
    partitions: partitions.get(topic) ?? 1,
  })
  return followReceipts({
    reader: await kafka.reader(),
    store: stores.open(`receipts-${settings.slot}`),
    topics: [
      ...config.systems.map(one => follow(topics.inTopic(prefix, one.id), 'in')),
      follow(topics.canonicalTopic(prefix), 'canonical'),
      follow(topics.invalidTopic(prefix), 'invalid'),
      follow(topics.caseStateTopic(prefix), 'case-state'),
      follow(topics.attemptsTopic(prefix), 'attempts'),
    ],
    decode: bytes => schemas.caseRecord.decode(bytes),
    now: settings.now,
    log: settings.log,
  })
}

async function openLedgers(ground: Ground, partitions: Partitions): Promise<Ledgers> {
  const { settings, kafka, schemas, stores, mappings } = ground
  const topic = topics.canonicalTopic(settings.prefix)
  return followLedgers({
    reader: await kafka.reader(),
    // It counts, so no two processes may share it.
    store: stores.open(`ledgers-${settings.slot}`),
    topic,
    partitions: partitions.get(topic) ?? 1,
    decode: bytes => schemas.caseRecord.decode(bytes),
    verbatim: openVerbatim(() => mappings.connectors(), schemas.caseRecordSchema),
    now: settings.now,
    log: settings.log,
  })
}

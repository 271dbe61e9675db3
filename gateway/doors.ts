// Opens the doors of one process: what it serves on its port beside health and control.
import type { FastifyInstance } from 'fastify'
import type { Control } from './control.ts'
import type { Ground } from './ground.ts'
import type { Producer } from './kafka/port.ts'
import * as topics from './kafka/topics.ts'
import { type FollowedTopic, followReceipts, type Receipts } from './receipts/follow.ts'
import { receiptRoutes } from './receipts/routes.ts'
import { receiveRoutes } from './receive/routes.ts'
import { createAuthenticator } from './security/authenticate.ts'
import { translateDeps } from './stages.ts'
import { translate } from './translate/stage.ts'

export interface Doors {
  readonly routes: readonly ((app: FastifyInstance) => void | Promise<void>)[]
  stop(): Promise<void>
}

export interface DoorParts {
  readonly producer: Producer
  readonly control: Control
}

export async function openDoors(ground: Ground, { producer }: DoorParts): Promise<Doors> {
  const { settings, connectors, keys, telemetry } = ground
  if (!settings.roles.has('gateway')) return { routes: [], stop: async () => undefined }
  const deps = translateDeps(ground)
  const receipts = await openReceipts(ground)
  const authenticator = createAuthenticator(settings.config.systems, () => settings.now().getTime())
  const receive = receiveRoutes({
    systems: settings.config.systems,
    connectors,
    identifiers: ground.identifiers,
    inTopic: system => topics.inTopic(settings.prefix, system),
    producer,
    intakeKey: day => keys.intakeKey(day),
    endedInvalid: id => receipts.endedInvalid(id),
    now: settings.now,
    authenticator,
    dryRun: (system, message, tree) => translate(deps, system, message, tree, dryAbout(settings.now())).records,
    received: telemetry.received,
    log: settings.log,
  })
  const { operatorKey } = settings
  return {
    routes: [receive, receiptRoutes({ receipts, authenticator, operatorKey })],
    stop: () => receipts.stop(),
  }
}

/** Follows every topic that tells of a message's fate, each by the partitions it really has. */
async function openReceipts(ground: Ground): Promise<Receipts> {
  const { settings, kafka, schemas, stores } = ground
  const { prefix, config } = settings
  const admin = await kafka.admin()
  const partitions = new Map((await admin.topics(prefix)).map(one => [one.name, one.partitions]))
  await admin.close()
  const follow = (topic: string, kind: FollowedTopic['kind']) => ({
    topic,
    kind,
    partitions: partitions.get(topic) ?? 1,
  })
  return followReceipts({
    reader: await kafka.reader(),
    store: stores.open('receipts'),
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

function dryAbout(now: Date) {
  return {
    messageId: 'dry-run',
    contentHash: '',
    receivedAt: now.getTime(),
    traceId: null,
    caseId: null,
    deliveryId: null,
    causationId: null,
  }
}

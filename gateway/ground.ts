// What all stages and doors of one process stand on: Kafka, keys, schemas, connectors, stores, metrics.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Identifiers } from '#schemas/identifiers/index.ts'
import { type Control, createControl, Paused, pausedKeys } from './control.ts'
import { ensure } from './kafka/maps.ts'
import { openKafka } from './kafka/open.ts'
import type { Kafka, Producer } from './kafka/port.ts'
import { caseEventsTopic, outTopicSpec, registryTopic, topicSpecs } from './kafka/topics.ts'
import { loadConnectors, loadWorld, type MappingWorld, titleTables } from './loader/discover.ts'
import { type CanonicalSchemas, loadSchemas } from './loader/schemas.ts'
import { mappingKeys } from './mappings/entry.ts'
import { InForce } from './mappings/in-force.ts'
import { openTitle } from './open-title.ts'
import { followRegistry, type Registry } from './registry.ts'
import { fileKeyManager, type KeyManager } from './security/key-manager.ts'
import { type Personal, personalCodec } from './security/personal.ts'
import type { HubSettings } from './settings.ts'
import { createPositions, HeardPositions, type Positions, positionKeys } from './sources/positions.ts'
import type { Store } from './store/port.ts'
import { openSqliteStore } from './store/sqlite.ts'
import { subscriptionKeys } from './subscriptions/entry.ts'
import { Subscriptions } from './subscriptions/in-force.ts'
import { createTelemetry, type Telemetry } from './telemetry.ts'

export interface Ground {
  readonly settings: HubSettings
  readonly kafka: Kafka
  readonly keys: KeyManager
  readonly schemas: CanonicalSchemas
  readonly personal: Personal
  readonly producer: Producer
  /** Followed from here on: it has been read to its present end. */
  readonly registry: Registry
  readonly control: Control
  /** How far polls have read. */
  readonly positions: Positions
  /** The connectors, each with the mappings in force. */
  readonly mappings: InForce
  /** Those in force. */
  readonly subscriptions: Subscriptions
  /** Partitions of every topic from canonical on. */
  readonly shards: number
  readonly world: MappingWorld
  readonly identifiers: Identifiers
  readonly stores: { open(name: string): Store }
  readonly telemetry: Telemetry
  readonly openTitle: (said: Readonly<Record<string, unknown>>, receivedAt: number) => string | null
  close(): Promise<void>
}

/** Opens everything and makes the topics that are missing. Throws before anything listens when a part is not usable. */
export async function openGround(settings: HubSettings): Promise<Ground> {
  const schemas = loadSchemas(settings.root)
  const world = loadWorld(settings.root)
  const used = new Set(settings.config.systems.map(one => one.connector))
  const onDisk = await loadConnectors(settings.root, world, used)
  mkdirSync(settings.dataDir, { recursive: true })
  const keys = fileKeyManager(join(settings.dataDir, 'keys'))
  const kafka = openKafka({
    brokers: [...settings.brokers],
    clientId: `hub-${settings.slot}`,
    log: (level, event, facts) => settings.log[level](facts, event),
  })
  const stores = new Map<string, Store>()
  const admin = await kafka.admin()
  await admin.ensureTopics(
    topicSpecs({
      prefix: settings.prefix,
      systems: settings.config.systems.map(one => one.id),
      subscribers: settings.config.subscriptions.map(one => one.id),
      brokers: await admin.brokers(),
    }),
  )
  const shards = (await admin.topics(caseEventsTopic(settings.prefix)))[0]!.partitions
  const tables = titleTables(world)
  const mappings = new InForce({ world, onDisk, log: settings.log })
  const subscriptions = new Subscriptions({ ...settings, configured: settings.config.subscriptions, keys })
  const { producer, registry, control, positions } = await openRegistry(settings, kafka, mappings, subscriptions)
  const plan = { prefix: settings.prefix, brokers: await admin.brokers(), shards }
  await admin.ensureTopics(subscriptions.all().map(one => outTopicSpec(plan, one.id)))
  await admin.close()
  return {
    settings,
    kafka,
    keys,
    schemas,
    personal: personalCodec(schemas.sealedPartSchema, keys.derived('fingerprint')),
    producer,
    registry,
    control,
    positions,
    mappings,
    subscriptions,
    shards,
    world,
    identifiers: world.identifiers,
    stores: {
      // A stage that is started again takes up the file that is open.
      open: name => ensure(stores, name, () => openSqliteStore(join(settings.dataDir, 'index', `${name}.sqlite`))),
    },
    telemetry: createTelemetry(),
    openTitle: (said, receivedAt) => openTitle(tables, said, receivedAt),
    async close() {
      registry.stop()
      await kafka.close()
      for (const store of stores.values()) store.close()
    },
  }
}

async function openRegistry(settings: HubSettings, kafka: Kafka, mappings: InForce, subscriptions: Subscriptions) {
  const paused = new Paused()
  const heard = new HeardPositions()
  const producer = await kafka.producer()
  const registry = await followRegistry({
    reader: await kafka.reader(),
    producer,
    topic: registryTopic(settings.prefix),
    listeners: {
      [pausedKeys]: record => paused.hear(record),
      [mappingKeys]: record => mappings.hear(record),
      [subscriptionKeys]: record => subscriptions.hear(record),
      [positionKeys]: record => heard.hear(record),
    },
    log: settings.log,
  })
  const control = createControl(paused, registry, settings.now)
  return { producer, registry, control, positions: createPositions(heard, registry) }
}

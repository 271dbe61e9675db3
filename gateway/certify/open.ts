// Puts the certification desk of one process together: what runs watch, by which door they deliver, where reports are kept.
import { HubError } from '#schemas/errors.ts'
import { nativeDoor } from '../deliver/native.ts'
import type { Ground } from '../ground.ts'
import type { Producer } from '../kafka/port.ts'
import * as topics from '../kafka/topics.ts'
import { loadScript } from '../loader/exchanges.ts'
import type { Receipts } from '../receipts/follow.ts'
import type { Showing } from '../showing.ts'
import type { TranslateDeps } from '../translate/stage.ts'
import { createHttpPush } from '../transports/http-push.ts'
import { openArchive } from './archive.ts'
import { Desk } from './desk.ts'
import { Observer } from './observer.ts'
import type { StandDeps } from './stand.ts'

export interface CertifyParts {
  readonly producer: Producer
  readonly showing: Showing
  readonly receipts: Receipts
  readonly translate: TranslateDeps
  /** Partitions by topic. */
  readonly partitions: ReadonlyMap<string, number>
}

export interface Certifying {
  readonly desk: Desk
  stop(): Promise<void>
}

export async function openCertify(ground: Ground, parts: CertifyParts): Promise<Certifying> {
  const { settings, kafka } = ground
  const push = createHttpPush()
  const archive = openArchive(topics.registryTopic(settings.prefix), parts.producer, await kafka.reader())
  const desk = new Desk({
    sandbox: settings.config.sandbox === true,
    archive,
    log: settings.log,
    async open(id) {
      const system = settings.config.systems.find(one => one.id === id)
      if (!system) throw new HubError('HUB_HTTP_UNKNOWN_SYSTEM', {})
      const script = loadScript(settings.root, ground.mappings.connectors().get(system.connector)!)
      return { script, deps: await standDeps(ground, parts, push, system.id) }
    },
  })
  return {
    desk,
    async stop() {
      await desk.stop()
      await push.close()
    },
  }
}

async function standDeps(
  ground: Ground,
  parts: CertifyParts,
  push: ReturnType<typeof createHttpPush>,
  id: string,
): Promise<StandDeps> {
  const { settings, kafka, schemas, mappings, identifiers } = ground
  const { prefix, config } = settings
  const system = config.systems.find(one => one.id === id)!
  const inForce = () => mappings.connectors().get(system.connector)!
  const connector = inForce()
  const subscription = ground.subscriptions.all().find(one => one.system === id && one.door.kind === 'native')
  const decode = (bytes: Buffer) => schemas.caseRecord.decode(bytes)
  const observer = new Observer({
    reader: await kafka.reader(),
    system: id,
    topics: {
      caseEvents: topics.caseEventsTopic(prefix),
      attempts: topics.attemptsTopic(prefix),
      out: subscription && topics.outTopic(prefix, subscription.id),
    },
    partitions: topic => parts.partitions.get(topic) ?? 1,
    decode,
    log: settings.log,
  })
  const { machine } = schemas
  const door = subscription && {
    subscription,
    door: nativeDoor({
      ...parts.showing,
      subscription,
      system,
      connector,
      inForce,
      machine,
      decode,
      push,
      now: settings.now,
    }),
  }
  return {
    system,
    connector,
    observer,
    receiving: door,
    synthetic: { translate: parts.translate, identifiers, machine },
    codec: schemas.caseRecord,
    producer: parts.producer,
    receipt: messageId => parts.receipts.get(messageId),
    now: () => settings.now().getTime(),
  }
}

// Starts a loop for every way by which the configuration lets the hub fetch.
import { HubError } from '#schemas/errors.ts'
import type { SystemConfig } from '#schemas/files.ts'
import type { FetchedWay } from '#schemas/transport.ts'
import type { Control } from '../control.ts'
import { answerRecord } from '../deliver/answer.ts'
import { isUnread } from '../formats/read.ts'
import type { Ground } from '../ground.ts'
import type { Producer } from '../kafka/port.ts'
import * as topics from '../kafka/topics.ts'
import type { Connector } from '../loader/connector.ts'
import type { Intake } from '../receive/intake.ts'
import { messageNamespace } from '../receive/judge.ts'
import type { Route } from '../receive/route.ts'
import type { Running, Supervised } from '../supervise.ts'
import { createHttpPush } from '../transports/http-push.ts'
import { createDesk, type Desk } from './desk.ts'
import { runSource } from './loop.ts'
import { openers } from './open.ts'
import type { SourceItem, SourceParts } from './port.ts'

const usualRestMs = 1000
const maxPageBytes = 16 << 20

export interface SourcesParts {
  readonly producer: Producer
  readonly control: Control
  readonly keep: (stage: string, start: () => Promise<Running>) => Promise<Supervised>
  readonly intake: Intake
  /** Why nothing may be fetched just now, if so. */
  readonly refusal: () => HubError | undefined
  readonly route: (system: string, message: string) => Route | undefined
}

export interface Sources {
  readonly loops: readonly Supervised[]
  stop(): Promise<void>
}

export async function startSources(ground: Ground, parts: SourcesParts): Promise<Sources> {
  const { settings, mappings, positions } = ground
  const push = createHttpPush({ maxAnswerBytes: maxPageBytes })
  const loops: Supervised[] = []
  for (const system of settings.config.systems) {
    const connector = mappings.connectors().get(system.connector)!
    for (const way of waysOf(system, connector)) {
      const config = system.ways![way]!
      const { now, slot } = settings
      const notice = noticeOf(ground, system.id, way)
      const start = async () =>
        runSource({
          system: system.id,
          way,
          source: openers[way]!({ system, connector, way: config, positions, push, now, slot, notice }),
          desk: deskOf(ground, parts, system, connector),
          restMs: config.everyMs ?? usualRestMs,
          isPaused: () => parts.control.isPaused(system.id),
          refusal: parts.refusal,
          random: Math.random,
          now: () => now().getTime(),
          reached: up => ground.telemetry.sourceUp(system.id, way, up),
          fetched: result => ground.telemetry.fetched(system.id, way, result),
          log: settings.log,
        })
      loops.push(await parts.keep(`source.${system.id}.${way}`, start))
    }
  }
  return {
    loops,
    async stop() {
      await Promise.all(loops.map(loop => loop.stop()))
      await push.close()
    },
  }
}

function noticeOf({ settings, telemetry }: Ground, system: string, way: FetchedWay): SourceParts['notice'] {
  return (kind, name) => {
    telemetry.noticed(system, way, kind)
    settings.log.warn({ system, way, find: name }, `source.${kind}`)
  }
}

/** Throws HUB_START_CONFIG for a way that this kind of system does not have. */
function waysOf(system: SystemConfig, { manifest }: Connector): FetchedWay[] {
  const ways = Object.keys(system.ways ?? {}) as FetchedWay[]
  for (const way of ways) {
    if (manifest.transport.inbound.includes(way) || manifest.transport.outbound.some(one => one === way)) continue
    const rule = `system ${system.id}: ${system.connector} knows no way ${way}`
    throw new HubError('HUB_START_CONFIG', { file: 'systems', rule })
  }
  return ways.filter(way => openers[way] !== undefined)
}

function deskOf(ground: Ground, parts: SourcesParts, system: SystemConfig, connector: Connector): Desk {
  const { settings, keys, telemetry, mappings } = ground
  const answering = {
    system,
    connector,
    inForce: () => mappings.connectors().get(system.connector)!,
    topic: topics.inTopic(settings.prefix, system.id),
    intakeKey: (day: string) => keys.intakeKey(day),
    messageNamespace,
  }
  return createDesk({
    route: message => parts.route(system.id, message),
    intake: parts.intake,
    producer: parts.producer,
    answer: (item: SourceItem) =>
      isUnread(item) || !item.about ? undefined : answerRecord(answering, item.about, item.tree, settings.now()),
    received: status => telemetry.received(system.id, status),
    alert: (message, error) =>
      settings.log.error({ system: system.id, message, code: error.code }, 'receive.secret-mark'),
  })
}

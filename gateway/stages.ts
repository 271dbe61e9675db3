// Wires the stages of the data path to Kafka: one member, one step, one run each.
import { randomBytes } from 'node:crypto'
import type { CaseRecord } from '#schemas/canonical/types.ts'
import { HubError, isHubError } from '#schemas/errors.ts'
import { ProceedingKeys } from './correlate/keys.ts'
import { correlateRun } from './correlate/run.ts'
import { CorrelateState } from './correlate/state.ts'
import { parseStored } from './formats/reader.ts'
import type { Ground } from './ground.ts'
import type { InRecord, Member } from './kafka/port.ts'
import * as topics from './kafka/topics.ts'
import { catchUp } from './pipeline/catch-up.ts'
import { runStage, type StageOptions, type StageRun } from './pipeline/run.ts'
import { invalidRecord } from './pipeline/set-aside.ts'
import { openBytes } from './security/sealing.ts'
import type { Changes } from './store/port.ts'
import { translateStep } from './translate/run.ts'
import type { TranslateDeps } from './translate/stage.ts'

/** What stage runs share: how they log, count and set a record aside. */
export function stageOptions(ground: Ground, stage: string, member: Member): Omit<StageOptions, 'step'> {
  const { settings, telemetry } = ground
  return {
    stage,
    member,
    log: settings.log,
    now: () => settings.now().getTime(),
    random: Math.random,
    hooks: { committed: telemetry.committed, aborted: telemetry.aborted },
    setAside: (input, error) => [invalidRecord(topics.invalidTopic(settings.prefix), input, error)],
  }
}

export function translateDeps(ground: Ground): TranslateDeps {
  const { settings, mappings, keys, personal, schemas, telemetry } = ground
  const prefix = topics.inTopic(settings.prefix, '')
  return {
    systems: new Map(settings.config.systems.map(one => [one.id, one])),
    connectors: mappings.connectors(),
    codec: schemas.caseRecord,
    personal,
    parse: parseStored,
    open: sealed => openBytes(sealed, id => keys.keyOf(id)),
    intakeKey: day => keys.intakeKey(day),
    openTitle: ground.openTitle,
    unknownCode: telemetry.unknownCode,
    topics: {
      canonical: topics.canonicalTopic(settings.prefix),
      invalid: topics.invalidTopic(settings.prefix),
      systemOf: topic => topic.slice(prefix.length),
    },
  }
}

export async function startTranslate(ground: Ground): Promise<StageRun> {
  const { settings, kafka, telemetry, registry, mappings } = ground
  const member = await kafka.member({
    group: `${settings.prefix}translate`,
    topics: settings.config.systems.map(one => topics.inTopic(settings.prefix, one.id)),
    slot: `${settings.prefix}translate.${settings.slot}`,
  })
  // What the member before us wrote in a partition, it wrote by what the registry held then: we must know as much.
  member.onAssigned(() => registry.catchUp())
  const step = translateStep(
    translateDeps(ground),
    () => mappings.connectors(),
    (system, ok) => telemetry.translated(system, ok ? 'ok' : 'invalid'),
  )
  return runStage({ ...stageOptions(ground, 'translate', member), step })
}

export async function startCorrelate(ground: Ground): Promise<StageRun> {
  const { settings, kafka, keys, personal, schemas, stores, telemetry } = ground
  const topic = topics.caseStateTopic(settings.prefix)
  // The process before us may still write what it decided last: not over what we decide.
  const store = stores.open(`correlate-${settings.slot}`)
  const state = new CorrelateState(store, topic)
  const member = await kafka.member({
    group: `${settings.prefix}correlate`,
    topics: [topics.canonicalTopic(settings.prefix)],
    slot: `${settings.prefix}correlate.${settings.slot}`,
  })
  const reader = await kafka.reader()
  const run = correlateRun(
    {
      state,
      machine: schemas.machine,
      keys: new ProceedingKeys({
        randomKey: () => randomBytes(32),
        kek: () => keys.kek(),
        keyOf: id => keys.keyOf(id),
        personal,
      }),
      encode: record => schemas.caseRecord.encode(record),
      decode: (bytes: Buffer): CaseRecord => schemas.caseRecord.decode(bytes),
      eventsTopic: topics.caseEventsTopic(settings.prefix),
    },
    topic,
    () =>
      catchUp({
        reader,
        store,
        followed: [{ topic, partition: 0, changes: sameAsTold }],
        now: () => settings.now().getTime(),
        maxAgeMs: topics.halfOfDeleteRetentionMs,
      }),
    type => telemetry.event(type.replace('hub.case.', '')),
  )
  member.onAssigned(async () => run.discard('unknown'))
  const options = stageOptions(ground, 'correlate', member)
  const running = runStage({
    ...options,
    ...run,
    // State is written with the last record of a batch: one that is too large cannot be told from what others decided.
    setAside: (input, error) => {
      if (isHubError(error, 'HUB_KAFKA_TOO_LARGE')) throw new HubError('HUB_KAFKA_TOO_LARGE', error.facts, error)
      return options.setAside(input, error)
    },
  })
  const following = setInterval(run.follow, followEveryMs)
  void running.done.then(() => clearInterval(following))
  void running.done.then(() => reader.close()).catch(() => undefined)
  return running
}

const followEveryMs = 1000

/** The store holds what the topic says. */
function* sameAsTold({ key, value }: InRecord): Changes {
  if (key !== null) yield [key, value]
}

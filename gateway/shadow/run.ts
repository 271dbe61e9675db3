// A shadow run: recorded traffic mapped with the version in force and with a changed one, side by side. Nothing is stored.
import { classesOf } from '#schemas/canonical/target.ts'
import { isHubError } from '#schemas/errors.ts'
import type { SystemConfig } from '#schemas/files.ts'
import { parseNative } from '../formats/native.ts'
import { openKafka } from '../kafka/open.ts'
import type { InRecord } from '../kafka/port.ts'
import type { Connector, LoadedMapping } from '../loader/connector.ts'
import { type MappingWorld, titleTables } from '../loader/discover.ts'
import { loadSchemas } from '../loader/schemas.ts'
import { openTitle } from '../open-title.ts'
import type { KeyOf } from '../security/sealing.ts'
import { openBytes } from '../security/sealing.ts'
import { aboutOf, type MappedSystem, type MappingDeps, translate } from '../translate/stage.ts'
import { compare, type FieldChange, openPlaces, resultOf } from './compare.ts'
import { recorded } from './recorded.ts'
import { type Difference, Tally } from './tally.ts'

export interface ShadowParts {
  readonly root: string
  readonly world: MappingWorld
  readonly brokers: readonly string[]
  readonly prefix: string
  readonly keyOf: KeyOf
  readonly connector: Connector
  /** Of this connector. */
  readonly systems: readonly SystemConfig[]
  readonly changed: LoadedMapping
  readonly since: number | undefined
  /** Most messages to compare. */
  readonly limit: number
}

export interface ShadowReport {
  readonly inForce: string
  readonly changed: string
  readonly messages: number
  readonly same: number
  /** Sealed under keys that are not here. */
  readonly unreadable: number
  /** There was more than the limit. */
  readonly more: boolean
  readonly differences: readonly Difference[]
}

export async function shadowRun(parts: ShadowParts): Promise<ShadowReport> {
  const { connector, changed, prefix, since, limit } = parts
  const { message } = changed.compiled
  const side = sidesOf(parts)
  const tally = new Tally()
  const seen = { messages: 0, same: 0, unreadable: 0, more: false }
  const kafka = openKafka({ brokers: [...parts.brokers], clientId: 'hub-shadow' })
  try {
    for await (const record of recorded(kafka, { prefix, systems: parts.systems.map(one => one.id), message, since })) {
      if (seen.messages >= limit) {
        seen.more = true
        break
      }
      const changes = side(record)
      if (changes === undefined) {
        seen.unreadable += 1
        continue
      }
      seen.messages += 1
      if (changes.length === 0) seen.same += 1
      tally.add(record.headers.ce_id ?? '', changes)
    }
  } finally {
    await kafka.close()
  }
  const inForce = connector.inbound.get(message)!.stamp
  return { inForce, changed: changed.stamp, ...seen, differences: tally.differences() }
}

/** undefined: the message cannot be opened any more. */
function sidesOf(parts: ShadowParts): (record: InRecord) => FieldChange[] | undefined {
  const { connector, changed, keyOf, prefix } = parts
  const inbound = new Map([...connector.inbound, [changed.compiled.message, changed]])
  const [now, then] = [connector, { ...connector, inbound }].map(one => depsOf(parts, one)) as [
    MappingDeps,
    MappingDeps,
  ]
  const isOpen = openPlaces(classesOf(loadSchemas(parts.root).caseRecordSchema))
  return record => {
    const bytes = opened(record, keyOf)
    if (bytes === undefined) return undefined
    const about = aboutOf(record)
    const system = record.topic.slice(`${prefix}in.`.length)
    const { message } = changed.compiled
    const results = [now, then].map(deps =>
      resultOf(() => translate(deps, system, message, parseNative(bytes, record.headers['content-type']), about)),
    )
    return compare(results[0]!, results[1]!, isOpen)
  }
}

function depsOf({ world, systems }: ShadowParts, connector: Connector): MappingDeps {
  const tables = titleTables(world)
  return {
    systems: new Map(systems.map(one => [one.id, { ...one, connector } satisfies MappedSystem])),
    openTitle: (said, at) => openTitle(tables, said, at),
    unknownCode: () => undefined,
  }
}

function opened({ value }: InRecord, keyOf: KeyOf): Buffer | undefined {
  try {
    return value === null ? undefined : openBytes(value, keyOf)
  } catch (error) {
    if (isHubError(error, 'HUB_SECURITY_KEY_GONE')) return undefined
    throw error
  }
}

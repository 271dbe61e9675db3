// A shadow run: recorded traffic mapped with the version in force and with a changed one, side by side. Nothing is stored.
import { formatIssue } from '#mappings/engine/index.ts'
import { classesOf } from '#schemas/canonical/target.ts'
import { HubError, isHubError } from '#schemas/errors.ts'
import type { SystemConfig } from '#schemas/files.ts'
import { parseStored } from '../formats/reader.ts'
import { openKafka } from '../kafka/open.ts'
import type { InRecord, Kafka } from '../kafka/port.ts'
import { registryTopic } from '../kafka/topics.ts'
import { compileText, type MappingTexts } from '../loader/compile-text.ts'
import type { Connector, LoadedMapping } from '../loader/connector.ts'
import { type MappingWorld, titleTables } from '../loader/discover.ts'
import { loadSchemas } from '../loader/schemas.ts'
import { mappingKeys } from '../mappings/entry.ts'
import { InForce } from '../mappings/in-force.ts'
import { tablesFor } from '../mappings/tables.ts'
import { openTitle } from '../open-title.ts'
import type { KeyOf } from '../security/sealing.ts'
import { openBytes } from '../security/sealing.ts'
import { aboutOf, type MappingDeps, translate } from '../translate/stage.ts'
import { compare, type FieldChange, openPlaces, resultOf } from './compare.ts'
import { kept, recorded } from './recorded.ts'
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
  /** Of this message, inbound; with value tables by name that change with it. */
  readonly message: string
  readonly changed: MappingTexts
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

/** Throws HUB_LINT_FAILED naming the first finding in the changed texts. */
export async function shadowRun(parts: ShadowParts): Promise<ShadowReport> {
  const { message, prefix, since, limit } = parts
  const tally = new Tally()
  const seen = { messages: 0, same: 0, unreadable: 0, more: false }
  const kafka = openKafka({ brokers: [...parts.brokers], clientId: 'hub-shadow' })
  try {
    const { connector, changed } = await versionsOf(kafka, parts)
    const side = sidesOf(parts, connector, changed)
    const systems = parts.systems.map(one => one.id)
    for await (const record of recorded(kafka, { prefix, systems, message, since })) {
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
    const { stamp } = connector.inbound.get(message)!
    return { inForce: stamp, changed: changed.stamp, ...seen, differences: tally.differences() }
  } finally {
    await kafka.close()
  }
}

/** The connector with the mappings in force (those on disk, and over them what was put into the running hub), and the changed
 *  mapping with the tables that it would have there. */
async function versionsOf(
  kafka: Kafka,
  { prefix, world, connector, message, changed }: ShadowParts,
): Promise<{ connector: Connector; changed: LoadedMapping }> {
  const { id } = connector.manifest
  const onDisk = new Map([[id, connector]])
  const mappings = new InForce({ world, onDisk, log: { info: () => undefined, error: () => undefined } })
  for await (const record of kept(kafka, registryTopic(prefix)))
    if (record.key?.startsWith(mappingKeys)) mappings.hear(record)
  const before = mappings.entryOf({ connector: id, message, direction: 'inbound' })
  const tables = tablesFor(connector, before, changed.tables ?? {})
  const made = compileText(world, connector, { ...changed, tables })
  if ('mapping' in made) return { connector: mappings.connectors().get(id)!, changed: made.mapping }
  const [first] = made.issues
  throw new HubError('HUB_LINT_FAILED', { file: changed.file, count: made.issues.length, first: formatIssue(first!) })
}

/** undefined: the message cannot be opened any more. */
function sidesOf(
  parts: ShadowParts,
  connector: Connector,
  changed: LoadedMapping,
): (record: InRecord) => FieldChange[] | undefined {
  const { message, keyOf, prefix } = parts
  const now = depsOf(parts, connector)
  const then = depsOf(parts, { ...connector, inbound: new Map(connector.inbound).set(message, changed) })
  const isOpen = openPlaces(classesOf(loadSchemas(parts.root).caseRecordSchema))
  const format = connector.manifest.messages[message]
  return record => {
    const bytes = opened(record, keyOf)
    if (bytes === undefined) return undefined
    const about = aboutOf(record)
    const system = record.topic.slice(`${prefix}in.`.length)
    const map = (deps: MappingDeps) =>
      resultOf(() =>
        translate(deps, system, message, parseStored(bytes, record.headers['content-type'], format), about),
      )
    return compare(map(now), map(then), isOpen)
  }
}

function depsOf({ world, systems }: ShadowParts, connector: Connector): MappingDeps {
  const tables = titleTables(world)
  return {
    systems: new Map(systems.map(one => [one.id, one])),
    connectors: new Map([[connector.manifest.id, connector]]),
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

// A new version of a mapping, judged as a release would be and written to the registry: from there every process takes it.
import { formatIssue } from '#mappings/engine/index.ts'
import { HubError } from '#schemas/errors.ts'
import { compileText } from '../loader/compile-text.ts'
import type { Connector, LoadedMapping } from '../loader/connector.ts'
import type { MappingWorld } from '../loader/discover.ts'
import { familiesOf } from '../receive/route.ts'
import type { Registry } from '../registry.ts'
import { type Entry, fingerprintOf, keyOf, type MappingId, nameOf } from './entry.ts'
import { type InForce, mappingOf } from './in-force.ts'
import { compareSamples, type SampleDifference } from './samples.ts'
import { tablesFor } from './tables.ts'

export interface PutDeps {
  readonly root: string
  readonly world: MappingWorld
  readonly registry: Registry
  readonly mappings: InForce
  readonly now: () => Date
}

export interface Put extends MappingId {
  /** The mapping; after each line of three hyphens a value table that changes with it. */
  readonly body: string
  readonly by: string
  /** Judge it and write nothing. */
  readonly dryRun: boolean
}

export type PutResult =
  | { readonly mapping: string; readonly version: number; readonly differences: readonly SampleDifference[] }
  /** Lint's findings, as compilers print them. */
  | { readonly findings: readonly string[] }

/** Throws a HUB_MAPPING_* error that says why it may not be in force. */
export async function putMapping(deps: PutDeps, put: Put): Promise<PutResult> {
  await deps.registry.catchUp()
  const connector = deps.mappings.connectors().get(put.connector)
  const present = connector && mappingOf(connector, put)
  if (!connector || !present) throw new HubError('HUB_MAPPING_UNKNOWN')
  const before = deps.mappings.entryOf(put)
  const { text, given } = textsOf(put.body)
  const tables = tablesFor(connector, before, given)
  const made = compileText(deps.world, connector, { file: `${put.message}.${put.direction}.yaml`, text, tables })
  if ('issues' in made) return { findings: made.issues.map(formatIssue) }
  const { version } = made.mapping.compiled
  const mapping = nameOf(put)
  const { connector: id, message, direction } = put
  const entry: Entry = {
    connector: id,
    message,
    direction,
    version,
    text,
    tables,
    by: put.by,
    at: deps.now().toISOString(),
  }
  mustBeOf(made.mapping, put)
  // Somebody did not hear our answer and asks again.
  if (before && isSame(before, entry)) return { mapping, version, differences: [] }
  mustBeAbove(version, before?.version ?? present.compiled.version)
  mustKeepKeys(connector, put, present, made.mapping)
  const differences = compareSamples(deps.root, connector, put, made.mapping)
  if (put.dryRun) return { mapping, version, differences }
  await deps.registry.put(keyOf(entry), entry)
  // Two operators at two processes at the same moment: the log says who was first.
  const now = deps.mappings.entryOf(put)
  if (!now || !isSame(now, entry)) mustBeAbove(version, now?.version ?? version)
  return { mapping, version, differences }
}

function textsOf(body: string): { text: string; given: Record<string, string> } {
  const [text = '', ...tables] = body.split(/^---[ \t]*\r?\n/m).filter(part => part.trim() !== '')
  const named = tables.map((one, i) => [/^table: *['"]?([\w-]+)/m.exec(one)?.[1] ?? `table-${i + 1}`, one] as const)
  return { text, given: Object.fromEntries(named) }
}

function isSame(a: Entry, b: Entry): boolean {
  return a.version === b.version && fingerprintOf(a) === fingerprintOf(b)
}

function mustBeOf({ compiled }: LoadedMapping, wanted: MappingId): void {
  const found = nameOf(compiled)
  if (found !== nameOf(wanted)) throw new HubError('HUB_MAPPING_OTHER', { found, wanted: nameOf(wanted) })
}

function mustBeAbove(version: number, present: number): void {
  if (version <= present) throw new HubError('HUB_MAPPING_VERSION', { version, present })
}

/** The door keys in.<system> by the own number as the mapping's families read it. Processes take a version at different moments;
 *  a number that two of them read differently would lie in two partitions, and its order would be lost. A family added at the
 *  end is tried last: it reads only what was no number before. */
function mustKeepKeys(
  connector: Connector,
  { message, direction }: MappingId,
  a: LoadedMapping,
  b: LoadedMapping,
): void {
  if (direction === 'outbound') return
  const [before, after] = [familiesOf(a.compiled.spec), familiesOf(b.compiled.spec)]
  for (const pointer of connector.manifest.messages[message]?.numbers ?? []) {
    const next = after.get(pointer) ?? [undefined]
    if ((before.get(pointer) ?? [undefined]).some((family, i) => family !== next[i]))
      throw new HubError('HUB_MAPPING_KEYS', { pointer })
  }
}

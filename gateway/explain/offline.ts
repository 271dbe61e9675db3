// A file on the disk explained without a hub: read as the door would read it, judged as the door would judge it.
import { readFileSync } from 'node:fs'
import { basename, extname } from 'node:path'
import { Readable } from 'node:stream'
import type { Json } from '#connectors/sdk.ts'
import { HubError } from '#schemas/errors.ts'
import { parseJson } from '../formats/json.ts'
import type { Read } from '../formats/read.ts'
import { openStream } from '../formats/reader.ts'
import { demoConfig } from '../loader/config.ts'
import type { Connector } from '../loader/connector.ts'
import { type MappingWorld, titleTables } from '../loader/discover.ts'
import { contextOf, sampleType } from '../loader/golden.ts'
import { openTitle } from '../open-title.ts'
import { judge } from '../receive/judge.ts'
import { openBody } from '../receive/open.ts'
import { type Route, routeTo } from '../receive/route.ts'
import type { About, MappingDeps } from '../translate/stage.ts'
import { type Explained, explain } from './inbound.ts'
import { pointerOf, type Traced, trace, unexplained } from './trace.ts'

export interface OfflineParts {
  readonly world: MappingWorld
  readonly connector: Connector
  readonly now: Date
}

/** One native message of a file. */
export type ExplainedItem = { readonly index: number } & (
  | { readonly explained: Explained }
  | { readonly error: HubError }
)

/** Throws HUB_CLI_NO_MESSAGE, HUB_CLI_NO_FILE, or what the door would say of the whole file. */
export async function explainFile(
  { world, connector, now }: OfflineParts,
  message: string,
  file: string,
): Promise<ExplainedItem[]> {
  const spec = connector.manifest.messages[message]
  if (spec === undefined) throw noMessage(connector, message, Object.keys(connector.manifest.messages))
  const { system: id, caseId, deliveryId } = contextOf(connector, basename(file, extname(file)))
  const system = demoConfig([connector.dir]).systems.find(one => one.id === id)!
  const connectors = new Map([[connector.manifest.id, connector]])
  const { identifiers } = world
  const parts = { systems: [system], connectors: () => connectors, identifiers, inTopic: (of: string) => of }
  const route = routeTo(parts, connector, system, message, spec)
  const tables = titleTables(world)
  const deps: MappingDeps = {
    systems: new Map([[id, system]]),
    connectors,
    openTitle: (said, at) => openTitle(tables, said, at),
    unknownCode: () => undefined,
  }
  const answers =
    spec.answer === true ? { caseId: caseId!, deliveryId: deliveryId! } : { caseId: null, deliveryId: null }
  const moment = { receivedAt: now.getTime(), traceId: null, causationId: null, ...answers }
  const items: ExplainedItem[] = []
  for (const read of await readsOf(route, file)) items.push(await explainRead(deps, route, read, moment))
  return items
}

async function explainRead(
  deps: MappingDeps,
  route: Route,
  read: Read,
  moment: Omit<About, 'messageId' | 'contentHash'>,
): Promise<ExplainedItem> {
  const judged = judge(route, read, undefined)
  const { index } = read
  if ('error' in judged) return { index, error: judged.error }
  try {
    const { messageId, hash: contentHash, item } = judged
    const about = { ...moment, messageId, contentHash }
    const asked = { system: route.system.id, message: route.message, tree: item.tree, about, more: async () => true }
    return { index, explained: await explain(deps, asked) }
  } catch (error) {
    if (!(error instanceof HubError)) throw error
    return { index, error }
  }
}

/** A JSON file of a message that is written otherwise is one tree, as in samples/valid; all else is read as it would come. */
async function readsOf(route: Route, file: string): Promise<Read[]> {
  const body = bytesOf(file)
  const { format } = route
  const contentType = sampleType(file)
  if (file.endsWith('.json') && format.format !== 'json')
    return [{ index: 0, tree: parseJson(body.toString()), bytes: body, contentType }]
  if (format.format === 'adapter')
    return [...openBody(route, { method: 'POST', path: '/', headers: { 'content-type': contentType }, body }).reads]
  const reads: Read[] = []
  for await (const chunk of openStream(Readable.from([body]), contentType, format)) reads.push(...chunk)
  return reads
}

export interface ExplainedOutbound {
  readonly mapping: string
  readonly native: unknown
  readonly flaws: readonly { readonly pointer: string; readonly rule: string; readonly table: string | null }[]
  readonly fields: readonly Traced[]
  /** Pointers of the native message to constants, and to what more than one field would have given. */
  readonly others: readonly string[]
}

/** @param file what deliver gives to the mapping, as in golden/<message>-<name>.outbound-input.json */
export async function explainOutbound(
  { connector }: OfflineParts,
  message: string,
  file: string,
): Promise<ExplainedOutbound> {
  const mapping = connector.outbound.get(message)
  if (mapping === undefined) throw noMessage(connector, message, [...connector.outbound.keys()])
  const input: Json = parseJson(bytesOf(file).toString())
  const context = contextOf(connector, basename(file, extname(file)))
  const map = (tree: unknown) => mapping.compiled.map(tree, context)[0]
  const made = map(input)
  const fields = await trace(input, tree => map(tree)?.record ?? {})
  return {
    mapping: mapping.stamp,
    native: made?.record ?? null,
    flaws: made?.flaws ?? [],
    fields: fields.filter(one => one.to.length > 0),
    others: unexplained(made?.record, fields),
  }
}

/** Where a value stands in the native message, as a pointer. */
export function nativePlaces({ to }: Traced): { readonly path: string; readonly value: unknown }[] {
  return to.map(({ path, value }) => ({ path: pointerOf(path), value }))
}

function noMessage(connector: Connector, message: string, known: readonly string[]): HubError {
  return new HubError('HUB_CLI_NO_MESSAGE', { id: connector.manifest.id, message, known: known.join(' ') })
}

function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw new HubError('HUB_CLI_NO_FILE', { file }, cause)
  }
}

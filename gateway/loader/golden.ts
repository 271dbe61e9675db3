// Golden files: what every sample of a connector becomes, both directions. The conformance tests compare them;
// `npm run golden -- --update` writes them, and people review the difference.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { parse } from 'yaml'
import { type HttpMessage, type Json, readJson } from '#connectors/sdk.ts'
import type { MapContext } from '#mappings/engine/index.ts'
import type { Manifest, SystemConfig } from '#schemas/files.ts'
import { isUnread } from '../formats/read.ts'
import { openWhole } from '../formats/reader.ts'
import type { Connector } from './connector.ts'

export interface Golden {
  readonly file: string
  /** What the mapping gives now, as it stands in the file. */
  readonly value: unknown
}

/** The moment at which all golden files are made; no clock may change them. */
const receivedAt = Date.parse('2026-03-02T01:14:07Z')
const known = { caseId: '2c5ea4c0-4067-5fe4-9bbf-9f1f2b0d3c11', deliveryId: '6a3d8c0e-0d7b-5c1f-9f0a-3c5b7c1d2e4f' }

/** One entry a sample or outbound input, by file name. */
export function goldenOf(root: string, connector: Connector): Golden[] {
  const dir = join(root, 'mappings', connector.manifest.id, 'golden')
  return [...inboundGolden(connector, dir), ...outboundGolden(connector, dir)]
}

function inboundGolden(connector: Connector, dir: string): Golden[] {
  const contexts = contextsOf(connector)
  return validSamples(connector).map(file => {
    const name = basename(file, extname(file))
    const mapping = connector.inbound.get(messageOf(Object.keys(connector.manifest.messages), name))!
    const value = mapping.compiled.map(readSample(connector, file), contexts(name))
    return { file: join(dir, `${name}.inbound.json`), value: plain(value) }
  })
}

function outboundGolden(connector: Connector, dir: string): Golden[] {
  const contexts = contextsOf(connector)
  const messages = connector.manifest.outbound.map(rule => rule.message)
  return list(dir, '.outbound-input.json').map(file => {
    const name = basename(file, '.outbound-input.json')
    const mapping = connector.outbound.get(messageOf(messages, name))!
    const input = JSON.parse(readFileSync(file, 'utf8')) as unknown
    const value = mapping.compiled.map(input, contexts(name))
    return { file: join(dir, `${name}.outbound.json`), value: plain(value) }
  })
}

/** Files of samples/valid, sorted. */
export function validSamples(connector: Connector): string[] {
  return list(join(connector.dir, 'samples', 'valid'), '')
}

/** Valid samples that are no test of size: what is tried many times over is tried on these. */
export function smallSamples(connector: Connector): string[] {
  return validSamples(connector).filter(file => statSync(file).size < 20_000)
}

/** Files of samples/invalid, without what is expected of them. */
export function invalidSamples(connector: Connector): string[] {
  return list(join(connector.dir, 'samples', 'invalid'), '').filter(file => !file.endsWith('.expected.json'))
}

/** A JSON sample is the tree of one native message; any other file is the body of a request that holds one. Throws HubError
 *  where the body cannot be read. */
export function readSample(connector: Connector, file: string): unknown {
  const body = readFileSync(file)
  if (file.endsWith('.json')) return readJson(body.toString())
  const message = messageOf(Object.keys(connector.manifest.messages), basename(file, extname(file)))
  const headers = { 'content-type': sampleType(file) }
  return firstTree(connector, message, { method: 'POST', path: '/', headers, body })
}

/** The tree of the first native message of a request. */
export function firstTree({ adapter, manifest }: Connector, message: string, request: HttpMessage): unknown {
  const format = manifest.messages[message]!
  if (format.format === 'adapter') return adapter.open?.(request, message)[0]?.tree
  const [first] = openWhole(request.body, request.headers['content-type'], format).reads
  if (isUnread(first!)) throw first.error
  return first!.tree
}

/** The tree of a sample file of a message, whatever it is written in. @param dir of the connector */
export function sampleTree(dir: string, message: string, file: string): Json {
  const body = readFileSync(join(dir, file))
  if (file.endsWith('.json')) return readJson(body.toString())!
  const { messages } = parse(readFileSync(join(dir, 'manifest.yaml'), 'utf8')) as Manifest
  const [first] = openWhole(body, sampleTypes[extname(file)], messages[message]!).reads
  if (isUnread(first!)) throw first.error
  return first!.tree
}

const sampleTypes: Readonly<Record<string, string>> = {
  '.json': 'application/json',
  '.xml': 'application/xml',
  '.csv': 'text/csv',
  '.zip': 'application/zip',
}

/** By the ending of its name, as a sender would say it. */
export function sampleType(file: string): string {
  return sampleTypes[extname(file)] ?? 'application/octet-stream'
}

/** A file is of the message that its name holds as a word (`answer-taken`, `b01-filing`), else of the manifest's first. */
export function messageOf(messages: readonly string[], name: string): string {
  const fits = messages.filter(message => `-${name}-`.includes(`-${message}-`))
  return fits.sort((a, b) => b.length - a.length)[0] ?? messages[0]!
}

export function contextOf(connector: Connector, name: string): MapContext {
  return contextsOf(connector)(name)
}

/** Contexts of many samples: a sample is of the system whose name it holds as a word, else of the demonstration's first. */
export function contextsOf(connector: Connector): (name: string) => MapContext {
  const { systems = [] } = parse(readFileSync(join(connector.dir, 'demo.yaml'), 'utf8')) as { systems?: SystemConfig[] }
  const today = new Date(receivedAt + 8 * 3_600_000).toISOString().slice(0, 10)
  return name => {
    const system = systems.find(one => `-${name}-`.includes(`-${one.id}-`)) ?? systems[0]!
    return { system: system.id, area6: system.area, prefecture4: system.prefecture, today, receivedAt, ...known }
  }
}

function list(dir: string, ending: string): string[] {
  try {
    return readdirSync(dir)
      .filter(name => name.endsWith(ending) && !name.startsWith('.'))
      .sort()
      .map(name => join(dir, name))
  } catch {
    return []
  }
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown
}

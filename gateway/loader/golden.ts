// Golden files: what every sample of a connector becomes, both directions. The conformance tests compare them;
// `npm run golden -- --update` writes them, and people review the difference.
import { readdirSync, readFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { parse } from 'yaml'
import { type HttpMessage, readJson } from '#connectors/sdk.ts'
import type { MapContext } from '#mappings/engine/index.ts'
import type { SystemConfig } from '#schemas/files.ts'
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
  return validSamples(connector).map(file => {
    const name = basename(file, extname(file))
    const mapping = connector.inbound.get(messageOf(Object.keys(connector.manifest.messages), name))!
    const value = mapping.compiled.map(readSample(connector, file), contextOf(connector, name))
    return { file: join(dir, `${name}.inbound.json`), value: plain(value) }
  })
}

function outboundGolden(connector: Connector, dir: string): Golden[] {
  const messages = connector.manifest.outbound.map(rule => rule.message)
  return list(dir, '.outbound-input.json').map(file => {
    const name = basename(file, '.outbound-input.json')
    const mapping = connector.outbound.get(messageOf(messages, name))!
    const input = JSON.parse(readFileSync(file, 'utf8')) as unknown
    const value = mapping.compiled.map(input, contextOf(connector, name))
    return { file: join(dir, `${name}.outbound.json`), value: plain(value) }
  })
}

/** Files of samples/valid, sorted. */
export function validSamples(connector: Connector): string[] {
  return list(join(connector.dir, 'samples', 'valid'), '')
}

/** Files of samples/invalid, without what is expected of them. */
export function invalidSamples(connector: Connector): string[] {
  return list(join(connector.dir, 'samples', 'invalid'), '').filter(file => !file.endsWith('.expected.json'))
}

/** A JSON sample is one native message; any other file is read by the adapter as the body of a request. */
export function readSample(connector: Connector, file: string): unknown {
  const body = readFileSync(file)
  if (file.endsWith('.json')) return readJson(body.toString())
  const types: Record<string, string> = { '.xml': 'application/xml', '.csv': 'text/csv', '.zip': 'application/zip' }
  const headers = { 'content-type': types[extname(file)] ?? 'application/octet-stream' }
  const request: HttpMessage = { method: 'POST', path: '/', headers, body }
  const name = basename(file, extname(file))
  return connector.adapter.open?.(request, messageOf(Object.keys(connector.manifest.messages), name))[0]?.tree
}

/** A file is of the message that its name holds as a word (`answer-taken`, `b01-filing`), else of the manifest's first. */
export function messageOf(messages: readonly string[], name: string): string {
  const fits = messages.filter(message => `-${name}-`.includes(`-${message}-`))
  return fits.sort((a, b) => b.length - a.length)[0] ?? messages[0]!
}

export function contextOf(connector: Connector, name: string): MapContext {
  const { systems = [] } = parse(readFileSync(join(connector.dir, 'demo.yaml'), 'utf8')) as { systems?: SystemConfig[] }
  const system = systems.find(one => `-${name}-`.includes(`-${one.id}-`)) ?? systems[0]!
  const day = new Date(receivedAt + 8 * 3_600_000).toISOString().slice(0, 10)
  return { system: system.id, area6: system.area, prefecture4: system.prefecture, today: day, receivedAt, ...known }
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

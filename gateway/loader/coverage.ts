// Which native fields a connector's inbound mappings read, ignore on purpose, or forgot.
import { readFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import type { Connector } from './connector.ts'
import { messageOf, readSample, validSamples } from './golden.ts'

/** Fields of the contract and of the samples; elements of lists stand at the path of the list. */
export interface MessageCoverage {
  readonly message: string
  readonly mapped: readonly string[]
  readonly ignored: readonly string[]
  readonly forgotten: readonly string[]
  /** How many paths are ignored on purpose, each with all below it. */
  readonly reasons: number
  readonly faults: readonly string[]
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
}

/** One entry an inbound message. */
export function coverageOf(connector: Connector): MessageCoverage[] {
  const messages = Object.keys(connector.manifest.messages)
  return Object.entries(connector.manifest.messages).map(([message, { contract }]) => {
    const schema = JSON.parse(readFileSync(join(connector.dir, contract), 'utf8')) as Schema
    const samples = validSamples(connector).filter(
      file => messageOf(messages, basename(file, extname(file))) === message,
    )
    const fields = new Set([
      ...schemaLeaves(schema, ''),
      ...samples.flatMap(file => treeLeaves(readSample(connector, file), '')),
    ])
    const { reads, spec } = connector.inbound.get(message)!.compiled
    const skipped = Object.keys(spec.ignore ?? {}).map(path => path.replace(/\/\d+(?=\/|$)/g, '/*'))
    const parted = part([...fields].sort(), reads, skipped)
    const { mapped, ignored, forgotten } = parted
    return { message, mapped, ignored, forgotten, reasons: skipped.length, faults: faultsOf(message, parted) }
  })
}

interface Parted {
  readonly mapped: readonly string[]
  readonly ignored: readonly string[]
  readonly forgotten: readonly string[]
  /** Ignored, but nobody has it. */
  readonly useless: readonly string[]
}

export function coverageFaults(
  message: string,
  fields: readonly string[],
  reads: readonly string[],
  ignored: readonly string[],
): string[] {
  return faultsOf(message, part(fields, reads, ignored))
}

/** A path covers all below it; a field is also covered when the mapping looks further down (a sample may hold a text
 *  where an object is due). */
function part(fields: readonly string[], reads: readonly string[], skips: readonly string[]): Parted {
  const under = (field: string, path: string): boolean => field === path || field.startsWith(`${path}/`)
  const near = (a: string, b: string): boolean => under(a, b) || under(b, a)
  const known = [...new Set(fields.map(flat))]
  const [read, skipped] = [reads.map(flat), skips.map(flat)]
  const mapped = known.filter(field => read.some(path => near(field, path)))
  const others = known.filter(field => !mapped.includes(field))
  const ignored = others.filter(field => skipped.some(path => under(field, path)))
  return {
    mapped,
    ignored,
    forgotten: others.filter(field => !ignored.includes(field)),
    useless: skipped.filter(path => !known.some(field => near(field, path))),
  }
}

function faultsOf(message: string, { forgotten, useless }: Parted): string[] {
  return [
    ...forgotten.map(field => `${message}: ${field} is neither mapped nor ignored`),
    ...useless.map(path => `${message}: ${path} is ignored but no contract or sample has it`),
  ]
}

function flat(path: string): string {
  return path.replaceAll('/*', '')
}

function schemaLeaves(schema: Schema, at: string): string[] {
  if (schema.items) return schemaLeaves(schema.items, `${at}/*`)
  const entries = Object.entries(schema.properties ?? {})
  return entries.length === 0
    ? at === ''
      ? []
      : [at]
    : entries.flatMap(([key, one]) => schemaLeaves(one, `${at}/${escapeKey(key)}`))
}

function treeLeaves(tree: unknown, at: string): string[] {
  if (Array.isArray(tree)) return tree.flatMap(one => treeLeaves(one, `${at}/*`))
  if (typeof tree !== 'object' || tree === null) return at === '' ? [] : [at]
  return Object.entries(tree).flatMap(([key, one]) => treeLeaves(one, `${at}/${escapeKey(key)}`))
}

function escapeKey(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}

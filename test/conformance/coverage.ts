// Which native fields a mapping reads, ignores on purpose, or forgot.
import { readFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import type { Connector } from '#gateway/loader/connector.ts'
import { messageOf, readSample, validSamples } from '#gateway/loader/golden.ts'

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
}

/** Findings of all inbound messages of a connector. */
export function coverage(connector: Connector): string[] {
  return Object.entries(connector.manifest.messages).flatMap(([message, { contract }]) => {
    const schema = JSON.parse(readFileSync(join(connector.dir, contract), 'utf8')) as Schema
    const samples = validSamples(connector).filter(
      file => messageOf(Object.keys(connector.manifest.messages), basename(file, extname(file))) === message,
    )
    const fields = new Set([
      ...schemaLeaves(schema, ''),
      ...samples.flatMap(file => treeLeaves(readSample(connector, file), '')),
    ])
    const { reads, spec } = connector.inbound.get(message)!.compiled
    const ignored = Object.keys(spec.ignore ?? {}).map(path => path.replace(/\/\d+(?=\/|$)/g, '/*'))
    return findings(message, [...fields].sort(), reads, ignored)
  })
}

/** Elements of lists stand at the path of the list. A path covers all below it; a field is also covered when the mapping
 *  looks further down (a sample may hold a text where an object is due). */
export function findings(
  message: string,
  fields: readonly string[],
  reads: readonly string[],
  ignored: readonly string[],
): string[] {
  const under = (field: string, path: string): boolean => field === path || field.startsWith(`${path}/`)
  const near = (a: string, b: string): boolean => under(a, b) || under(b, a)
  const flat = (path: string): string => path.replaceAll('/*', '')
  const known = [...new Set(fields.map(flat))]
  const [read, skipped] = [reads.map(flat), ignored.map(flat)]
  const forgotten = known.filter(
    field => !read.some(path => near(field, path)) && !skipped.some(path => under(field, path)),
  )
  const useless = skipped.filter(path => !known.some(field => near(field, path)))
  return [
    ...forgotten.map(field => `${message}: ${field} is neither mapped nor ignored`),
    ...useless.map(path => `${message}: ${path} is ignored but no contract or sample has it`),
  ]
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

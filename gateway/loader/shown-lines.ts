// Which golden files show what a line of a mapping sets. A line that none shows could be lost without anybody noticing.
import { basename } from 'node:path'
import type { MappingSpec } from '#mappings/engine/index.ts'
import type { Connector } from './connector.ts'
import { goldenOf, messageOf } from './golden.ts'

export interface ShownLine {
  /** File in mappings/<id>. */
  readonly mapping: string
  /** The target that the line sets. */
  readonly line: string
  /** Names of the samples and outbound inputs whose golden file holds it. */
  readonly shownBy: readonly string[]
}

/** Lines of the inbound mappings, then of the outbound ones, in the order of the manifest and the files. */
export function shownLines(root: string, connector: Connector): ShownLine[] {
  const golden = goldenOf(root, connector)
  const { manifest } = connector
  const of = { inbound: Object.keys(manifest.messages), outbound: manifest.outbound.map(rule => rule.message) }
  return (['inbound', 'outbound'] as const).flatMap(direction => {
    const messages = [...new Set(of[direction])]
    const made = golden
      .filter(one => one.file.endsWith(`.${direction}.json`))
      .map(one => ({ name: basename(one.file, `.${direction}.json`), records: one.value as { record: unknown }[] }))
    return messages.flatMap(message => {
      const mine = made.filter(one => messageOf(messages, one.name) === message)
      return linesOf(connector[direction].get(message)!.compiled.spec).map(line => ({
        mapping: `${message}.${direction}.yaml`,
        line,
        shownBy: mine.filter(one => one.records.some(({ record }) => holds(record, line))).map(one => one.name),
      }))
    })
  })
}

function linesOf(spec: MappingSpec): string[] {
  const sets = [spec.set, ...(spec.records ?? []).map(one => one.set)]
  return [...new Set(sets.flatMap(set => Object.keys(set ?? {})))]
}

function holds(record: unknown, line: string): boolean {
  const path = line.startsWith('/') ? line.slice(1).split('/') : line.split('.')
  const found = path.reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], record)
  return found !== undefined
}

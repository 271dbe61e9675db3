// A mapping given as text, compiled for a connector that is loaded already: for whatever comes while the hub runs.
import {
  compileMapping,
  functions,
  type LintIssue,
  lintMapping,
  parseMapping,
  parseTable,
} from '#mappings/engine/index.ts'
import type { Connector, LoadedMapping } from './connector.ts'
import { loadedMapping, type MappingWorld } from './discover.ts'

export interface MappingTexts {
  /** <message>.inbound.yaml or <message>.outbound.yaml: it says the direction, and findings name it. */
  readonly file: string
  readonly text: string
  /** Value tables by name. They stand in the place of tables of the same name, for this mapping alone. */
  readonly tables?: Readonly<Record<string, string>>
}

export type CompiledText =
  | { readonly mapping: LoadedMapping }
  /** Every finding of lint; there is at least one. */
  | { readonly issues: readonly LintIssue[] }

/** Reads no file. Whether the text is of this connector and message at all is the caller's question. */
export function compileText(world: MappingWorld, connector: Connector, texts: MappingTexts): CompiledText {
  const tables = new Map(connector.tables.map(table => [table.name, table]))
  const issues: LintIssue[] = []
  for (const [name, text] of Object.entries(texts.tables ?? {})) {
    const read = parseTable(text, `${name}.table.yaml`)
    issues.push(...read.issues)
    if (read.table) tables.set(read.table.name, read.table)
  }
  const read = parseMapping(texts.text, texts.file)
  issues.push(...read.issues)
  if (read.mapping) issues.push(...lintMapping(read.mapping, { ...world, tables, functions }))
  if (issues.length > 0) return { issues }
  return { mapping: loadedMapping(compileMapping(read.mapping!, { ...world, tables: tables.values() })) }
}

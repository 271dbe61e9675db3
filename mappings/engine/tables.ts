// Value tables: a code in, a value out, by day and by system. Unknown codes are told to the caller, never guessed.
import schema from '#schemas/files/table.schema.json' with { type: 'json' }
import { readYaml, type YamlFile } from './document.ts'
import { issue, type LintIssue } from './issues.ts'
import { checkShape } from './shape.ts'

export interface TableEntry {
  readonly from: readonly string[]
  readonly to: string
  readonly back: boolean
  readonly validFrom: string
  readonly validTo: string
  readonly columns: Readonly<Record<string, unknown>>
}

export interface Table {
  readonly name: string
  readonly version: number
  readonly file: string
  readonly match: 'exact' | 'contains'
  readonly columns: readonly string[]
  readonly unknown: string | null
  readonly entries: readonly TableEntry[]
  readonly systems: ReadonlyMap<string, readonly TableEntry[]>
}

interface EntrySource {
  from: unknown
  to: unknown
  back?: boolean
  valid?: { from?: string; to?: string }
  [column: string]: unknown
}

interface TableSource {
  table: string
  version: number
  match?: 'exact' | 'contains'
  columns?: string[]
  unknown?: string | null
  entries: EntrySource[]
  systems?: Record<string, EntrySource[]>
}

const firstDay = '0000-01-01'
const lastDay = '9999-12-31'

/** Reads and checks one table file. `table` is there only when nothing is wrong. */
export function parseTable(text: string, file: string): { table?: Table; issues: LintIssue[] } {
  const yaml = readYaml(text, file)
  const issues = [...yaml.issues]
  if (issues.length === 0) issues.push(...checkShape(schema, yaml))
  if (issues.length > 0) return { issues }
  const source = yaml.value as TableSource
  const table: Table = {
    name: source.table,
    version: source.version,
    file,
    match: source.match ?? 'exact',
    columns: source.columns ?? [],
    unknown: source.unknown === undefined ? 'UNKNOWN' : source.unknown,
    entries: source.entries.map(readEntry),
    systems: new Map(Object.entries(source.systems ?? {}).map(([id, list]) => [id, list.map(readEntry)])),
  }
  issues.push(...lintEntries(yaml, source.entries, table, ['entries']))
  for (const [id, list] of Object.entries(source.systems ?? {}))
    issues.push(...lintEntries(yaml, list, table, ['systems', id]))
  return issues.length > 0 ? { issues } : { table, issues }
}

/** What makes two spellings of a code one: NFKC, no spaces. */
export function foldCode(text: string): string {
  return text.normalize('NFKC').replace(/\s+/g, '')
}

function readEntry(source: EntrySource): TableEntry {
  const { from, to, back, valid, ...columns } = source
  return {
    from: (Array.isArray(from) ? from : [from]).map(String),
    to: String(to),
    back: back ?? false,
    validFrom: valid?.from ?? firstDay,
    validTo: valid?.to ?? lastDay,
    columns,
  }
}

function lintEntries(yaml: YamlFile, sources: EntrySource[], table: Table, place: (string | number)[]): LintIssue[] {
  const issues: LintIssue[] = []
  const seen = new Map<string, TableEntry[]>()
  sources.forEach((source, index) => {
    const entry = readEntry(source)
    for (const word of Object.keys(entry.columns))
      if (!table.columns.includes(word))
        issues.push(
          issue(yaml.file, yaml.at([...place, index, word], true), 'HUB_LINT_COLUMN_UNKNOWN', {
            table: table.name,
            word,
          }),
        )
    for (const code of entry.from) {
      const others = seen.get(foldCode(code)) ?? []
      if (others.some(o => o.validFrom <= entry.validTo && entry.validFrom <= o.validTo))
        issues.push(issue(yaml.file, yaml.at([...place, index, 'from']), 'HUB_LINT_TABLE_DOUBLE', { word: code }))
      seen.set(foldCode(code), [...others, entry])
    }
  })
  return issues
}

/** The first `to` that has several codes and no single one marked `back`. */
export function oneWayValue(table: Table): string | undefined {
  for (const list of [table.entries, ...table.systems.values()]) {
    const byTo = Map.groupBy(list, e => e.to)
    for (const [to, entries] of byTo) {
      const codes = entries.flatMap(e => e.from)
      if (codes.length > 1 && entries.filter(e => e.back).flatMap(e => e.from).length !== 1) return to
    }
  }
  return undefined
}

export type Lookup = (code: string, day: string | undefined, system: string) => unknown

/** Compiled lookup of one column. Undefined = the code is not there; null = it is, but has nothing in this column. */
export function lookupOf(table: Table, column: string | undefined, reverse: boolean): Lookup {
  const base = indexOf(table.entries, column, reverse)
  const own = new Map([...table.systems].map(([id, entries]) => [id, indexOf(entries, column, reverse)]))
  const contains = table.match === 'contains' && !reverse
  return (code, day, system) => {
    const key = foldCode(code)
    const mine = own.get(system)
    const found = mine === undefined ? undefined : find(mine, key, day, contains)
    return found === undefined ? find(base, key, day, contains) : found
  }
}

interface Indexed {
  readonly value: unknown
  readonly validFrom: string
  readonly validTo: string
}

type Index = ReadonlyMap<string, readonly Indexed[]>

function indexOf(entries: readonly TableEntry[], column: string | undefined, reverse: boolean): Index {
  const index = new Map<string, Indexed[]>()
  const add = (key: string, value: unknown, e: TableEntry, first: boolean) => {
    const list = index.get(key) ?? []
    const item = { value, validFrom: e.validFrom, validTo: e.validTo }
    index.set(key, first ? [item, ...list] : [...list, item])
  }
  for (const entry of entries) {
    if (reverse) for (const code of entry.from) add(foldCode(entry.to), code, entry, entry.back)
    else
      for (const code of entry.from)
        add(foldCode(code), column === undefined ? entry.to : (entry.columns[column] ?? null), entry, false)
  }
  return new Map([...index].sort(([a], [b]) => b.length - a.length))
}

function find(index: Index, key: string, day: string | undefined, contains: boolean): unknown {
  const exact = index.get(key)
  if (exact !== undefined) return valueOn(exact, day)
  if (!contains) return undefined
  for (const [code, list] of index) if (key.includes(code)) return valueOn(list, day)
  return undefined
}

function valueOn(list: readonly Indexed[], day: string | undefined): unknown {
  if (list.length === 1 && list[0]!.validFrom === firstDay && list[0]!.validTo === lastDay) return list[0]!.value
  return list.find(i => day === undefined || (i.validFrom <= day && day <= i.validTo))?.value
}

// A small world for mapping tests: a target, two tables, the real number families.
import {
  type CompiledMapping,
  compileMapping,
  formatIssue,
  functions,
  lintMapping,
  type MapContext,
  type Mapped,
  parseMapping,
  parseTable,
  type Table,
  type Target,
} from '#mappings/engine/index.ts'
import { realIdentifiers } from './identifiers.ts'

export const target: Target = {
  name: 'case',
  fields: {
    case: 'object',
    'case.title': 'text',
    'case.amount': 'money',
    'case.people': 'int',
    'case.lon': 'number',
    'case.urgent': 'boolean',
    'case.occurredOn': 'date',
    'case.tags': 'list',
    'case.tags[]': 'text',
    proceeding: 'object',
    'proceeding.status': 'text',
    'proceeding.openedAt': 'millis',
    'proceeding.since': 'time',
    'proceeding.serial': 'long',
    'proceeding.owner': 'object',
    'proceeding.owner.name': 'text',
    parties: 'list',
    'parties[]': 'object',
    'parties[].role': 'text',
    'parties[].name': 'text',
    'parties[].phone': 'text',
    'parties[].certNo': 'text',
    'parties[].birth': 'date',
    'parties[].minor': 'boolean',
  },
}

export const context: MapContext = {
  system: 'north',
  area6: '330106',
  prefecture4: '3301',
  today: '2026-03-02',
  receivedAt: 1772413200000,
}

export const statusTable = `
table: status
version: 3
columns: [lossy, tags]
entries:
  - { from: 受理, to: ACCEPTED }
  - { from: 待受理, to: REGISTERED, back: true }
  - { from: 登记, to: REGISTERED, tags: [NEW, FRESH] }
  - { from: '7', to: OPEN, lossy: true, valid: { to: 2025-12-31 } }
  - { from: '7', to: CLOSED, valid: { from: 2026-01-01 } }
systems:
  south: [{ from: 受理, to: SIGNED }]
`
export const kindTable = `
table: kind
version: 1
entries: [{ from: 投诉, to: COMPLAINT }, { from: 举报, to: REPORT }]
`

export function tables(...more: string[]): Table[] {
  return [statusTable, kindTable, ...more].map((text, i) => {
    const { table, issues } = parseTable(text, `t${i}.yaml`)
    if (table === undefined) throw new RangeError(issues.map(formatIssue).join('\n'))
    return table
  })
}

const identifiers = realIdentifiers()
const head = {
  inbound: 'from: { connector: x, message: y }\nversion: 1\n',
  outbound: 'to: { connector: x, message: y }\nversion: 1\n',
}

/** Lints a mapping given by its text; findings as lines. */
export function lint(text: string, file = 'mappings/x/y.inbound.yaml'): string[] {
  const { mapping, issues } = parseMapping(text, file)
  if (mapping === undefined) return issues.map(formatIssue)
  return lintMapping(mapping, { tables: new Map(tables().map(t => [t.name, t])), identifiers, functions, target }).map(
    formatIssue,
  )
}

export function compile(
  text: string,
  direction: 'inbound' | 'outbound' = 'inbound',
  more: string[] = [],
): CompiledMapping {
  const { mapping, issues } = parseMapping(text, `mappings/x/y.${direction}.yaml`)
  if (mapping === undefined) throw new RangeError(issues.map(formatIssue).join('\n'))
  return compileMapping(mapping, { tables: tables(...more), identifiers, target })
}

/** Maps `input` by the `set` lines given, with /no as own number. */
export function mapSet(
  set: string,
  input: unknown,
  direction: 'inbound' | 'outbound' = 'inbound',
  more: string[] = [],
): Mapped {
  const own = direction === 'inbound' ? 'own: [/no]\n' : ''
  const lines = set
    .split('\n')
    .map(l => `  ${l}`)
    .join('\n')
  return compile(`${head[direction]}${own}set:\n${lines}\n`, direction, more).map(input, context)[0]!
}

/** Record and flaws of mapSet, flaws as `pointer rule`. */
export function result(
  set: string,
  input: unknown,
  direction: 'inbound' | 'outbound' = 'inbound',
  more: string[] = [],
): { record: unknown; flaws: string[] } {
  const mapped = mapSet(set, input, direction, more)
  return { record: mapped.record, flaws: mapped.flaws.map(f => `${f.pointer} ${f.rule}`) }
}

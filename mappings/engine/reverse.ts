// The way back: from an inbound mapping, the outbound mapping of those rules that can be reversed mechanically.
// It proves mappings (native → canonical → native → canonical gives the same); it does not replace outbound files.
import { type CompiledMapping, type CompileEnv, compileMapping, recordsOf } from './compile.ts'
import { functions as builtIn, type MappingFunctions } from './functions/index.ts'
import { type MappingSpec, type Rule, type RuleMap, type SetMap, sourcesOf } from './model.ts'
import type { MappingSource } from './parse.ts'
import type { MapContext } from './runtime.ts'
import { oneWayValue, type Table } from './tables.ts'
import { formatList } from './times.ts'

export interface Reverse {
  /** Canonical targets that have a way back. */
  readonly fields: readonly string[]
  readonly mapping: CompiledMapping
}

interface Tools {
  readonly tables: ReadonlyMap<string, Table>
  readonly functions: MappingFunctions
}

/** The reverse of one record of an inbound mapping. Its input is the record that `map` gave. */
export function reverseOf(source: MappingSource, env: CompileEnv, recordName = 'main'): Reverse {
  const tools: Tools = { tables: new Map([...env.tables].map(t => [t.name, t])), functions: env.functions ?? builtIn }
  const record = recordsOf(source.spec).find(r => r.name === recordName)
  const set: Record<string, Rule> = {}
  const fields: string[] = []
  for (const [target, rule] of Object.entries(record?.set ?? {})) {
    const back = reverseRule(rule, `/${target.replaceAll('.', '/')}`, tools)
    if (back === undefined || back.native === '' || clashes(back.native, set)) continue
    set[back.native] = back.rule
    fields.push(target)
  }
  const spec: MappingSpec = {
    to: source.spec.from ?? { connector: '', message: '' },
    version: source.spec.version,
    set,
    ...(source.spec.zone === undefined ? {} : { zone: source.spec.zone }),
  }
  const yaml = { ...source.yaml, at: () => ({ line: 1, col: 1 }) }
  return { fields, mapping: compileMapping({ file: source.file, direction: 'outbound', spec, yaml }, env) }
}

/** Maps there, back and there again. `lost` names the reversible targets that did not come back the same. */
export function roundTrip(
  there: CompiledMapping,
  back: Reverse,
  input: unknown,
  context: MapContext,
  recordName = 'main',
): { readonly native: unknown; readonly lost: readonly string[] } {
  const first = there.map(input, context).find(m => m.name === recordName)
  if (first === undefined) return { native: undefined, lost: [] }
  const native = back.mapping.map(first.record, context)[0]!.record
  const second = there.map(native, context).find(m => m.name === recordName)
  return {
    native,
    lost: back.fields.filter(
      f => JSON.stringify(valueAt(first.record, f)) !== JSON.stringify(valueAt(second?.record, f)),
    ),
  }
}

function valueAt(record: unknown, target: string): unknown {
  return target.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], record)
}

function clashes(native: string, set: SetMap): boolean {
  return Object.keys(set).some(k => k === native || k.startsWith(`${native}/`) || native.startsWith(`${k}/`))
}

function reverseRule(rule: Rule, from: string, tools: Tools): { native: string; rule: RuleMap } | undefined {
  if (typeof rule === 'string') return reverseRule({ path: rule }, from, tools)
  if (Array.isArray(rule)) return undefined
  const map = rule as RuleMap
  if (map.default !== undefined || map.when !== undefined || map.where !== undefined) return undefined
  const source = sourcesOf(map)[0]
  if (source === 'each') return reverseEach(map, from, tools)
  const native = typeof map.path === 'string' ? map.path : map.path?.[0]
  if (source !== 'path' || native === undefined || !/^(\/.*)?$/.test(native)) return undefined
  const steps = reverseSteps(map, tools)
  return steps && { native, rule: { path: from, ...steps } }
}

// Text cleaning and functions that keep a good value need no undoing; a folded or HTML text is written as it became.
function reverseSteps(map: RuleMap, tools: Tools): RuleMap | undefined {
  const calls = map.call === undefined ? [] : typeof map.call === 'string' ? [map.call] : map.call
  if (calls.some(c => tools.functions[c]?.keeps !== true)) return undefined
  if (map.table !== undefined) return reverseTable(map.table, tools)
  if (map.time !== undefined) return { time: map.time === true ? 'yyyy-MM-dd HH:mm:ss' : formatList(map.time)[0]! }
  if (map.date !== undefined) return { date: map.date === true ? 'yyyy-MM-dd' : formatList(map.date)[0]! }
  if (typeof map.boolean === 'object') return { boolean: map.boolean }
  return map.id === undefined && map.text !== 'html' ? {} : undefined
}

function reverseTable(written: NonNullable<RuleMap['table']>, tools: Tools): RuleMap | undefined {
  const step = typeof written === 'string' ? { name: written } : written
  const table = tools.tables.get(step.name)
  const simple = step.column === undefined && step.else === undefined && step.reverse !== true && step.at === undefined
  if (table === undefined || !simple || table.match !== 'exact' || oneWayValue(table) !== undefined) return undefined
  return { table: { name: step.name, reverse: true } }
}

function reverseEach(map: RuleMap, from: string, tools: Tools): { native: string; rule: RuleMap } | undefined {
  if (typeof map.each !== 'string' || !map.each.startsWith('/') || map.set === undefined) return undefined
  const set: Record<string, Rule> = {}
  for (const [target, rule] of Object.entries(map.set)) {
    const back = reverseRule(rule, `/${target.replaceAll('.', '/')}`, tools)
    const name = back?.native.slice(1)
    if (back === undefined || name === undefined || !/^[^/.~]+$/.test(name)) return undefined
    set[name] = back.rule
  }
  return { native: map.each, rule: { each: from, set } }
}

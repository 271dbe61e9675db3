// Which targets repeat a native field word for word, and from where: beside a canonical code the record keeps the sender's
// own, so that what a table does not know can be looked up without opening the message.
import { recordsOf } from './compile.ts'
import type { MappingSpec, Rule, RuleMap, SetMap } from './model.ts'
import { isIndex, pointer, readPath } from './paths.ts'

export interface Verbatim {
  /** `proceeding.nativeStatus.code`, `case.categoryNative[].name` */
  readonly target: string
  /** Native paths with `*` for elements, in the order in which they are tried. */
  readonly from: readonly string[]
}

export function verbatimOf(spec: MappingSpec): Verbatim[] {
  return recordsOf(spec).flatMap(record => ofSet(record.set ?? {}, '', ''))
}

function ofSet(set: SetMap, at: string, base: string): Verbatim[] {
  return Object.entries(set).flatMap(([name, rule]) => ofRule(rule, at === '' ? name : `${at}.${name}`, base))
}

function ofRule(rule: Rule, target: string, base: string): Verbatim[] {
  const nested = nestedIn(rule, target, base)
  if (nested !== undefined) return nested
  const from = pathsOf(rule, base)
  return from.length === 0 ? [] : [{ target, from }]
}

/** Rules that make objects or lists: their parts have targets of their own. */
function nestedIn(rule: Rule, target: string, base: string): Verbatim[] | undefined {
  if (typeof rule === 'string' || Array.isArray(rule)) return undefined
  const { list, each, set, value } = rule as RuleMap
  if (list !== undefined) return list.flatMap(one => ofElement(one, target, base))
  if (each === undefined) return set === undefined ? undefined : ofSet(set, target, base)
  if (typeof each !== 'string') return []
  const element = `${full(each, base)}/*`
  return set === undefined ? ofRule(value ?? '', `${target}[]`, element) : ofSet(set, `${target}[]`, element)
}

function ofElement(rule: Rule, target: string, base: string): Verbatim[] {
  const spread = typeof rule === 'object' && !Array.isArray(rule) && (rule as RuleMap).each !== undefined
  return ofRule(rule, spread ? target : `${target}[]`, base)
}

const changing = ['table', 'call', 'cut', 'money', 'boolean', 'time', 'date', 'id'] as const

/** Paths whose value a rule gives as it stands; none where it makes something of it. */
function pathsOf(rule: Rule, base: string): string[] {
  if (typeof rule === 'string') return rule.startsWith('@/') ? [] : [full(rule, base)]
  if (Array.isArray(rule)) return (rule as readonly Rule[]).flatMap(one => pathsOf(one, base))
  const { path, of, pick, value } = rule as RuleMap
  if (changing.some(step => (rule as RuleMap)[step] !== undefined)) return []
  if (path !== undefined) return [path].flat().flatMap(one => pathsOf(one, base))
  if (of !== undefined) return pathsOf(of, base)
  return typeof pick === 'string' ? pathsOf(value ?? '', `${full(pick, base)}/*`) : []
}

function full(path: string, base: string): string {
  const { from, segments } = readPath(path)
  return (from === 'root' ? '' : base) + pointer(segments.map(one => (isIndex(one) ? '*' : one)))
}

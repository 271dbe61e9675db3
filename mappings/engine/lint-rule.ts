// Lint of one rule: its source, its steps, the names they use.
import type { Place } from './document.ts'
import type { Linter, LintWant as Want } from './linter.ts'
import { type EachSource, isRule, type Kind, type Rule, type RuleMap, sourcesOf, stepsOf } from './model.ts'
import { oneWayValue } from './tables.ts'
import { isFormat } from './time.ts'
import { formatList } from './times.ts'

const nothing: Want = { at: '', kind: 'any' }

// What each step gives, and the kinds of target it serves.
const serves: Readonly<Record<string, readonly Kind[]>> = {
  text: ['text'],
  number: ['number', 'int', 'long', 'text'],
  money: ['money'],
  boolean: ['boolean'],
  time: ['millis', 'time'],
  date: ['date'],
  id: ['text'],
}

export function checkRule(linter: Linter, rule: Rule, place: Place, want: Want): void {
  if (typeof rule === 'string') {
    linter.path(rule, place)
    if (linter.inbound) needsParts(linter, place, want)
  } else if (Array.isArray(rule))
    for (const [i, one] of (rule as readonly Rule[]).entries()) checkRule(linter, one, [...place, i], want)
  else checkMap(linter, rule as RuleMap, place, want)
}

function checkMap(linter: Linter, rule: RuleMap, place: Place, want: Want): void {
  const found = sourcesOf(rule)
  if (found.length !== 1) {
    const words = found.length === 0 ? 'none' : found.join(', ')
    linter.add(place, 'HUB_LINT_SOURCE_COUNT', { found: words, hint: undefined })
  }
  const steps = stepsOf(rule)
  if (steps.length > 1)
    linter.add(place, 'HUB_LINT_SHAPE', {
      what: 'a rule',
      expected: `has one type step, this one has ${steps.join(', ')}`,
    })
  checkSource(linter, rule, place, want)
  checkSteps(linter, rule, place, want)
  if (rule.default !== undefined && isRule(rule.default)) checkRule(linter, rule.default, [...place, 'default'], want)
  if (rule.when !== undefined) linter.condition(rule.when, [...place, 'when'])
}

function checkSource(linter: Linter, rule: RuleMap, place: Place, want: Want): void {
  const element: Want = { at: `${want.at}[]`, kind: linter.kindOf(`${want.at}[]`) ?? 'any' }
  const inside = (word: keyof RuleMap, written: Rule, wanted: Want) =>
    checkRule(linter, written, [...place, word], wanted)
  if (typeof rule.path === 'string') linter.path(rule.path, [...place, 'path'])
  else for (const [i, path] of (rule.path ?? []).entries()) linter.path(path, [...place, 'path', i])
  if (rule.path !== undefined && linter.inbound && rule.call === undefined && rule.table === undefined)
    needsParts(linter, place, want)
  if (rule.of !== undefined) inside('of', rule.of, nothing)
  for (const [i, part] of (rule.concat ?? []).entries())
    if (typeof part !== 'string' || isRule(part)) checkRule(linter, part, [...place, 'concat', i], nothing)
  if (rule.join !== undefined) inside('join', rule.join, nothing)
  if (rule.split !== undefined) inside('split', rule.split, nothing)
  if (rule.each !== undefined) checkEach(linter, rule.each, [...place, 'each'])
  if (rule.pick !== undefined) checkEach(linter, rule.pick, [...place, 'pick'])
  if (rule.by !== undefined) linter.path(rule.by, [...place, 'by'])
  if (rule.where !== undefined) linter.condition(rule.where, [...place, 'where'])
  if (rule.value !== undefined) inside('value', rule.value, rule.each === undefined ? want : element)
  if (rule.set !== undefined) linter.set(rule.set, [...place, 'set'], rule.each === undefined ? want.at : element.at)
  for (const [i, one] of (rule.list ?? []).entries())
    checkRule(linter, one, [...place, 'list', i], isListRule(one) ? want : element)
  for (const [i, one] of (rule.args ?? []).entries()) checkRule(linter, one, [...place, 'args', i], nothing)
}

function isListRule(rule: Rule): boolean {
  if (typeof rule === 'string') return false
  if (Array.isArray(rule)) return (rule as readonly Rule[]).some(isListRule)
  const map = rule as RuleMap
  return map.each !== undefined || map.list !== undefined || map.split !== undefined
}

function checkEach(linter: Linter, source: EachSource, place: Place): void {
  if (typeof source === 'string') {
    linter.path(source, place)
    return
  }
  if ((source.split === undefined) === (source.zip === undefined))
    linter.add(place, 'HUB_LINT_SHAPE', { what: 'a list of elements', expected: 'is a path, {split} or {zip}' })
  if (source.split !== undefined) checkRule(linter, source.split, [...place, 'split'], nothing)
  for (const [name, rule] of Object.entries(source.zip ?? {})) checkRule(linter, rule, [...place, 'zip', name], nothing)
}

function checkSteps(linter: Linter, rule: RuleMap, place: Place, want: Want): void {
  for (const [i, word] of (rule.call === undefined
    ? []
    : typeof rule.call === 'string'
      ? [rule.call]
      : rule.call
  ).entries())
    if (linter.env.functions[word] === undefined)
      linter.unknown(
        typeof rule.call === 'string' ? [...place, 'call'] : [...place, 'call', i],
        'HUB_LINT_FUNCTION_UNKNOWN',
        word,
        Object.keys(linter.env.functions),
      )
  if (rule.table !== undefined) checkTable(linter, rule.table, [...place, 'table'])
  if (typeof rule.id === 'string') linter.family(rule.id, [...place, 'id'])
  for (const word of ['time', 'date'] as const) {
    const formats = rule[word]
    if (formats === undefined || formats === true) continue
    for (const [i, format] of formatList(formats).entries())
      if (!isFormat(format))
        linter.add(typeof formats === 'string' ? [...place, word] : [...place, word, i], 'HUB_LINT_FORMAT_UNKNOWN', {
          word: format,
        })
  }
  if (rule.cut !== undefined && linter.inbound)
    linter.add([...place, 'cut'], 'HUB_LINT_DIRECTION', { word: 'cut', direction: 'inbound' }, true)
  checkKind(linter, rule, place, want)
}

function checkKind(linter: Linter, rule: RuleMap, place: Place, want: Want): void {
  const step = stepsOf(rule)[0]
  if (!linter.inbound || want.kind === 'any' || step === undefined || step === 'table') return
  if (
    rule.number === 'text'
      ? want.kind === 'text'
      : step === 'number'
        ? want.kind !== 'text' && serves.number!.includes(want.kind)
        : serves[step]!.includes(want.kind)
  )
    return
  linter.add([...place, step], 'HUB_LINT_TARGET_KIND', { word: want.at, kind: want.kind, found: step }, true)
}

// An object, or a list of objects, is made of fields: a path alone would hand over whatever the message holds.
function needsParts(linter: Linter, place: Place, want: Want): void {
  const parts = want.kind === 'object' || (want.kind === 'list' && linter.kindOf(`${want.at}[]`) === 'object')
  if (parts) linter.add(place, 'HUB_LINT_TARGET_KIND', { word: want.at, kind: want.kind, found: 'a single value' })
}

function checkTable(linter: Linter, written: NonNullable<RuleMap['table']>, place: Place): void {
  const step = typeof written === 'string' ? { name: written } : written
  const at = typeof written === 'string' ? place : [...place, 'name']
  const table = linter.env.tables.get(step.name)
  if (step.at !== undefined) checkRule(linter, step.at, [...place, 'at'], nothing)
  if (table === undefined) {
    linter.unknown(at, 'HUB_LINT_TABLE_UNKNOWN', step.name, linter.env.tables.keys())
    return
  }
  if (step.column !== undefined && !table.columns.includes(step.column))
    linter.add([...place, 'column'], 'HUB_LINT_COLUMN_UNKNOWN', { table: step.name, word: step.column })
  const oneWay = step.reverse === true ? oneWayValue(table) : undefined
  if (oneWay !== undefined) linter.add(at, 'HUB_LINT_TABLE_ONE_WAY', { table: step.name, word: oneWay })
}

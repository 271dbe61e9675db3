// One rule → lines of code that end in one value. Sources stand in sources.ts; here is what comes after them.
import { isRule, type Rule, type RuleMap, sourcesOf, stepsOf } from '../model.ts'
import { cutStep } from '../values.ts'
import { calls, givesOfCall, literal } from './calls.ts'
import type { Scope, Value, Want } from './code.ts'
import { condition } from './conditions.ts'
import { source } from './sources.ts'
import { kindStep, namedStep, tableStep } from './steps.ts'

/** Writes `written` into `out`; the value is undefined where the rule gives none. */
export function rule(written: Rule, scope: Scope, want: Want, out: string[]): Value {
  if (typeof written === 'string') return rule({ path: written }, scope, want, out)
  if (isAlternatives(written)) return alternatives(written, scope, want, out)
  const map = written as RuleMap
  const name = scope.code.name()
  const body: string[] = []
  const value = Array.isArray(map.path)
    ? overPaths(map, map.path, scope, want, body)
    : sourceAndSteps(map, scope, want, body)
  body.push(`${name} = ${value.code};`)
  if (map.default !== undefined) fallback(map.default, name, scope, want, body)
  if (map.cut !== undefined)
    body.push(
      `if (${name} !== undefined) ${name} = ${scope.code.constant(cutStep(map.cut))}(${name}, s, ${value.pointer});`,
    )
  if (map.required === true)
    body.push(`if (${name} === undefined) F(s, ${JSON.stringify(missingAt(want.at))}, "MISSING");`)
  const at = hoisted(value, scope, body, out)
  out.push(`let ${name};`)
  if (map.when === undefined) out.push(...body)
  else out.push(`if ${`(${condition(map.when, scope)})`} {`, ...body, '}')
  return { ...at, code: name }
}

// A pointer that moves is a variable of the body, which may be a block: what comes after it needs one of its own.
function hoisted(value: Value, scope: Scope, body: string[], out: string[]): Omit<Value, 'code'> {
  if (value.moves !== true) return { pointer: value.pointer }
  const pointer = scope.code.name()
  out.push(`let ${pointer} = ${scope.base};`)
  body.push(`${pointer} = ${value.pointer};`)
  return { pointer, moves: true }
}

function isAlternatives(written: Rule): written is readonly Rule[] {
  return Array.isArray(written)
}

function missingAt(at: string): string {
  return at.startsWith('/') ? at : `/${at.replaceAll('.', '/')}`
}

function alternatives(list: readonly Rule[], scope: Scope, want: Want, out: string[]): Value {
  const [name, pointer] = [scope.code.name(), scope.code.name()]
  out.push(`let ${name}, ${pointer} = ${scope.base};`)
  for (const one of list) {
    const body: string[] = []
    const value = rule(one, scope, want, body)
    out.push(`if (${name} === undefined) {`, ...body, `${name} = ${value.code}; ${pointer} = ${value.pointer};`, '}')
  }
  return { code: name, pointer, moves: true }
}

function overPaths(map: RuleMap, paths: readonly string[], scope: Scope, want: Want, out: string[]): Value {
  const { default: _default, cut: _cut, required: _required, when: _when, ...rest } = map
  return alternatives(
    paths.map(path => ({ ...rest, path })),
    scope,
    want,
    out,
  )
}

function fallback(written: unknown, name: string, scope: Scope, want: Want, out: string[]): void {
  out.push(`if (${name} === undefined) {`)
  const value = isRule(written) ? rule(written, scope, want, out).code : literal(written)
  out.push(`${name} = ${value};`, '}')
}

function sourceAndSteps(map: RuleMap, scope: Scope, want: Want, out: string[]): Value {
  const kind = sourcesOf(map)[0] ?? 'path'
  const stepped = map.call !== undefined || stepsOf(map).length > 0
  const given = source(kind, map, scope, stepped ? { kind: 'any', at: want.at } : want, out)
  let value: Value = given
  let gives: string = given.gives
  if (map.call !== undefined && kind !== 'call') {
    value = calls(map, value, scope, out)
    gives = givesOfCall(map, scope.code)
  }
  const step = namedStep(map, scope.code.env, want)
  if (step !== undefined) return apply(step, value, scope, out)
  if (map.table !== undefined) return looked(map, value, scope, want, out)
  if (needsKind(gives, want)) return apply(kindStep(want, scope.code.env), value, scope, out)
  return value
}

// What a path gives is unchecked; what a rule made is checked already, unless it made another kind than is wanted.
function needsKind(gives: string, want: Want): boolean {
  if (gives === 'raw') return true
  return gives !== 'made' && gives !== want.kind && want.kind !== 'any' && want.kind !== 'object'
}

function apply(step: unknown, value: Value, scope: Scope, out: string[]): Value {
  const name = scope.code.name()
  out.push(`const ${name} = ${scope.code.constant(step)}(${value.code}, s, ${value.pointer});`)
  return { ...value, code: name }
}

function looked(map: RuleMap, value: Value, scope: Scope, want: Want, out: string[]): Value {
  const step = typeof map.table === 'string' ? { name: map.table } : map.table!
  const table = scope.code.env.tables.get(step.name)!
  scope.code.tablesUsed.add(`${table.name}@${table.version}`)
  const at = step.at === undefined ? 'undefined' : rule(step.at, scope, { kind: 'date', at: '' }, out).code
  const name = scope.code.name()
  const single = want.kind !== 'any' && want.kind !== 'list' && want.kind !== 'object'
  const many = !single || want.spread === true
  out.push(
    `let ${name} = ${scope.code.constant(tableStep(step, table, many))}(${value.code}, s, ${value.pointer}, ${at});`,
  )
  if (single) {
    const settle = scope.code.constant(kindStep(want, scope.code.env))
    out.push(
      `if (${name} !== undefined${many ? ` && !A(${name})` : ''}) ${name} = ${settle}(${name}, s, ${value.pointer});`,
    )
  }
  return { ...value, code: name }
}

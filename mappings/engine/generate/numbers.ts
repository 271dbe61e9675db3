// Own and cited numbers: code that finds them and the check each passes.
import type { Identifiers } from '#schemas/identifiers/index.ts'
import { type NumberName, partKey } from '#schemas/identifiers/index.ts'
import type { NumberRule } from '../model.ts'
import { flaw, type NumberRef, type State, textOf } from '../runtime.ts'
import type { Step } from '../values.ts'
import type { Scope } from './code.ts'
import { condition } from './conditions.ts'
import { loop } from './loops.ts'

export type Side = 'own' | 'cited'

/** Writes the code for one list of numbers into `out`. */
export function numbers(rules: readonly (string | NumberRule)[], side: Side, scope: Scope, out: string[]): void {
  for (const written of rules) {
    const rule: NumberRule = typeof written === 'string' ? { path: written } : written
    if (rule.each === undefined) number(rule, side, scope, out)
    else
      loop(rule.each, scope, out, item => {
        const body: string[] = []
        number(rule, side, item, body)
        return body
      })
  }
}

function number(rule: NumberRule, side: Side, scope: Scope, out: string[]): void {
  const path = rule.text ?? rule.path ?? ''
  const { code, pointer } = scope.read(path)
  scope.note(path)
  const ids = scope.code.env.identifiers
  const take = scope.code.constant(rule.text === undefined ? fieldStep(rule, side, ids) : searchStep(ids))
  const line = `${take}(${code}, s, ${pointer});`
  out.push(rule.when === undefined ? line : `if (${condition(rule.when, scope)}) ${line}`)
}

function fieldStep(rule: NumberRule, side: Side, ids: Identifiers): Step {
  const one: Step = (value, state, pointer) => {
    const text = textOf(value, state, pointer)
    if (text === undefined) return undefined
    const name = ids.normalise(text, state.context, rule.family)
    if (name === null) return flaw(state, pointer, 'NOT_AN_IDENTIFIER')
    const ref = refOf(name, text, rule)
    if (side === 'own') addOwn(state, ref)
    else addCited(state, ref, 'FIELD', null)
    return undefined
  }
  return (value, state, pointer) => {
    if (Array.isArray(value)) for (const [i, v] of value.entries()) one(v, state, `${pointer}/${i}`)
    else one(value, state, pointer)
    return undefined
  }
}

function searchStep(ids: Identifiers): Step {
  return (value, state, pointer) => {
    const text = textOf(value, state, pointer)
    if (text === undefined) return undefined
    for (const found of ids.findInText(text, state.context))
      addCited(state, refOf(found, text.slice(found.start, found.end), {}), 'TEXT', found.label ?? null)
    return undefined
  }
}

function refOf(name: NumberName, value: string, rule: NumberRule): NumberRef {
  return {
    family: name.family,
    scope: name.scope,
    value,
    normalized: rule.part === undefined ? name.normalized : `${name.normalized}#${rule.part}`,
    numberKey: rule.part === undefined ? name.numberKey : partKey(name, rule.part),
    kind: rule.kind ?? null,
  }
}

function addOwn(state: State, ref: NumberRef): void {
  if (state.ownKeys.has(ref.numberKey)) return
  state.ownKeys.add(ref.numberKey)
  state.own.push(ref)
}

// A number in a field is stronger evidence than the same one in text: the first wins, and fields are read as they stand.
function addCited(state: State, number: NumberRef, source: string, label: string | null): void {
  if (state.ownKeys.has(number.numberKey)) return
  const at = state.citedAt.get(number.numberKey)
  if (at === undefined) state.citedAt.set(number.numberKey, state.cited.push({ number, source, label }) - 1)
  else if (source === 'FIELD' && state.cited[at]!.source === 'TEXT') state.cited[at] = { number, source, label }
}

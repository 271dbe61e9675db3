// The step a rule's words ask for, compiled to one function.
import type { Identifiers } from '#schemas/identifiers/index.ts'
import type { Kind, RuleMap, TableStep } from '../model.ts'
import { stepsOf } from '../model.ts'
import { flaw, mostFlaws, narrow, type State, textOf } from '../runtime.ts'
import { lookupOf, type Table } from '../tables.ts'
import { dateStep, timeStep, writeTimeStep } from '../times.ts'
import {
  anyStep,
  booleanStep,
  booleanWordStep,
  cleaningStep,
  moneyNumberStep,
  moneyStep,
  numberStep,
  numberTextStep,
  type Step,
  stepOfKind,
  wholeStep,
} from '../values.ts'
import type { Env, Want } from './code.ts'

/** A step that also takes the day a table is read for. */
export type TableRun = (value: unknown, state: State, pointer: string, at: unknown) => unknown

/** The step of a rule that names one, tables apart; undefined when it names none. */
export function namedStep(rule: RuleMap, env: Env, want: Want): Step | undefined {
  const inbound = env.direction === 'inbound'
  switch (stepsOf(rule)[0]) {
    case 'text':
      return cleaningStep(rule.text!)
    case 'number':
      return rule.number === 'int'
        ? // What a record keeps has 32 bits; what a receiver is sent may be an instant in millis.
          wholeStep(inbound ? 32 : 53)
        : rule.number === 'text'
          ? numberTextStep
          : (wantStep(want, env, ['int', 'long']) ?? numberStep)
    case 'money':
      return rule.money === 'number' ? moneyNumberStep : moneyStep
    case 'boolean':
      if (rule.boolean === true) return booleanStep()
      return inbound ? booleanStep(rule.boolean) : booleanWordStep(rule.boolean!)
    case 'time':
      return inbound
        ? timeStep(rule.time!, env.zone, want.kind === 'time')
        : writeTimeStep(rule.time!, env.zone, 'yyyy-MM-dd HH:mm:ss')
    case 'date':
      return inbound ? dateStep(rule.date!, env.zone) : writeTimeStep(rule.date!, env.zone, 'yyyy-MM-dd')
    case 'id':
      return idStep(env.identifiers, rule.id === true ? undefined : rule.id)
    default:
      return undefined
  }
}

/** The step that a target's kind asks for. */
export function kindStep(want: Want, env: Env): Step {
  if (want.kind === 'millis' || want.kind === 'time') return timeStep(true, env.zone, want.kind === 'time')
  if (want.kind === 'date') return dateStep(true, env.zone)
  if (want.kind === 'list') return listStep(stepOfKind[env.target?.fields[`${want.at}[]`] ?? 'any'] ?? anyStep)
  return stepOfKind[want.kind] ?? anyStep
}

/** `many`: a list of codes gives a list of values. Elsewhere a list is no code. */
export function tableStep(rule: TableStep, table: Table, many: boolean): TableRun {
  const lookup = lookupOf(table, rule.column, rule.reverse === true)
  const told = rule.column === undefined
  const otherwise = rule.else !== undefined ? rule.else : told ? (table.unknown ?? undefined) : undefined
  const one: TableRun = (value, state, pointer, at) => {
    const text = textOf(value, state, pointer)
    if (text === undefined) return undefined
    const day = typeof at === 'string' ? at : state.context.today
    const found = lookup(text, day, state.context.system)
    if (found !== undefined) return found ?? undefined
    if (told) {
      flaw(state, pointer, 'UNKNOWN_CODE', table.name)
      if (
        state.unknownCodes.length < mostFlaws &&
        !state.unknownCodes.some(u => u.pointer === pointer && u.table === table.name)
      )
        state.unknownCodes.push({ table: table.name, pointer })
    }
    return otherwise
  }
  if (!many) return one
  return (value, state, pointer, at) => {
    if (!Array.isArray(value)) return one(value, state, pointer, at)
    const list = value.map((v, i) => one(v, state, `${pointer}/${i}`, at)).filter(v => v !== undefined)
    return list.length > 0 ? list : undefined
  }
}

function wantStep(want: Want, env: Env, kinds: readonly Kind[]): Step | undefined {
  return kinds.includes(want.kind) ? kindStep(want, env) : undefined
}

function listStep(element: Step): Step {
  return (value, state, pointer) => {
    if (value === undefined || value === null) return undefined
    const list = (Array.isArray(value) ? value : [value])
      .map((v, i) => element(v, state, Array.isArray(value) ? `${pointer}/${i}` : pointer))
      .filter(v => v !== undefined)
    return list.length > 0 ? list : undefined
  }
}

function idStep(identifiers: Identifiers, family: string | undefined): Step {
  return (value, state, pointer) => {
    const text = textOf(value, state, pointer)
    if (text === undefined) return undefined
    const name = identifiers.normalise(narrow(text), state.context, family)
    return name === null ? flaw(state, pointer, 'NOT_AN_IDENTIFIER') : name.normalized
  }
}

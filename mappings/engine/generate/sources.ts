// The sources of a rule → code: where a value comes from before any step.
import type { Rule, RuleMap, SetMap, Source } from '../model.ts'
import { calls, givesOfCall, literal } from './calls.ts'
import type { Scope, Value, Want } from './code.ts'
import { condition } from './conditions.ts'
import { elementsOf, loop, splitter } from './loops.ts'
import { settle } from './sets.ts'

/** `raw`: as the message has it, unchecked. `text`: clean text. `made`: made by rules, nothing more to check. */
export interface Given extends Value {
  readonly gives: string
}

export function source(kind: Source, map: RuleMap, scope: Scope, want: Want, out: string[]): Given {
  switch (kind) {
    case 'path':
      scope.note(map.path as string)
      return { ...scope.read(map.path as string), gives: 'raw' }
    case 'const':
      return { code: literal(map.const), pointer: scope.base, gives: 'made' }
    case 'of':
      return { ...scope.code.rule(map.of!, scope, want, out), gives: 'made' }
    case 'concat':
      return concat(map.concat!, scope, out)
    case 'join':
      return join(map, scope, out)
    case 'split':
      return split(map, scope, out)
    case 'each':
      return each(map, scope, want, out)
    case 'pick':
      return pick(map, scope, want, out)
    case 'list':
      return list(map.list!, scope, want, out)
    case 'set':
      return object(map.set!, scope, want.at, out)
    case 'call':
      return called(map, scope, out)
  }
}

const asText: Want = { kind: 'text', at: '' }

function concat(parts: readonly Rule[], scope: Scope, out: string[]): Given {
  const pieces: string[] = []
  const found: string[] = []
  let from: Omit<Value, 'code'> = { pointer: scope.base }
  for (const part of parts) {
    if (typeof part === 'string' && !/^(\/|\$\/|@\/)/.test(part)) pieces.push(JSON.stringify(part))
    else {
      const value = scope.code.rule(part, scope, asText, out)
      if (found.length === 0) from = value
      found.push(`${value.code} !== undefined`)
      pieces.push(`(${value.code} ?? "")`)
    }
  }
  const name = scope.code.name()
  out.push(
    `const ${name} = ${found.length > 0 ? found.join(' || ') : 'true'} ? ["", ${pieces.join(', ')}].join("") : undefined;`,
  )
  return { ...from, code: name, gives: 'text' }
}

function join(map: RuleMap, scope: Scope, out: string[]): Given {
  const separator = JSON.stringify(map.with ?? '')
  const name = scope.code.name()
  if (Array.isArray(map.join)) {
    const values = (map.join as readonly Rule[]).map(part => scope.code.rule(part, scope, asText, out))
    out.push(`const ${name} = J([${values.map(v => v.code).join(', ')}], ${separator});`)
    return { pointer: scope.base, ...values[0], code: name, gives: 'text' }
  }
  const value = scope.code.rule(map.join!, scope, { kind: 'list', at: '' }, out)
  out.push(`const ${name} = J(${value.code}, ${separator});`)
  return { ...value, code: name, gives: 'text' }
}

function split(map: RuleMap, scope: Scope, out: string[]): Given {
  const text = scope.code.rule(map.split!, scope, asText, out)
  const [parts, name] = [scope.code.name(), scope.code.name()]
  out.push(`const ${parts} = ${scope.code.constant(splitter(map.on))}(${text.code});`)
  out.push(`const ${name} = ${parts}.length > 0 ? ${parts} : undefined;`)
  return { ...text, code: name, gives: 'made' }
}

function each(map: RuleMap, scope: Scope, want: Want, out: string[]): Given {
  const [found, name] = [scope.code.name(), scope.code.name()]
  out.push(`const ${found} = [];`)
  const at = `${want.at}[]`
  const source = map.each!
  loop(source, scope, out, item => {
    const body: string[] = []
    const value =
      map.set === undefined
        ? scope.code.rule(map.value ?? '', item, { kind: scope.code.kindOf(at), at }, body)
        : object(map.set, item, at, body)
    body.push(`if (${value.code} !== undefined) ${found}.push(${value.code});`)
    const lines = map.where === undefined ? body : [`if (${condition(map.where, item)}) {`, ...body, '}']
    const records = map.set !== undefined && typeof source === 'string' && item.readsInside
    return records
      ? [`if (!O(${item.item})) { if (!E(${item.item})) F(s, ${item.base}, "NOT_A_RECORD"); continue; }`, ...lines]
      : lines
  })
  out.push(`const ${name} = ${found}.length > 0 ? ${found} : undefined;`)
  return { code: name, pointer: scope.base, gives: 'made' }
}

type Five = [string, string, string, string, string]

function pick(map: RuleMap, scope: Scope, want: Want, out: string[]): Given {
  const elements = elementsOf(map.pick!, scope, out)
  const [index, best, i, name, at] = Array.from({ length: 5 }, () => scope.code.name()) as Five
  const search = elements.open(i)
  const test = map.where === undefined ? 'true' : condition(map.where, search.scope)
  const by = map.by === undefined ? undefined : search.scope.read(map.by).code
  const take =
    by === undefined
      ? `${index} = ${i};${map.last === true ? '' : ' break;'}`
      : `if (${index} < 0 || ${map.last === true ? `!G(${best}, ${by})` : `G(${by}, ${best})`}) { ${index} = ${i}; ${best} = ${by}; }`
  out.push(`let ${index} = -1, ${best}, ${name}, ${at} = ${scope.base};`)
  out.push(
    `for (let ${i} = 0; ${i} < ${elements.list}.length; ${i}++) {`,
    ...search.lines,
    ...search.scope.head,
    `if (${test}) { ${take} }`,
    '}',
  )
  const chosen = elements.open(index)
  const body: string[] = []
  const value = scope.code.rule(map.value ?? '', chosen.scope, want, body)
  const end = `${name} = ${value.code}; ${at} = ${value.pointer};`
  out.push(`if (${index} >= 0) {`, ...chosen.lines, ...chosen.scope.head, ...body, end, '}')
  return { code: name, pointer: at, moves: true, gives: 'made' }
}

function list(rules: readonly Rule[], scope: Scope, want: Want, out: string[]): Given {
  const [found, name] = [scope.code.name(), scope.code.name()]
  out.push(`const ${found} = [];`)
  const at = `${want.at}[]`
  for (const one of rules) {
    const value = scope.code.rule(
      one,
      scope,
      isList(one) ? want : { kind: scope.code.kindOf(at), at, spread: true },
      out,
    )
    out.push(
      `if (A(${value.code})) ${found}.push(...${value.code}); else if (${value.code} !== undefined) ${found}.push(${value.code});`,
    )
  }
  out.push(`const ${name} = ${found}.length > 0 ? ${found} : undefined;`)
  return { code: name, pointer: scope.base, gives: 'made' }
}

// Does a rule inside `list` give a list of its own? Then it is written for the list, not for an element.
function isList(one: Rule): boolean {
  if (typeof one === 'string') return false
  if (Array.isArray(one)) return (one as readonly Rule[]).some(isList)
  const map = one as RuleMap
  return map.each !== undefined || map.list !== undefined || map.split !== undefined
}

function object(set: SetMap, scope: Scope, at: string, out: string[]): Given {
  const { object: name, filled } = settle(set, scope, at, out)
  const result = scope.code.name()
  out.push(`const ${result} = ${filled} ? ${name} : undefined;`)
  return { code: result, pointer: scope.base, gives: 'made' }
}

function called(map: RuleMap, scope: Scope, out: string[]): Given {
  const [first, ...rest] = map.args ?? []
  const value =
    first === undefined
      ? { code: 'undefined', pointer: scope.base }
      : scope.code.rule(first, scope, { kind: 'any', at: '' }, out)
  return { ...calls({ ...map, args: rest }, value, scope, out), gives: givesOfCall(map, scope.code) }
}

// Function calls and constants as code.
import type { RuleMap } from '../model.ts'
import type { Code, Scope, Value } from './code.ts'

/** A constant of a mapping as code. Objects go through JSON.parse: a literal would give `__proto__` its meaning. */
export function literal(value: unknown): string {
  if (value === null || value === undefined) return 'undefined'
  const json = JSON.stringify(value)
  return typeof value === 'object' ? `JSON.parse(${JSON.stringify(json)})` : json
}

/** The functions named by `call`, one after the other; `args` go to the last. */
export function calls(map: RuleMap, value: Value, scope: Scope, out: string[]): Value {
  const names = typeof map.call === 'string' ? [map.call] : map.call!
  let now = value.code
  names.forEach((word, index) => {
    const fn = scope.code.env.functions[word]!
    const last = index === names.length - 1
    const args = last ? (map.args ?? []).map(a => scope.code.rule(a, scope, { kind: 'any', at: '' }, out).code) : []
    const name = scope.code.name()
    const input = fn.takes === 'text' ? `T(${now}, s, ${value.pointer})` : now
    const tools = `{ today: c.today, flaw: rule => F(s, ${value.pointer}, rule) }`
    const run = scope.code.constant(fn.run)
    out.push(`let ${name} = ${input};`)
    out.push(`if (${name} !== undefined) ${name} = ${run}(${name}, [${args.join(', ')}], ${tools}) ?? undefined;`)
    now = name
  })
  return { ...value, code: now }
}

export function givesOfCall(map: RuleMap, code: Code): string {
  const last = typeof map.call === 'string' ? map.call : map.call!.at(-1)!
  return code.env.functions[last]!.gives
}

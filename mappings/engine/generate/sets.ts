// `set` → code that fills one object. Parents appear with their first child.
import type { Rule, SetMap } from '../model.ts'
import { isIndex, targetSegments } from '../paths.ts'
import type { Scope } from './code.ts'

/** Fills an object by `set`. `filled` is a name that is true once a value that is no constant was put in. */
export function settle(set: SetMap, scope: Scope, at: string, out: string[]): { object: string; filled: string } {
  const object = scope.code.name()
  const filled = scope.code.name()
  out.push(`const ${object} = {};`, `let ${filled} = false;`)
  const parents = new Map<string, { name: string; lists: boolean }>()
  const lists: string[] = []
  for (const [target, written] of Object.entries(set)) {
    const path = at === '' || target.startsWith('/') ? target : `${at}.${target}`
    const segments = targetSegments(target)
    const body: string[] = []
    const value = scope.code.rule(written, scope, { kind: scope.code.kindOf(path), at: path }, body)
    const { lines, holder } = holderOf(segments, object, parents, scope, lists)
    out.push(...lines, ...body)
    const put = `${holder}[${key(segments.at(-1)!)}] = ${value.code};`
    out.push(`if (${value.code} !== undefined) { ${put}${isConstant(written) ? '' : ` ${filled} = true;`} }`)
  }
  out.push(...lists)
  return { object, filled }
}

function key(segment: string): string {
  return isIndex(segment) ? segment : JSON.stringify(segment)
}

// The expression that gives the object a target stands in, made when first needed.
function holderOf(
  segments: readonly string[],
  object: string,
  parents: Map<string, { name: string }>,
  scope: Scope,
  lists: string[],
): { lines: string[]; holder: string } {
  let holder = object
  const lines: string[] = []
  for (let depth = 1; depth < segments.length; depth++) {
    const path = segments.slice(0, depth).join('\n')
    let parent = parents.get(path)
    const isList = isIndex(segments[depth]!)
    if (parent === undefined) {
      parent = { name: scope.code.name() }
      parents.set(path, parent)
      lines.push(`let ${parent.name};`)
      // Positions never filled leave no holes behind.
      if (isList)
        lists.push(`if (${parent.name} !== undefined) ${holder}[${key(segments[depth - 1]!)}] = C(${parent.name});`)
    }
    holder = `(${parent.name} ??= (${holder}[${key(segments[depth - 1]!)}] = ${isList ? '[]' : '{}'}))`
  }
  return { lines, holder }
}

/** Does a rule say the same whatever the message holds? */
function isConstant(written: Rule): boolean {
  if (typeof written === 'string') return written.startsWith('@/')
  if (Array.isArray(written)) return (written as readonly Rule[]).every(isConstant)
  const map = written as Exclude<Rule, string | readonly Rule[]>
  return (
    map.const !== undefined ||
    (typeof map.path === 'string' && map.path.startsWith('@/')) ||
    (map.of !== undefined && isConstant(map.of))
  )
}

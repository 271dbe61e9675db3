// Loops over elements: of a list in the message, of a split text, or of columns side by side.
import type { EachSource, SetMap } from '../model.ts'
import { Scope, type Value } from './code.ts'

const defaultCuts = ',,、;;\n'

export interface Elements {
  /** Name of the list in the code; always a list. */
  readonly list: string
  /** Opens a scope for the element at index `i`: its lines declare what the scope needs. */
  open(i: string): { readonly scope: Scope; readonly lines: string[] }
}

/** Code that loops; `body` writes the lines of one turn into a scope of its own. */
export function loop(source: EachSource, scope: Scope, out: string[], body: (item: Scope) => string[]): void {
  const elements = elementsOf(source, scope, out)
  const i = scope.code.name()
  const { scope: item, lines } = elements.open(i)
  const inside = body(item)
  out.push(`for (let ${i} = 0; ${i} < ${elements.list}.length; ${i}++) {`, ...lines, ...item.head, ...inside, '}')
}

export function elementsOf(source: EachSource, scope: Scope, out: string[]): Elements {
  if (typeof source === 'string') return ofPath(source, scope, out)
  if (source.zip !== undefined) return ofColumns(source.zip, scope, out)
  const text = scope.code.rule(source.split ?? '', scope, { kind: 'text', at: '' }, out)
  return made(scope, out, `${scope.code.constant(splitter(source.on))}(${text.code})`, text)
}

/** Cuts a text at every character of `on`; trimmed parts, none empty. */
export function splitter(on: string | undefined): (value: unknown) => string[] {
  const cuts = new Set((on ?? defaultCuts).normalize('NFKC'))
  return value => {
    if (typeof value !== 'string') return []
    const parts = ['']
    for (const char of value) {
      if (cuts.has(char) || (!isHan(char) && cuts.has(char.normalize('NFKC')))) parts.push('')
      else parts[parts.length - 1] += char
    }
    return parts.map(p => p.trim()).filter(p => p !== '')
  }
}

// Nearly every character of these texts; they fold to themselves.
function isHan(char: string): boolean {
  return char >= '\u4e00' && char <= '\u9fa5'
}

function ofPath(path: string, scope: Scope, out: string[]): Elements {
  const { code, pointer } = scope.read(path)
  const list = scope.code.name()
  out.push(`const ${list} = L(${code});`)
  const pattern = scope.patternOf(path)
  return {
    list,
    open(i) {
      const [item, base] = [scope.code.name(), scope.code.name()]
      const lines = [
        `const ${item} = ${list}[${i}];`,
        `const ${base} = ${list} === ${code} ? ${pointer} + "/" + ${i} : ${pointer};`,
      ]
      return {
        scope: new Scope(scope.code, item, base, pattern === undefined ? undefined : `${pattern}/*`, scope.root),
        lines,
      }
    },
  }
}

function made(scope: Scope, out: string[], expression: string, from: Value): Elements {
  const list = scope.code.name()
  out.push(`const ${list} = ${expression};`)
  return {
    list,
    open(i) {
      const item = scope.code.name()
      return {
        scope: new Scope(scope.code, item, from.pointer, undefined, scope.root),
        lines: [`const ${item} = ${list}[${i}];`],
      }
    },
  }
}

function ofColumns(zip: SetMap, scope: Scope, out: string[]): Elements {
  const columns = Object.entries(zip).map(([name, from]) => ({
    name,
    value: scope.code.rule(from, scope, { kind: 'list', at: '' }, out),
  }))
  const list = scope.code.name()
  const pairs = columns.map(({ name, value }) => `[${JSON.stringify(name)}, ${value.code}]`).join(', ')
  out.push(`const ${list} = Z([${pairs}]);`)
  const pointers = new Map(columns.map(({ name, value }) => [name, value.pointer]))
  return {
    list,
    open(i) {
      const item = scope.code.name()
      const lines = [`const ${item} = ${list}[${i}];`]
      return {
        scope: new Scope(scope.code, item, columns[0]?.value.pointer ?? '""', undefined, scope.root, pointers),
        lines,
      }
    },
  }
}

// The parts of a function being written: constants, names, and scopes that read paths once each.
// Only names made here and JSON-quoted text ever enter the code: nothing of a mapping is spliced.
import type { Identifiers } from '#schemas/identifiers/index.ts'
import type { MappingFunctions } from '../functions/index.ts'
import type { Direction, Kind, Rule, Target } from '../model.ts'
import { isIndex, type Path, pointer, readPath } from '../paths.ts'
import type { Table } from '../tables.ts'
import type { Zone } from '../time.ts'

/** What rules may refer to. */
export interface Env {
  readonly direction: Direction
  readonly tables: ReadonlyMap<string, Table>
  readonly functions: MappingFunctions
  readonly identifiers: Identifiers
  readonly target: Target | undefined
  readonly zone: Zone
}

/** A value in the code being written: a name or literal, and an expression for its JSON pointer. */
export interface Value {
  readonly code: string
  readonly pointer: string
  /** Which place it came from shows only at run time: `pointer` is a variable declared beside the value's. */
  readonly moves?: boolean
}

/** What a rule is wanted for: kind and dotted path of its target. */
export interface Want {
  readonly kind: Kind
  readonly at: string
  /** In a `list`: what gives several values is spread. */
  readonly spread?: boolean
}

/** Writes one rule into `out`; the value is undefined where the rule gives none. */
export type WriteRule = (written: Rule, scope: Scope, want: Want, out: string[]) => Value

/** The code of one function while it grows. */
export class Code {
  readonly env: Env
  /** Sources hold rules and rules hold sources: the writer is handed down, so that no file imports in a circle. */
  readonly rule: WriteRule
  readonly constants: unknown[] = []
  readonly reads = new Set<string>()
  readonly tablesUsed = new Set<string>()
  #names = 0

  constructor(env: Env, rule: WriteRule) {
    this.env = env
    this.rule = rule
  }

  name(): string {
    this.#names += 1
    return `v${this.#names}`
  }

  constant(value: unknown): string {
    const at = this.constants.indexOf(value)
    return `k${at >= 0 ? at : this.constants.push(value) - 1}`
  }

  kindOf(at: string): Kind {
    return this.env.target?.fields[at] ?? 'any'
  }
}

/** Where paths start: the message, or the element of a loop. */
export class Scope {
  readonly code: Code
  readonly item: string
  readonly base: string
  readonly root: Scope
  /** Path of the item in the message with * for elements; undefined where items are made, not read. */
  readonly pattern: string | undefined
  /** Items made of columns: where each column came from. */
  readonly columns: ReadonlyMap<string, string> | undefined
  readonly head: string[] = []
  readonly #seen = new Map<string, string>()

  constructor(
    code: Code,
    item: string,
    base: string,
    pattern: string | undefined,
    root?: Scope,
    columns?: ReadonlyMap<string, string>,
  ) {
    this.code = code
    this.item = item
    this.base = base
    this.pattern = pattern
    this.root = root ?? this
    this.columns = columns
  }

  get readsInside(): boolean {
    return this.#seen.size > 0
  }

  read(text: string): Value {
    const path = readPath(text)
    if (path.from === 'context')
      return { code: `c[${JSON.stringify(path.segments[0])}]`, pointer: JSON.stringify(text) }
    const scope = path.from === 'root' ? this.root : this
    return { code: scope.#variable(path.segments), pointer: scope.#pointer(path) }
  }

  /** Coverage pattern of a path read from here. */
  patternOf(text: string): string | undefined {
    const path = readPath(text)
    if (path.from === 'context') return undefined
    const start = path.from === 'root' ? '' : this.pattern
    return start === undefined ? undefined : start + pointer(path.segments.map(s => (isIndex(s) ? '*' : s)))
  }

  note(text: string): void {
    const pattern = this.patternOf(text)
    if (pattern !== undefined) this.code.reads.add(pattern)
  }

  #pointer(path: Path): string {
    const [first, ...rest] = path.segments
    const column = first === undefined ? undefined : this.columns?.get(first)
    const base = column ?? this.base
    const tail = pointer(column === undefined ? path.segments : rest)
    if (tail === '') return base
    return base === '""' ? JSON.stringify(tail) : `${base} + ${JSON.stringify(tail)}`
  }

  #variable(segments: readonly string[]): string {
    const last = segments.at(-1)
    if (last === undefined) return this.item
    const key = pointer(segments)
    const seen = this.#seen.get(key)
    if (seen !== undefined) return seen
    const parent = this.#variable(segments.slice(0, -1))
    const name = this.code.name()
    const field = `O(${parent}) ? ${parent}[${JSON.stringify(last)}] : undefined`
    this.head.push(`const ${name} = ${isIndex(last) ? `A(${parent}) ? ${parent}[${last}] : ${field}` : field};`)
    this.#seen.set(key, name)
    return name
  }
}

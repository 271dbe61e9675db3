// A checked mapping → one function per record. The only place that makes code out of text: it sees validated
// mappings only, and every path and word in it is JSON-quoted or handed over as a constant.
import { HubError } from '#schemas/errors.ts'
import type { Identifiers } from '#schemas/identifiers/index.ts'
import { functions as builtIn, type MappingFunctions } from './functions/index.ts'
import { Code, type Env, Scope } from './generate/code.ts'
import { condition } from './generate/conditions.ts'
import { helpers } from './generate/helpers.ts'
import { numbers } from './generate/numbers.ts'
import { rule } from './generate/rules.ts'
import { settle } from './generate/sets.ts'
import { formatIssue } from './issues.ts'
import { lintMapping } from './lint.ts'
import type { LintEnv } from './linter.ts'
import type { Direction, MappingSpec, RecordSpec, Target } from './model.ts'
import type { MappingSource } from './parse.ts'
import {
  type CitedNumber,
  type Flaw,
  type MapContext,
  type NumberRef,
  type State,
  startState,
  type UnknownCode,
} from './runtime.ts'
import type { Table } from './tables.ts'
import { zoneOf } from './time.ts'
import { unmappedFinder } from './unmapped.ts'

export interface CompileEnv {
  readonly tables: Iterable<Table>
  readonly identifiers: Identifiers
  readonly functions?: MappingFunctions
  /** What an inbound mapping may set. Without it targets are not checked and keep no kind. */
  readonly target?: Target
}

/** One record as a mapping made it. */
export interface Mapped {
  readonly name: string
  readonly record: Record<string, unknown>
  readonly own: readonly NumberRef[]
  readonly cited: readonly CitedNumber[]
  readonly flaws: readonly Flaw[]
  readonly unknownCodes: readonly UnknownCode[]
}

export interface CompiledMapping {
  readonly direction: Direction
  readonly connector: string
  readonly message: string
  readonly version: number
  readonly spec: MappingSpec
  /** Paths it reads, `*` for elements. */
  readonly reads: readonly string[]
  /** Value tables it uses, name@version. */
  readonly tables: readonly string[]
  /** One entry a record whose `when` holds. Never throws for what the input holds. */
  map(input: unknown, context: MapContext): Mapped[]
  /** Fields with something in them that it neither reads nor ignores, as flaws UNMAPPED: at most twenty. */
  unmapped(input: unknown): Flaw[]
}

type Run = (input: unknown, context: MapContext, state: State) => Record<string, unknown> | undefined

/** Compiles once, for many maps. Throws HUB_LINT_FAILED when lint finds anything. */
export function compileMapping(source: MappingSource, env: CompileEnv): CompiledMapping {
  const tables = new Map([...env.tables].map(t => [t.name, t]))
  const lintEnv: LintEnv = {
    tables,
    identifiers: env.identifiers,
    functions: env.functions ?? builtIn,
    target: env.target,
  }
  const issues = lintMapping(source, lintEnv)
  if (issues.length > 0)
    throw new HubError('HUB_LINT_FAILED', { file: source.file, count: issues.length, first: formatIssue(issues[0]!) })
  const { spec, direction } = source
  const code = new Code(
    {
      ...lintEnv,
      direction,
      target: direction === 'inbound' ? env.target : undefined,
      zone: zoneOf(spec.zone ?? 'Asia/Shanghai'),
    } satisfies Env,
    rule,
  )
  const records = recordsOf(spec).map(record => ({ name: record.name, run: build(record, code) }))
  const end = spec.from ?? spec.to!
  const reads = [...code.reads].sort()
  return {
    direction,
    connector: end.connector,
    message: end.message,
    version: spec.version,
    spec,
    reads,
    tables: [...code.tablesUsed].sort(),
    map: (input, context) => runAll(records, input, context),
    unmapped: unmappedFinder([...reads, ...Object.keys(spec.ignore ?? {})]),
  }
}

/** The records of a mapping, what is shared already in each. */
export function recordsOf(spec: MappingSpec): RecordSpec[] {
  if (spec.records === undefined) return [{ name: 'main', ...pickShared(spec) }]
  const shared = pickShared(spec)
  return spec.records.map(r => ({
    ...r,
    own: r.own ?? shared.own ?? [],
    cited: [...(shared.cited ?? []), ...(r.cited ?? [])],
    set: { ...shared.set, ...r.set },
  }))
}

function pickShared(spec: MappingSpec): Pick<RecordSpec, 'own' | 'cited' | 'set'> {
  return { own: spec.own ?? [], cited: spec.cited ?? [], set: spec.set ?? {} }
}

function runAll(records: readonly { name: string; run: Run }[], input: unknown, context: MapContext): Mapped[] {
  const all: Mapped[] = []
  for (const { name, run } of records) {
    const state = startState(context)
    const record = run(input, context, state)
    if (record === undefined) continue
    const { flaws, unknownCodes, own, cited } = state
    all.push({ name, record, own, cited, flaws, unknownCodes })
  }
  return all
}

function build(record: RecordSpec, code: Code): Run {
  const scope = new Scope(code, 'r', '""', '')
  const body: string[] = []
  if (record.when !== undefined) body.push(`if (!(${condition(record.when, scope)})) return undefined;`)
  numbers(record.own ?? [], 'own', scope, body)
  numbers(record.cited ?? [], 'cited', scope, body)
  const { object } = settle(record.set ?? {}, scope, '', body)
  const constants = code.constants.map((_, i) => `k${i} = K[${i}]`)
  const names = [...Object.keys(helpers).map(h => `${h} = H.${h}`), ...constants].join(', ')
  const text = [
    `"use strict"; const ${names};`,
    'return (r, c, s) => {',
    ...scope.head,
    ...body,
    `return ${object};`,
    '}',
  ].join('\n')
  return new Function('H', 'K', text)(helpers, code.constants) as Run
}

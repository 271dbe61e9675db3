// The mapping language as types: what a checked file holds. The words are explained in mappings/README.md.

export type Direction = 'inbound' | 'outbound'

/** What a target field takes. `list` is a list of texts, or of objects whose fields are named `target[].field`. */
export type Kind =
  | 'text'
  | 'number'
  | 'int'
  | 'long'
  | 'money'
  | 'boolean'
  | 'time'
  | 'millis'
  | 'date'
  | 'list'
  | 'object'
  | 'any'

/** The fields a mapping may set, by dotted path: `proceeding.status`, `parties`, `parties[].name`. */
export interface Target {
  readonly name: string
  readonly fields: Readonly<Record<string, Kind>>
}

export type Word = string | number | boolean
export type Words = Word | readonly Word[]

export interface Condition {
  readonly path?: string
  readonly present?: boolean
  readonly is?: Words
  readonly not?: Words
  readonly has?: Words
  readonly atLeast?: number
  readonly all?: readonly Condition[]
  readonly any?: readonly Condition[]
  readonly no?: Condition
}

export type Rule = string | readonly Rule[] | RuleMap
export type SetMap = Readonly<Record<string, Rule>>
export type EachSource = string | { readonly split?: Rule; readonly on?: string; readonly zip?: SetMap }
export type Cleaning = 'clean' | 'fold' | 'html' | 'keep'
export type Formats = true | string | readonly string[]

export interface TableStep {
  readonly name: string
  readonly column?: string
  readonly else?: unknown
  readonly at?: Rule
  readonly reverse?: boolean
}

export interface CutStep {
  readonly max: number
  readonly mark?: string
  readonly unit?: 'chars' | 'bytes' | 'gb'
}

export interface RuleMap {
  readonly path?: string | readonly string[]
  readonly const?: unknown
  readonly of?: Rule
  readonly concat?: readonly Rule[]
  readonly join?: Rule
  readonly with?: string
  readonly split?: Rule
  readonly on?: string
  readonly each?: EachSource
  readonly pick?: EachSource
  readonly where?: Condition
  readonly value?: Rule
  readonly last?: boolean
  readonly by?: string
  readonly list?: readonly Rule[]
  readonly set?: SetMap
  readonly call?: string | readonly string[]
  readonly args?: readonly Rule[]
  readonly text?: Cleaning | readonly Cleaning[]
  readonly number?: true | 'int' | 'text'
  readonly money?: true | 'number'
  readonly boolean?: true | { readonly true: unknown; readonly false: unknown }
  readonly time?: Formats
  readonly date?: Formats
  readonly table?: string | TableStep
  readonly id?: true | string
  readonly default?: unknown
  readonly required?: boolean
  readonly cut?: number | CutStep
  readonly when?: Condition
}

export interface NumberRule {
  readonly path?: string
  readonly text?: string
  readonly each?: string
  readonly family?: string
  readonly kind?: string
  readonly part?: string
  readonly when?: Condition
}

export interface RecordSpec {
  readonly name: string
  readonly when?: Condition
  readonly own?: readonly (string | NumberRule)[]
  readonly cited?: readonly (string | NumberRule)[]
  readonly set?: SetMap
}

export interface MappingSpec {
  readonly from?: { readonly connector: string; readonly message: string }
  readonly to?: { readonly connector: string; readonly message: string }
  readonly version: number
  readonly zone?: string
  readonly own?: readonly (string | NumberRule)[]
  readonly cited?: readonly (string | NumberRule)[]
  readonly set?: SetMap
  readonly records?: readonly RecordSpec[]
  readonly ignore?: Readonly<Record<string, string>>
}

export const sources = ['path', 'const', 'of', 'concat', 'join', 'split', 'each', 'pick', 'list', 'set'] as const
export const typeSteps = ['text', 'number', 'money', 'boolean', 'time', 'date', 'table', 'id'] as const
export type Source = (typeof sources)[number] | 'call'
export type TypeStep = (typeof typeSteps)[number]

/** The sources a rule names. `set` beside `each` belongs to it; `call` is a source only where there is no other. */
export function sourcesOf(rule: RuleMap): Source[] {
  const found = sources.filter(s => rule[s] !== undefined && !(s === 'set' && rule.each !== undefined))
  return found.length === 0 && rule.call !== undefined ? ['call'] : found
}

export function stepsOf(rule: RuleMap): TypeStep[] {
  return typeSteps.filter(s => rule[s] !== undefined)
}

/** A default that is a rule: a map, or a text that is a path. Everything else is a constant. */
export function isRule(value: unknown): value is Rule {
  return (
    (typeof value === 'string' && /^[$@]?\//.test(value)) ||
    (typeof value === 'object' && value !== null && !Array.isArray(value))
  )
}

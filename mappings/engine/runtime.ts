// What a compiled mapping works with while it runs: the state of one record, and the checks every value passes.
import type { CitedNumber, Flaw, NumberRef } from '#schemas/canonical/types.ts'
import type { NumberContext } from '#schemas/identifiers/index.ts'

export type { CitedNumber, Flaw, NumberRef } from '#schemas/canonical/types.ts'

export interface UnknownCode {
  readonly table: string
  readonly pointer: string
}

/** Everything about the moment that a mapping may know. All of it comes from the message's own receipt, so a replay gives the same. */
export interface MapContext extends NumberContext {
  /** Day of receipt, yyyy-MM-dd: the day value tables are read for. */
  readonly today: string
  readonly receivedAt?: number
  readonly caseId?: string
  readonly deliveryId?: string
}

/** State of one record being made. */
export interface State {
  readonly context: MapContext
  readonly flaws: Flaw[]
  readonly unknownCodes: UnknownCode[]
  readonly own: NumberRef[]
  readonly cited: CitedNumber[]
  /** Keys of `own`, and where each key stands in `cited`: a message may name many thousands. */
  readonly ownKeys: Set<string>
  readonly citedAt: Map<string, number>
}

export function startState(context: MapContext): State {
  return { context, flaws: [], unknownCodes: [], own: [], cited: [], ownKeys: new Set(), citedAt: new Map() }
}

/** More is not told: a message of nothing but faults must not make a record larger than itself. */
export const mostFlaws = 200

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Missing, null, empty or only spaces. */
export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
}

/** Notes a fault once a place. Gives undefined: what the faulty field becomes. */
export function flaw(state: State, pointer: string, rule: string, table: string | null = null): undefined {
  if (state.flaws.length < mostFlaws && !state.flaws.some(f => f.pointer === pointer && f.rule === rule))
    state.flaws.push({ pointer, rule, table })
  return undefined
}

// Tab, line feed and carriage return are text; the rest of C0, DEL and C1 are not.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g

/** Any scalar as clean text; undefined when absent, undecodable or no scalar. */
export function textOf(value: unknown, state: State, pointer: string): string | undefined {
  if (typeof value === 'string') return cleanText(value, state, pointer)
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value))
    return flaw(state, pointer, 'UNSAFE_NUMBER')
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  return flaw(state, pointer, 'NOT_TEXT')
}

function cleanText(value: string, state: State, pointer: string): string | undefined {
  return isPlain(value) ? value || undefined : cleanSlowly(value, state, pointer)
}

// One pass that nearly every text of every message takes: nothing odd inside, no space at either end.
function isPlain(value: string): boolean {
  const length = value.length
  for (let i = 0; i < length; i++) {
    const c = value.charCodeAt(i)
    if (c < 0x20 || (c >= 0x7f && (c < 0xa1 || (c >= 0xd800 && (c < 0xe000 || c === 0xfffd || c === 0xfeff)))))
      return false
  }
  return length === 0 || (!isEdge(value.charCodeAt(0)) && !isEdge(value.charCodeAt(length - 1)))
}

function isEdge(c: number): boolean {
  return c === 0x20 || c === 9 || c === 10 || c === 13 || c === 0x3000 || (c >= 0x1680 && c < 0x2070)
}

function cleanSlowly(value: string, state: State, pointer: string): string | undefined {
  if (value.includes('\ufffd') || !value.isWellFormed()) return flaw(state, pointer, 'BAD_BYTES')
  const text = value.replace(control, '')
  if (text.length < value.length) flaw(state, pointer, 'CONTROL_CHARS')
  return text.trim() || undefined
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is the quick way out
const ascii = /^[\u0000-\u007f]*$/

/** NFKC for short coded values (numbers, dates, codes). */
export function narrow(text: string): string {
  return ascii.test(text) ? text : text.normalize('NFKC').trim()
}

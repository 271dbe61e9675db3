// One type step each: any JSON value in, a value of the wanted kind or undefined (and a flaw) out. Never throws.
import { html } from './functions/text.ts'
import type { Cleaning, CutStep, Kind } from './model.ts'
import { flaw, narrow, type State, textOf } from './runtime.ts'

/** A compiled step. `pointer` says where the value stands, for the flaw. */
export type Step = (value: unknown, state: State, pointer: string) => unknown

const plainNumber = /^[+-]?(?:\d+(?:\.\d+)?|\.\d+)$/
const grouped = /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/
const moneyShape = /^([+-]?)(\d{1,16})(?:\.(\d{1,8}))?$/
const ready = /^(?:0|[1-9]\d{0,15})\.\d\d$/
const trueWords = ['1', 'true', 'yes', 'y', '是', '有']
const falseWords = ['0', 'false', 'no', 'n', '否', '无']

export const textStep: Step = textOf

export function cleaningStep(cleaning: Cleaning | readonly Cleaning[]): Step {
  const list = typeof cleaning === 'string' ? [cleaning] : cleaning
  if (list.includes('keep'))
    return (value, state, pointer) => (typeof value === 'string' ? value || undefined : textOf(value, state, pointer))
  return (value, state, pointer) => {
    let text = textOf(value, state, pointer)
    if (text === undefined) return undefined
    if (list.includes('html')) text = html(text)
    if (list.includes('fold')) text = text.normalize('NFKC').replace(/\s+/g, ' ').trim()
    return text === '' ? undefined : text
  }
}

/** Anything as it is, texts cleaned; absent values out. */
export const anyStep: Step = (value, state, pointer) => {
  if (typeof value === 'string') return textOf(value, state, pointer)
  return value === null ? undefined : value
}

export const listStep: Step = (value, state, pointer) => {
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value)) {
    const only = anyStep(value, state, pointer)
    return only === undefined ? undefined : [only]
  }
  const list = value.map((v, i) => anyStep(v, state, `${pointer}/${i}`)).filter(v => v !== undefined)
  return list.length > 0 ? list : undefined
}

export const numberStep: Step = (value, state, pointer) => {
  if (typeof value === 'number') return finite(value, state, pointer)
  if (typeof value === 'string' && plainNumber.test(value)) return finite(Number(value), state, pointer)
  const text = textOf(value, state, pointer)
  if (text === undefined) return undefined
  const digits = narrow(text)
  if (!plainNumber.test(digits) && !grouped.test(digits)) return flaw(state, pointer, 'NOT_A_NUMBER')
  return finite(Number(digits.replaceAll(',', '')), state, pointer)
}

// Three hundred digits are a number, but none that can be written down again.
function finite(number: number, state: State, pointer: string): number | undefined {
  return Number.isFinite(number) ? number : flaw(state, pointer, 'NOT_A_NUMBER')
}

/** Whole numbers of at most `bits` bits. */
export function wholeStep(bits: 32 | 53): Step {
  const [least, most] = bits === 32 ? [-(2 ** 31), 2 ** 31 - 1] : [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]
  return (value, state, pointer) => {
    const number = numberStep(value, state, pointer)
    if (typeof number !== 'number') return undefined
    return Number.isInteger(number) && number >= least && number <= most ? number : flaw(state, pointer, 'NOT_A_NUMBER')
  }
}

export const numberTextStep: Step = (value, state, pointer) => {
  const number = numberStep(value, state, pointer)
  if (number === undefined) return undefined
  return /e/.test(String(number)) ? flaw(state, pointer, 'NOT_A_NUMBER') : String(number)
}

/** Money as decimal text with two places, digit by digit: no floating point on the way. */
export const moneyStep: Step = (value, state, pointer) => {
  if (typeof value === 'string' && ready.test(value)) return value
  const text = textOf(value, state, pointer)
  if (text === undefined) return undefined
  const written = narrow(text)
    .replace(/^(?:¥|¥|RMB|CNY|人民币)/i, '')
    .replace(/元(?:整)?$/, '')
    .trim()
  const thousands = written.endsWith('万')
  const digits = (thousands ? written.slice(0, -1) : written).trim()
  const parts = moneyShape.exec(grouped.test(digits) ? digits.replaceAll(',', '') : digits)
  if (parts === null) return flaw(state, pointer, 'NOT_A_NUMBER')
  const [, sign = '', whole = '', fraction = ''] = parts
  const shifted = thousands ? whole + fraction.padEnd(4, '0').slice(0, 4) : whole
  const rest = thousands ? fraction.slice(4) : fraction
  const yuan = shifted.replace(/^0+(?=\d)/, '')
  if (yuan.length > 16 || /[1-9]/.test(rest.slice(2))) return flaw(state, pointer, 'NOT_A_NUMBER')
  const amount = `${yuan}.${rest.slice(0, 2).padEnd(2, '0')}`
  return sign === '-' && /[1-9]/.test(amount) ? `-${amount}` : amount
}

export const moneyNumberStep: Step = (value, state, pointer) => {
  const text = moneyStep(value, state, pointer)
  return text === undefined ? undefined : Number(text)
}

export function booleanStep(words?: { readonly true: unknown; readonly false: unknown }): Step {
  const yes = wordSet(words === undefined ? trueWords : words.true)
  const no = wordSet(words === undefined ? falseWords : words.false)
  return (value, state, pointer) => {
    if (typeof value === 'boolean') return value
    if (typeof value === 'string' && yes.has(value)) return true
    if (typeof value === 'string' && no.has(value)) return false
    const text = textOf(value, state, pointer)
    if (text === undefined) return undefined
    const word = narrow(text).toLowerCase()
    return yes.has(word) ? true : no.has(word) ? false : flaw(state, pointer, 'NOT_A_BOOLEAN')
  }
}

/** Outbound: a boolean as the system's own words. */
export function booleanWordStep(words: { readonly true: unknown; readonly false: unknown }): Step {
  const read = booleanStep()
  const first = (word: unknown) => (Array.isArray(word) ? word[0] : word)
  return (value, state, pointer) => {
    const truth = read(value, state, pointer)
    return truth === undefined ? undefined : first(truth === true ? words.true : words.false)
  }
}

function wordSet(words: unknown): Set<string> {
  return new Set((Array.isArray(words) ? words : [words]).map(w => narrow(String(w)).toLowerCase()))
}

/** Cuts on whole characters, the mark inside the limit. */
export function cutStep(cut: number | CutStep): Step {
  const { max, mark = '…', unit = 'chars' } = typeof cut === 'number' ? { max: cut } : cut
  const room = max - sizeOf(mark, unit)
  return (value, state, pointer) => {
    if (typeof value !== 'string' || sizeOf(value, unit) <= max) return value
    flaw(state, pointer, 'CUT')
    let size = 0
    let text = ''
    for (const char of value) {
      size += sizeOf(char, unit)
      if (size > room) break
      text += char
    }
    return room < 0 ? text : text + mark
  }
}

function sizeOf(text: string, unit: 'chars' | 'bytes' | 'gb'): number {
  if (unit === 'bytes') return Buffer.byteLength(text)
  if (unit === 'chars') return text.length
  let size = 0
  for (const char of text) size += char <= '\u007f' ? 1 : 2
  return size
}

/** The step a target's kind asks for when the rule names none. */
export const stepOfKind: Readonly<Partial<Record<Kind, Step>>> = {
  text: textStep,
  number: numberStep,
  int: wholeStep(32),
  long: wholeStep(53),
  money: moneyStep,
  boolean: booleanStep(),
  list: listStep,
  any: anyStep,
  object: anyStep,
}

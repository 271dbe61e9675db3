// The named functions of the mapping language. Each is total: a value it cannot use becomes absent, with a flaw.
import type { Kind } from '../model.ts'
import { birthOf, foldIdCard, isUscc, judgeIdCard, phones, sexOf, yearsBetween } from './person.ts'
import { foldSpaces, html, names } from './text.ts'

export interface FunctionTools {
  /** Notes a fault at the value's place. */
  flaw(rule: string): void
  /** Day of receipt, yyyy-MM-dd. */
  readonly today: string
}

/** A function of the language. With `takes: 'text'` it is called with clean text only. */
export interface MappingFunction {
  readonly takes: 'text' | 'any'
  readonly gives: Kind
  readonly doc: string
  /** A good value written by this function reads back as itself: it may stand in a reversible rule. */
  readonly keeps?: boolean
  run(value: unknown, args: readonly unknown[], tools: FunctionTools): unknown
}

export type MappingFunctions = Readonly<Record<string, MappingFunction>>

type TextRun = (text: string, tools: FunctionTools, args: readonly unknown[]) => unknown

function onText(gives: Kind, doc: string, run: TextRun, keeps = false): MappingFunction {
  return {
    takes: 'text',
    gives,
    doc,
    keeps,
    run: (value, args, tools) => (typeof value === 'string' ? run(value, tools, args) : undefined),
  }
}

function idCard(text: string, tools: FunctionTools): string | undefined {
  const number = foldIdCard(text)
  const verdict = judgeIdCard(number)
  if (verdict === 'good') return number
  tools.flaw(verdict === 'old' ? 'UNVERIFIED_ID' : 'BAD_CHECK_DIGIT')
  return verdict === 'old' ? number : undefined
}

function checked(text: string, good: boolean, rule: string, tools: FunctionTools): string | undefined {
  if (good) return text
  tools.flaw(rule)
  return undefined
}

function younger(years: number): TextRun {
  return (birth, tools, args) => {
    const age = yearsBetween(birth, typeof args[0] === 'string' ? args[0] : tools.today)
    return age === undefined ? undefined : age < years
  }
}

export const functions: MappingFunctions = {
  'id-card': onText('text', 'GB 11643 number, capital X, no spaces', idCard, true),
  'id-card-birth': onText('date', 'birth date of an identity number', t =>
    judgeIdCard(foldIdCard(t)) === 'bad' ? undefined : birthOf(foldIdCard(t)),
  ),
  'id-card-sex': onText('text', '1 male, 2 female', t =>
    judgeIdCard(foldIdCard(t)) === 'bad' ? undefined : sexOf(foldIdCard(t)),
  ),
  uscc: onText(
    'text',
    'GB 32100 code, capitals',
    (t, tools) => checked(foldIdCard(t), isUscc(foldIdCard(t)), 'BAD_CHECK_DIGIT', tools),
    true,
  ),
  phone: onText(
    'text',
    'phone numbers, cleaned, joined by a comma',
    (t, tools) => checked(phones(t) ?? '', phones(t) !== undefined, 'NOT_A_PHONE', tools),
    true,
  ),
  minor: onText('boolean', 'under 18 on the day of receipt, or on the day given', younger(18)),
  'under-14': onText('boolean', 'under 14, as minor', younger(14)),
  names: onText('list', 'the names of a name list', t => names(t)),
  fold: onText('text', 'half-width, spaces to one', t => foldSpaces(t)),
  html: onText('text', 'the text of HTML', t => html(t) || undefined),
  lower: onText('text', 'lower case', t => t.toLowerCase()),
  upper: onText('text', 'upper case', t => t.toUpperCase()),
  digits: onText('text', 'only the digits', (t, tools) => {
    const digits = t.normalize('NFKC').replace(/\D/g, '')
    return checked(digits, digits !== '', 'NOT_A_NUMBER', tools)
  }),
  count: {
    takes: 'any',
    gives: 'int',
    doc: 'length of a list; a single value counts one',
    run: value =>
      Array.isArray(value) ? value.length : value === undefined || value === null || value === '' ? undefined : 1,
  },
}

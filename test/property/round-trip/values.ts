// What identifies a case, kind by kind: where it stands in a mapped record, and native spellings with their normal form.
import fc from 'fast-check'
import type { FamilySource } from '#schemas/identifiers/index.ts'
import { hangzhou, realFamilies, realIdentifiers } from '../../helpers/identifiers.ts'
import type { Leaf } from './tree.ts'

export interface Value {
  readonly native: Leaf
  /** What a mapping may make of it: its normal form, as the canonical record holds it. */
  readonly normal: readonly Leaf[]
  /** How an outbound mapping may write it. */
  readonly printed: readonly string[]
}

export interface Kind {
  readonly name: string
  /** The places of a mapped record that hold it. */
  readonly at: RegExp
  /** Reads a leaf of a sample as such a value. */
  readonly read: (leaf: Leaf) => Value
  /** To find its places by, where one value does not tell enough. */
  readonly probes?: readonly Value[]
  readonly values: fc.Arbitrary<Value>
}

const pad = (n: number, width: number) => String(n).padStart(width, '0')
export const clean = (text: Leaf) =>
  String(text)
    .replace(/\p{Cc}/gu, '')
    .trim()
const folded = (text: Leaf) => clean(String(text).normalize('NFKC').replace(/\s+/g, ' '))
const upper = (text: Leaf) => String(text).normalize('NFKC').replace(/\s+/g, '').toUpperCase()
/** As a hasty person or an old form writes it: blanks around, wide signs. */
const spelt = (text: fc.Arbitrary<string>) =>
  fc
    .tuple(fc.constantFrom('', ' ', '\u3000'), text, fc.constantFrom('', ' ', '\u3000'))
    .map(([before, middle, after]) => before + middle + after)

function kindOf(name: string, at: RegExp, natives: fc.Arbitrary<Leaf>, normal: (leaf: Leaf) => Leaf[]): Kind {
  const read = (native: Leaf): Value => ({ native, normal: normal(native), printed: normal(native).map(String) })
  return { name, at, read, values: natives.map(read) }
}

const han = fc.constantFrom(...'甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥')
const person = fc.tuple(han, han, han).map(signs => `虚${signs.join('')}`)
const firm = fc
  .tuple(han, han, fc.constantFrom('（杭州）', '(浙江)', ''))
  .map(([a, b, town]) => `虚构${a}${b}${town}有限公司`)

const birth = fc.date({ min: new Date('1900-01-01'), max: new Date('1900-12-31'), noInvalidDate: true })
const card = fc.tuple(birth, fc.nat({ max: 999 }), fc.boolean()).map(([day, serial, small]) => {
  const body = `330199${day.toISOString().slice(0, 10).replaceAll('-', '')}${pad(serial, 3)}`
  const sum = [...body].reduce((total, digit, i) => total + Number(digit) * (2 ** (17 - i) % 11), 0)
  const number = body + '10X98765432'[sum % 11]
  return small ? number.toLowerCase() : number
})

const signs = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const firmCode = fc.tuple(fc.nat({ max: 99_999_999 }), fc.boolean()).map(([serial, small]) => {
  const body = `91330199X${pad(serial, 8)}`
  const sum = [...body].reduce((total, sign, i) => total + 3 ** i * signs.indexOf(sign), 0)
  const code = body + signs[(31 - (sum % 31)) % 31]
  return small ? code.toLowerCase() : code
})

const phone = fc.integer({ min: 1, max: 9999 }).map(n => `0571-${pad(n, 8)}`)

const yuan = fc.tuple(fc.nat({ max: 99_999_999 }), fc.nat({ max: 99 }))
const amount = fc.oneof(
  yuan.map(([whole, part]) => Number(`${whole}.${pad(part, 2)}`)),
  yuan.map(([whole, part]) => `${whole}.${pad(part, 2)}`),
  yuan.map(([whole, part]) => `${whole.toLocaleString('en-US')}.${pad(part, 2)}`),
  yuan.map(([whole]) => `${whole}元`),
)
function amountOf(leaf: Leaf): string {
  const number = Number(
    String(leaf)
      .normalize('NFKC')
      .replace(/[,元\s]/g, ''),
  )
  return Number.isFinite(number) ? number.toFixed(2) : ''
}

const second = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2049-12-30'), noInvalidDate: true })
  .map(one => one.toISOString().slice(0, 19).replace('T', ' '))
const moment = second.chain(at =>
  fc.constantFrom<Leaf>(
    at,
    `${at}.0`,
    `${at.replace(' ', 'T')}+08:00`,
    at.slice(0, 10),
    at.slice(0, 10).replaceAll('-', ''),
    at.replaceAll(/\D/g, ''),
    millisOf(at),
    navalOf(at),
  ),
)

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const navalOf = (at: string) => `${at.slice(8, 10)}${months[Number(at.slice(5, 7)) - 1]}${at.slice(2, 4)}`

function millisOf(leaf: Leaf): number {
  if (typeof leaf === 'number') return leaf
  const naval = /^(\d\d)([A-Z]{3})(\d\d)$/.exec(clean(leaf))
  if (naval) return millisOf(`20${naval[3]}-${pad(months.indexOf(naval[2]!) + 1, 2)}-${naval[1]}`)
  const found = /^(\d{4})-?(\d\d)-?(\d\d)(?:[T ]?(\d\d):?(\d\d)(?::?(\d\d))?)?/.exec(clean(leaf)) ?? []
  const [, year, month, day, hour = '00', minute = '00', seconds = '00'] = found
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${seconds}+08:00`)
}
const wallOf = (millis: number) => new Date(millis + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')

function momentOf(native: Leaf): Value {
  const millis = millisOf(native)
  if (Number.isNaN(millis)) return { native, normal: [], printed: [] }
  const wall = wallOf(millis)
  const day = wall.slice(0, 10)
  return { native, normal: [day, millis], printed: [wall, day, day.replaceAll('-', ''), String(millis)] }
}

export const kinds: readonly Kind[] = [
  kindOf('name', /\/record\/parties\/\d+\/name$/, spelt(fc.oneof(person, firm)), leaf => [clean(leaf), folded(leaf)]),
  kindOf('certificate', /\/record\/parties\/\d+\/certNo$/, spelt(card), leaf => [upper(leaf)]),
  kindOf('firm code', /\/record\/parties\/\d+\/uscc$/, spelt(firmCode), leaf => [upper(leaf)]),
  kindOf('phone', /\/record\/parties\/\d+\/phone$/, spelt(phone), leaf => [folded(leaf)]),
  kindOf('amount', /\/record\/case\/amount$/, amount, leaf => [amountOf(leaf)]),
  {
    name: 'moment',
    at: /\/record\/(case\/occurredOn|proceeding\/openedAt)$/,
    read: momentOf,
    values: moment.map(momentOf),
    // Of several times a mapping may take the earliest or the latest: its own place holds both.
    probes: ['1999-01-02 03:04:05', '2098-07-06 05:04:03'].map(momentOf),
  },
]

const identifiers = realIdentifiers()
const { families } = realFamilies()
export const numberAt = /^\/mapped\/\d+\/(own\/\d+|cited\/\d+\/number)\/normalized$/

/** Names that the hub gave: they are no numbers of the case. */
export function isOfHub(family: string): boolean {
  return family === 'hub-case' || family === 'hand-over'
}

/** Numbers of the family and kind of one that stands in a sample. */
export function numberKind(family: string, sample: Leaf): Kind | undefined {
  const natives = isOfHub(family) ? undefined : numbers.get(family)
  if (!natives) return undefined
  const kept = groupsOf(family, sample).kind
  const some = typeof sample === 'number' ? fc.integer({ min: 1, max: 999_999_999 }) : natives.map(keep(family, kept))
  return { name: `number ${family}`, at: numberAt, read: numberReader(family), values: some.map(numberReader(family)) }
}

function numberReader(family: string): (native: Leaf) => Value {
  return native => {
    const text = clean(native)
    const found = identifiers.normalise(text, hangzhou, family)
    const printed = found ? [text, found.normalized, text.replace(/\D/g, '')] : []
    return { native, normal: found ? [found.normalized] : [], printed }
  }
}

/** Whole numbers as the patterns of a family say; a serial without a shape is letters and digits. */
function numbersOf(family: FamilySource): fc.Arbitrary<string> {
  if (family.patterns.length === 0) return fc.stringMatching(/^[A-Z]{2}-\d{9}$/)
  return fc
    .tuple(
      fc.oneof(...family.patterns.map(pattern => fc.stringMatching(new RegExp(pattern)))),
      second,
      fc.constantFrom('330106004', '330109002', '330523001'),
    )
    .map(([text, at, area]) => checked(family, text, at, area))
    .filter(text => identifiers.normalise(text, hangzhou)?.family === family.id)
}

const numbers = new Map(families.map(family => [family.id, numbersOf(family)]))

/** Some families are believed only with a real area and a real day inside. */
function checked(family: FamilySource, text: string, at: string, area: string): string {
  const real = { area, date: at.replaceAll(/\D/g, '') }
  return (family.check ?? []).reduce((out, name) => withGroup(family, out, name, real[name]), text)
}

/** Another number of the same kind: what a mapping does with a court's number hangs on the word in it. */
function keep(id: string, kind: string | undefined): (text: string) => string {
  const family = families.find(one => one.id === id)!
  return text => (kind === undefined ? text : withGroup(family, text, 'kind', kind))
}

function withGroup(family: FamilySource, text: string, name: string, value: string): string {
  const [start, end] = matchOf(family, text)?.indices?.groups?.[name] ?? []
  if (start === undefined || end === undefined) return text
  return text.slice(0, start) + value.slice(0, name === 'kind' ? undefined : end - start) + text.slice(end)
}

function groupsOf(id: string, sample: Leaf): Readonly<Record<string, string | undefined>> {
  return matchOf(families.find(one => one.id === id)!, identifiers.fold(String(sample)))?.groups ?? {}
}

function matchOf(family: FamilySource, text: string): RegExpExecArray | undefined {
  for (const pattern of family.patterns) {
    const found = new RegExp(pattern, 'd').exec(text)
    if (found) return found
  }
  return undefined
}

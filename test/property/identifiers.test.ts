// One number has one key, however it is written; and writing it the one way changes nothing.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hangzhou, realIdentifiers } from '../helpers/identifiers.ts'

const ids = realIdentifiers()
const nameOf = (text: string) => ids.normalise(text, hangzhou)

const year = fc.integer({ min: 1990, max: 2099 })
const serial = fc.integer({ min: 0, max: 9_999_999 })
const marks: readonly (readonly [string, string])[] = [
  ['(', ')'],
  ['（', '）'],
  ['[', ']'],
  ['〔', '〕'],
  ['【', '】'],
  ['［', '］'],
]
const spaces = ['', ' ', '\u3000', '\u00a0', '\t', '\u200b', '\ufeff']

const heads = ['杭西湖劳人仲案', '浙杭西湖劳人仲案', '浙甬海曙劳仲案字', '杭西检控申']
const middles = ['浙0106民诉前调', '浙0199财保', '杭西西溪调字第', '青民初字第', '最高法知民终']

interface Parts {
  readonly before: string
  readonly year: number
  readonly after: string
  readonly serial: number
}

const parts: fc.Arbitrary<Parts> = fc
  .tuple(fc.constantFrom(...heads.map(h => [h, ''] as const), ...middles.map(m => ['', m] as const)), year, serial)
  .map(([[before, after], y, n]) => ({ before, after, year: y, serial: n }))

const plain = (p: Parts) => `${p.before}(${p.year})${p.after}${p.serial}号`

/** The same number with other brackets, other widths, spaces anywhere and zeros before its serial. */
const written = (p: Parts) =>
  fc
    .record({
      mark: fc.constantFrom(...marks),
      zeros: fc.nat({ max: 12 }),
      wide: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
      gaps: fc.array(fc.constantFrom(...spaces), { minLength: 3, maxLength: 40 }),
    })
    .map(({ mark: [open, close], zeros, wide, gaps }) => {
      const text = `${p.before}${open}${p.year}${close}${p.after}${'0'.repeat(zeros)}${p.serial}号`
      return [...text].map((char, i) => (wide[i % wide.length] ? widen(char) : char) + gaps[i % gaps.length]).join('')
    })

function widen(char: string): string {
  return /[0-9A-Za-z]/.test(char) ? String.fromCharCode(char.charCodeAt(0) + 0xfee0) : char
}

const shaped = fc.constantFrom(
  'MT33010620260302000017',
  'HZSDH20260012345',
  'HZDH20210528210013',
  'XH2026030200087',
  '3301060042026030200017',
  '3301060000000202605060231',
  'RT330106202604050012',
)

describe('the key of a number', () => {
  it('is the same in every spelling', () => {
    fc.assert(
      fc.property(
        parts.chain(p => fc.tuple(fc.constant(p), written(p))),
        ([p, spelling]) => {
          expect(nameOf(spelling)?.numberKey).toBe(nameOf(plain(p))!.numberKey)
        },
      ),
    )
  })

  it('differs for another year or another serial', () => {
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        fc.pre(a.year !== b.year || a.serial !== b.serial)
        expect(nameOf(plain(a))!.numberKey).not.toBe(nameOf(plain(b))!.numberKey)
      }),
    )
  })

  it('does not change when letters are small or wide, or blanks stand between', () => {
    fc.assert(
      fc.property(shaped, fc.array(fc.boolean(), { minLength: 5 }), fc.constantFrom(...spaces), (text, turns, gap) => {
        const spelling = [...text].map((c, i) => (turns[i % turns.length] ? widen(c.toLowerCase()) : c) + gap).join('')
        expect(nameOf(spelling)).toEqual(nameOf(text))
      }),
    )
  })
})

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.stringMatching(/^[浙杭西湖劳人仲案检调字第民初0-9A-Z()（〔〕\u3000 号-]{0,30}$/),
  parts.chain(written),
  shaped,
)

describe('the normaliser', () => {
  it('changes nothing the second time, whatever the family', () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom(undefined, ...ids.families), (text, family) => {
        const once = ids.normalise(text, hangzhou, family)
        if (once !== null) expect(ids.normalise(once.normalized, hangzhou, family)).toEqual(once)
      }),
      { numRuns: 1000 },
    )
  })

  it('folds to a fixed point, from which no other spelling of the same text differs', () => {
    fc.assert(
      fc.property(anyText, text => {
        expect(ids.fold(ids.fold(text))).toBe(ids.fold(text))
        expect(ids.fold(` ${text}\u3000`)).toBe(ids.fold(text))
      }),
      { numRuns: 1000 },
    )
  })
})

describe('the search', () => {
  it('finds numbers that are what they are alone, in order, apart, at their places', () => {
    const piece = fc.oneof(anyText, parts.map(plain), fc.constantFrom('案号：', '见', '，', ' '))
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), pieces => {
        const text = pieces.join('')
        let last = 0
        for (const { start, end, normalized, numberKey } of ids.findInText(text, hangzhou)) {
          expect(start).toBeGreaterThanOrEqual(last)
          expect(end).toBeGreaterThan(start)
          expect(nameOf(text.slice(start, end))).toMatchObject({ normalized, numberKey })
          last = end
        }
        expect(last).toBeLessThanOrEqual(text.length)
      }),
      { numRuns: 500 },
    )
  })
})

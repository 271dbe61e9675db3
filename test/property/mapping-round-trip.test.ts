// There, back and there again: what turns round mechanically comes back the same.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseMapping, reverseOf, roundTrip } from '#mappings/engine/index.ts'
import { realIdentifiers } from '../helpers/identifiers.ts'
import { compile, context, tables, target } from '../helpers/mapping.ts'

const text = `from: { connector: x, message: y }
version: 1
own: [/no]
set:
  case.title: /bt
  case.amount: { path: /je, money: true }
  case.people: { path: /rs, number: int }
  case.lon: { path: /jd, number: true }
  case.urgent: { path: /jj, boolean: { true: ['30', y], false: ['31'] } }
  case.occurredOn: { path: /rq, date: [yyyyMMdd, yyyy-MM-dd] }
  proceeding.status: { path: /lx, table: kind }
  proceeding.openedAt: { path: /sj, time: true }
  proceeding.serial: /xh
  parties: { each: /dsr, set: { name: /xm, certNo: { path: /zj, call: id-card }, birth: { path: /cs, date: true } } }
`
const there = compile(text)
const source = parseMapping(text, 'mappings/x/y.inbound.yaml').mapping!
const back = reverseOf(source, { tables: tables(), identifiers: realIdentifiers(), target })
const go = (input: unknown) => roundTrip(there, back, input, context)

const pad = (n: number, width: number) => String(n).padStart(width, '0')
const day = fc.date({ min: new Date('1992-01-02'), max: new Date('2199-12-30'), noInvalidDate: true })
const wall = (d: Date) => d.toISOString().slice(0, 19).replace('T', ' ')
const amount = fc.tuple(fc.bigInt({ min: 0n, max: 9999999999999999n }), fc.nat({ max: 99 }))
const message = fc.record(
  {
    no: fc.constant('HZSDH20260012345'),
    // The replacement character is what a decoder puts where bytes were bad, and flawed as such.
    bt: fc.string({ unit: 'grapheme', maxLength: 20 }).filter(text => !text.includes('\ufffd')),
    je: amount.map(([yuan, fen]) => `${yuan}.${pad(fen, 2)}`),
    rs: fc.oneof(fc.integer(), fc.integer().map(String)),
    jd: fc.double({ min: -180, max: 180, noNaN: true }),
    jj: fc.constantFrom('30', 'y', 31, '31'),
    rq: day.map(d => d.toISOString().slice(0, 10)),
    lx: fc.constantFrom('投诉', '举报', '举 报'),
    sj: fc.oneof(
      day.map(wall),
      day.map(d => Math.floor(d.getTime() / 1000) * 1000).filter(ms => ms > 1e11),
    ),
    xh: fc.maxSafeInteger(),
    dsr: fc.array(
      fc.record({
        xm: fc.constantFrom('虚甲一', '虚乙二'),
        zj: fc.constantFrom('330199190001010010', '33019919000101007x'),
        cs: day.map(wall),
      }),
      { maxLength: 3 },
    ),
  },
  { requiredKeys: ['no'] },
)

describe('the way back', () => {
  it('takes every field of the mapping', () => {
    expect(back.fields).toHaveLength(10)
  })

  it('loses nothing of a good message', () => {
    fc.assert(
      fc.property(message, input => {
        expect(there.map(input, context)[0]!.flaws).toEqual([])
        expect(go(input).lost).toEqual([])
      }),
      { numRuns: 500 },
    )
  })

  it('loses nothing that was kept of a bad message', () => {
    const bad = fc.record({ je: fc.anything(), rs: fc.string(), jj: fc.string(), rq: fc.string(), sj: fc.jsonValue() })
    fc.assert(
      fc.property(message, bad, (input, spoilt) => {
        expect(go({ ...input, ...spoilt }).lost).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  it('writes what the system itself would write', () => {
    const native = {
      bt: '工地欠薪',
      je: '186400.00',
      rs: 12,
      jj: '30',
      rq: '20260302',
      lx: '投诉',
      sj: '2026-03-02 09:14:07',
    }
    expect(go({ no: 'HZSDH20260012345', ...native }).native).toEqual(native)
  })
})

it('leaves out what cannot turn round: alternatives, defaults, conditions, one-way tables, other functions', () => {
  const oneWay = `from: { connector: x, message: y }
version: 1
own: [/no]
set:
  case.title: [/a, /b]
  case.amount: { path: /c, money: true, default: '0.00' }
  case.people: { path: /d, when: { path: /k, is: 1 } }
  case.tags: { split: /e }
  proceeding.status: { path: /f, table: many }
  case.occurredOn: { path: /g, call: id-card-birth }
  proceeding.serial: /h
`
  const { mapping } = parseMapping(oneWay, 'mappings/x/y.inbound.yaml')
  const many = 'table: many\nversion: 1\nentries: [{ from: [a, b], to: A }]\n'
  const env = { tables: tables(many), identifiers: realIdentifiers(), target }
  expect(reverseOf(mapping!, env).fields).toEqual(['proceeding.serial'])
})

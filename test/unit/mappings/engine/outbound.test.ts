// What is written for a receiver: the same values in its own words, and never more than its field holds.
import { describe, expect, test } from 'vitest'
import { result } from '../../../helpers/mapping.ts'

const at = Date.parse('2026-03-02T01:04:07.300Z')
const write = (step: string, value: unknown) => {
  const { record, flaws } = result(`/t: { path: /a, ${step} }`, { a: value }, 'outbound')
  return flaws.length > 0 ? flaws.join().replace('/a ', '') : (record as { t?: unknown }).t
}

describe('written values', () => {
  test.each([
    ["time: 'yyyy-MM-dd HH:mm:ss'", at, '2026-03-02 09:04:07'],
    ['time: true', { at, raw: 'x' }, '2026-03-02 09:04:07'],
    ["time: 'yyyy年M月d日'", at, '2026年3月2日'],
    ["time: 'yyyy-MM-dd HH:mm:ss.S'", at, '2026-03-02 09:04:07.3'],
    ['time: iso', at, '2026-03-02T09:04:07'],
    ['time: ddMMMyy', at, '02MAR26'],
    ['time: millis', at, String(at)],
    ['time: seconds', at, String(Math.floor(at / 1000))],
    ['time: yyyyMMddHHmmss', '2026-03-02', '20260302000000'],
    ['date: true', at, '2026-03-02'],
    ['date: yyyyMMdd', '2026-03-02', '20260302'],
    ['date: yyyyMMdd', '不详', 'NOT_A_DATE'],
    ['time: true', 8.64e15, 'NOT_A_DATE'],
    ['time: true', { at: 'x' }, 'NOT_A_DATE'],
    ['number: text', 12, '12'],
    ['number: int', '12', 12],
    ['number: int', at, at],
    ['number: int', 2 ** 53, 'NOT_A_NUMBER'],
    ['number: true', '1,200.5', 1200.5],
    ['number: text', '十二人', 'NOT_A_NUMBER'],
    ['money: true', '186400.00', '186400.00'],
    ['money: number', '186400.00', 186400],
    ['money: number', '多', 'NOT_A_NUMBER'],
    ["boolean: { true: '1', false: '0' }", true, '1'],
    ["boolean: { true: '1', false: '0' }", false, '0'],
    ["boolean: { true: ['30', '31'], false: no }", '是', '30'],
    ['boolean: true', '否', false],
    ["boolean: { true: '1', false: '0' }", '也许', 'NOT_A_BOOLEAN'],
    ['table: kind', '投诉', 'COMPLAINT'],
    ['table: { name: kind, reverse: true }', 'COMPLAINT', '投诉'],
    ['table: { name: kind, reverse: true, else: 其他 }', 'OTHER', 'UNKNOWN_CODE'],
    ['id: court', '（2026）浙0106民初007号', '(2026)浙0106民初7号'],
    ['text: keep', ' x ', ' x '],
    ["default: '-'", '', '-'],
  ])('{ %s } makes of %j %j', (step, value, written) => {
    expect(write(step, value)).toEqual(written)
  })

  test('nothing is written for what is absent', () => {
    for (const step of ['time: true', 'number: text', 'money: number', 'boolean: true', 'table: kind', 'cut: 3'])
      for (const value of [null, '', ' ', undefined]) expect(write(step, value)).toBeUndefined()
  })

  test('a cut counts as the receiver counts, on whole characters, the mark inside the limit', () => {
    const cut = (step: string, value: string) =>
      result(`/t: { path: /a, cut: ${step} }`, { a: value }, 'outbound').record
    expect(cut('3', '😀😀😀')).toEqual({ t: '😀…' })
    expect(cut("{ max: 7, unit: bytes, mark: '' }", '一二三')).toEqual({ t: '一二' })
    expect(cut('{ max: 6, unit: gb }', 'a一二三')).toEqual({ t: 'a一…' })
    expect(cut('{ max: 1, unit: bytes }', '一二')).toEqual({ t: '' })
  })
})

test('constants, lists and objects are written; an object of constants only is not', () => {
  const set = `/v: { const: '1.0' }
/o: { set: { k: { const: a }, n: /n } }
/p: { set: { k: { const: a } } }
/l: { each: /l, set: { no: /id } }
/j: { join: /l2, with: ';' }`
  expect(result(set, { n: 1, l: [{ id: 'x' }, {}], l2: ['a', 'b'] }, 'outbound').record).toEqual({
    v: '1.0',
    o: { k: 'a', n: 1 },
    l: [{ no: 'x' }],
    j: 'a;b',
  })
})

import { describe, expect, test } from 'vitest'
import { result } from '../../../helpers/mapping.ts'

const one = (rule: string, value: unknown): unknown => {
  const { record, flaws } = result(rule, { a: value })
  return flaws.length > 0
    ? flaws.map(f => f.replace('/a ', '')).join()
    : Object.values(Object.values(record as object)[0] ?? {})[0]
}
const table = (rule: string, rows: [unknown, unknown][]) =>
  expect(rows.map(([value]) => [value, one(rule, value)])).toEqual(rows)

describe('values of native messages', () => {
  test('money', () => {
    table('case.amount: { path: /a, money: true }', [
      ['186400.00', '186400.00'],
      ['186,400.5', '186400.50'],
      [8600.0, '8600.00'],
      [' 3980元 ', '3980.00'],
      ['￥12.3', '12.30'],
      ['1.25万元', '12500.00'],
      ['007', '7.00'],
      ['-5', '-5.00'],
      ['-0', '0.00'],
      ['１２３', '123.00'],
      ['9999999999999999.99', '9999999999999999.99'],
      ['99999999999999999', 'NOT_A_NUMBER'],
      ['1.005', 'NOT_A_NUMBER'],
      ['1.500', '1.50'],
      ['1,2', 'NOT_A_NUMBER'],
      ['不详', 'NOT_A_NUMBER'],
      ['1e3', 'NOT_A_NUMBER'],
      [true, 'NOT_A_NUMBER'],
      ['', undefined],
    ])
  })

  test('whole numbers', () => {
    table('case.people: { path: /a, number: int }', [
      ['12', 12],
      [12, 12],
      ['十二人', 'NOT_A_NUMBER'],
      ['1.5', 'NOT_A_NUMBER'],
      ['2147483648', 'NOT_A_NUMBER'],
      ['-2147483648', -2147483648],
      ['-2147483649', 'NOT_A_NUMBER'],
      ['1,200', 1200],
      [null, undefined],
    ])
  })

  test('decimal numbers', () => {
    table('case.lon: { path: /a, number: true }', [
      ['120.06', 120.06],
      ['+1', 1],
      ['', undefined],
      ['0x10', 'NOT_A_NUMBER'],
      ['Infinity', 'NOT_A_NUMBER'],
    ])
  })

  test('booleans', () => {
    table('case.urgent: { path: /a, boolean: true }', [
      ['1', true],
      [0, false],
      [true, true],
      ['是', true],
      ['无', false],
      ['Ｙ', true],
      ['maybe', 'NOT_A_BOOLEAN'],
    ])
    table("case.urgent: { path: /a, boolean: { true: ['30', 40], false: '31' } }", [
      ['40', true],
      [31, false],
      ['1', 'NOT_A_BOOLEAN'],
    ])
  })

  test('times of every shape seen, in China time', () => {
    const at = (utc: string) => Date.parse(utc)
    table('proceeding.openedAt: { path: /a, time: true }', [
      ['2026-03-02 09:14:07', at('2026-03-02T01:14:07Z')],
      ['2026-06-30 00:00:00.0', at('2026-06-29T16:00:00Z')],
      ['2026-03-02 09:14:07.250', at('2026-03-02T01:14:07.250Z')],
      ['2026-03-02 09:14', at('2026-03-02T01:14:00Z')],
      ['2026-03-02', at('2026-03-01T16:00:00Z')],
      ['20260320', at('2026-03-19T16:00:00Z')],
      ['20260320081500', at('2026-03-20T00:15:00Z')],
      ['2026-05-06T11:02:33', at('2026-05-06T03:02:33Z')],
      ['2026-05-06T11:02:33Z', at('2026-05-06T11:02:33Z')],
      ['2026-05-06T11:02:33.5+09:00', at('2026-05-06T02:02:33.500Z')],
      [1775025600000, 1775025600000],
      ['1775025600000', 1775025600000],
      ['20JAN21', at('2021-01-19T16:00:00Z')],
      ['20jan99', at('1999-01-19T16:00:00Z')],
      ['２０２６-03-02', at('2026-03-01T16:00:00Z')],
      [' 2026-03-02 ', at('2026-03-01T16:00:00Z')],
      ['1988-07-01 12:00:00', at('1988-07-01T03:00:00Z')],
      ['2026-12-31 24:00:00', at('2026-12-31T16:00:00Z')],
      ['0000-00-00', 'NOT_A_DATE'],
      ['2026-02-29', 'NOT_A_DATE'],
      ['2026-03-02 09:60:07', 'NOT_A_DATE'],
      ['2026-03-02 25:00:07', 'NOT_A_DATE'],
      ['2026/03/02 09:14:07', 'NOT_A_DATE'],
      ['20JEN21', 'NOT_A_DATE'],
      ['昨天', 'NOT_A_DATE'],
    ])
  })

  test('formats named are tried alone and in order', () => {
    table("proceeding.openedAt: { path: /a, time: ['yyyy年M月d日', 'dd/MM/yyyy', seconds] }", [
      ['2026年3月2日', Date.parse('2026-03-01T16:00:00Z')],
      ['02/03/2026', Date.parse('2026-03-01T16:00:00Z')],
      ['1775025600', 1775025600000],
      ['2026-03-02', 'NOT_A_DATE'],
    ])
  })

  test('days keep the day of the zone', () => {
    table('case.occurredOn: { path: /a, date: true }', [
      ['2026-03-02 23:59:59', '2026-03-02'],
      ['2026-03-02T23:00:00Z', '2026-03-03'],
      ['20260302', '2026-03-02'],
    ])
  })

  test('text is trimmed, control characters go, undecodable text goes whole', () => {
    expect(result('case.title: /a', { a: '\u3000甲\u0000乙\u007f\n丙 ' })).toEqual({
      record: { case: { title: '甲乙\n丙' } },
      flaws: ['/a CONTROL_CHARS'],
    })
    table('case.title: /a', [
      ['好😀的', '好😀的'],
      ['虚\ufffd甲', 'BAD_BYTES'],
      ['\ud800', 'BAD_BYTES'],
      [7, '7'],
      [false, 'false'],
      [[1], 'NOT_TEXT'],
    ])
  })

  test('fold narrows, html strips, keep keeps', () => {
    table('case.title: { path: /a, text: fold }', [['Ａ　 Ｂ', 'A B']])
    table('case.title: { path: /a, text: html }', [
      ['<p>一&amp;二</p><script>x()</script><br>三 < 四&#0;', '一&二\n三 < 四'],
    ])
    table('case.title: { path: /a, text: keep }', [[' x ', ' x ']])
  })
})

import { describe, expect, test } from 'vitest'
import { paceOf } from '#ops/bench/pace.ts'
import { formatTable, isMet, type Row } from '#ops/bench/report.ts'
import { spreadOf } from '#ops/bench/stats.ts'

const row: Row = { part: 'intake', figure: 'requests', value: 8000, unit: '/s' }

describe('the table', () => {
  test('shows target, ratio to the limit of the same run, and whether the figure was met', () => {
    const rows: Row[] = [
      { ...row, target: { ratioAtLeast: 0.8 }, limit: { what: 'bare', value: 10_000 } },
      { ...row, figure: 'p99', value: 251.4, unit: 'ms', target: { atMost: 250 }, note: 'busy' },
    ]
    expect(formatTable(rows).split('\n')).toEqual([
      'part    figure    measured  target     of limit          note',
      'intake  requests  8 000 /s  >= 80 %        80 %  met     limit: bare 10 000 /s',
      'intake  p99         251 ms  <= 250 ms            MISSED  busy',
    ])
  })

  test('a figure that could not be measured is never met', () => {
    expect(isMet({ ...row, value: Number.NaN, target: { atMost: 1 } })).toBe(false)
    expect(isMet({ ...row, value: Number.NaN, target: { atLeast: 1 } })).toBe(false)
    expect(isMet({ ...row, target: { ratioAtLeast: 0.8 } })).toBe(false)
  })
})

test('a spread names the middle, the 99th of a hundred and the last', () => {
  const sample = Array.from({ length: 100 }, (_, i) => 100 - i)
  expect(spreadOf(sample)).toEqual({ count: 100, mean: 50.5, p50: 51, p99: 100, max: 100 })
})

test('a pace leaves out the wait before the first message, and tells the warm half apart', () => {
  const marks = [
    { done: 0, at: 0, cpu: 0 },
    { done: 0, at: 1000, cpu: 500 },
    { done: 100, at: 3000, cpu: 4500 },
    { done: 200, at: 4000, cpu: 5500 },
  ]
  const { whole, warm } = paceOf(marks)
  expect(whole).toEqual({ perSecond: 200 / 3, cpuMicros: 25 })
  expect(warm).toEqual({ perSecond: 100, cpuMicros: 10 })
})

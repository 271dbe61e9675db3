// A long message must cost no more for each character than a short one: most cases here once took minutes.
import { describe, expect, test } from 'vitest'
import { html, names } from '#mappings/engine/functions/text.ts'
import { compile, context, result } from '../../../helpers/mapping.ts'

const size = 400_000
const fill = (text: string) => text.repeat(Math.ceil(size / text.length))
const limitMs = 5_000

function quick<T>(work: () => T): T {
  const start = performance.now()
  const value = work()
  expect(performance.now() - start).toBeLessThan(limitMs)
  return value
}

describe('long text', () => {
  test.each(['<script>', '<script ', '</style>', '<br ', '<!--', '&#1', ' \n', '<'])(
    'of nothing but %j as HTML',
    text => {
      quick(() => html(fill(text)))
    },
  )

  test('as a list of names', () => {
    expect(quick(() => names(`${fill('1')}等3人`))).toHaveLength(1)
    quick(() => names(fill('等1 ')))
  })

  test('as money, time, identity and phone number', () => {
    for (const step of ['money: true', 'time: true', 'call: id-card', 'call: uscc', 'call: phone', 'boolean: true'])
      quick(() => result(`/a: { path: /a, ${step} }`, { a: fill('1 甲,') }, 'outbound'))
  })

  test.each(['(2026)浙', '案号:', '劳人仲案(2026)', '1234 ', '浙杭检'])(
    'of nothing but %j searched for numbers',
    text => {
      const mapping = compile('from: { connector: x, message: y }\nversion: 1\nown: [/no]\ncited: [{ text: /t }]\n')
      expect(quick(() => mapping.map({ t: fill(text) }, context))[0]!.cited).toEqual([])
    },
  )

  test('full of numbers keeps them all', () => {
    const all = Array.from({ length: 20_000 }, (_, i) => `HZSDH2026${String(i).padStart(7, '0')}`)
    const cited = 'cited: [{ text: /t }, { path: /l }]'
    const mapping = compile(`from: { connector: x, message: y }\nversion: 1\nown: [/l]\n${cited}\n`)
    expect(quick(() => mapping.map({ t: all.join(' ') }, context))[0]!.cited).toHaveLength(20_000)
    expect(quick(() => mapping.map({ l: all }, context))[0]!.own).toHaveLength(20_000)
  })
})

test('of a list of nothing but faults, 200 are told', () => {
  const set = 'parties: { each: /l, set: { name: /xm } }\ncase.tags: { path: /l, table: status }'
  const { flaws } = quick(() => result(set, { l: Array.from({ length: 100_000 }, () => 'x') }))
  expect(flaws).toHaveLength(200)
})

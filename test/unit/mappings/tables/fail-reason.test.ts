import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lookupOf, parseTable, type Table } from '#mappings/engine/tables.ts'

const mappings = join(import.meta.dirname, '../../../../mappings')
const read = (path: string) => readFileSync(join(mappings, path), 'utf8')

function load(path: string): Table {
  const { table, issues } = parseTable(read(path), path)
  expect(issues).toEqual([])
  return table!
}

const words = load('tables/fail-reason-word.yaml').entries.map(one => ({ code: one.from[0]!, word: one.to }))
const codes = words.map(one => one.code)

describe('the reason why a mediation failed', () => {
  it.each(words)('is $code in the words $word, also when they come back', ({ code, word }) => {
    expect(lookupOf(load('tables/fail-reason.yaml'), undefined, false)(word, undefined, 'x')).toBe(code)
  })

  it.each([
    ['一方拒绝继续调解', 'REFUSED'],
    ['双方对赔偿金额有不同意见', 'NOT_AGREED'],
    ['一方拒绝签章', 'NOT_SIGNED'],
    ['自投诉受理之日起四十五个工作日内未能达成调解协议', 'TIME_LIMIT'],
    ['被投诉人无正当理由不参加调解', 'ABSENT'],
    ['虚构原因', undefined],
  ])('reads %s as %s', (word, code) => {
    expect(lookupOf(load('tables/fail-reason.yaml'), undefined, false)(word, undefined, 'x')).toBe(code)
  })

  it('has a word for every code that a table or a mapping makes', () => {
    const shared = load('tables/fail-reason.yaml').entries.map(one => one.to)
    const numbered = load('court-odr/end-reason.table.yaml').entries.filter(one => one.columns.status !== 'AGREED')
    expect([...shared, ...numbered.map(one => one.to)].filter(one => !codes.includes(one))).toEqual([])
    const said = globSync('*/golden/*.inbound.json', { cwd: mappings }).flatMap(file =>
      [...read(file).matchAll(/"failReason": "([^"]*)"/g)].map(([, code]) => code!),
    )
    expect(said.length).toBeGreaterThan(10)
    expect(said.filter(one => !codes.includes(one))).toEqual([])
  })

  it('is printed by its word wherever it is printed', () => {
    const files = globSync('*/*.outbound.yaml', { cwd: mappings })
    const lines = files.flatMap(file => read(file).split('\n')).filter(line => line.includes('mediation/failReason'))
    expect(lines.length).toBeGreaterThan(4)
    expect(lines.filter(line => !line.includes('table: fail-reason-word'))).toEqual([])
  })
})

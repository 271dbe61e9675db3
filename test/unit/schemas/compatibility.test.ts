import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Schema } from '#schemas/avro.ts'
import { fullTransitiveClashes } from '#schemas/compatibility.ts'

const canonical = new URL('../../../schemas/canonical/', import.meta.url)
const subjects = readdirSync(canonical, { withFileTypes: true }).filter(entry => entry.isDirectory())

const record = (fields: object[]): Schema => ({ type: 'record', name: 'R', fields }) as Schema
const a = { name: 'a', type: 'string' }

describe('compatibility', () => {
  it.each(subjects.map(one => one.name))('is FULL_TRANSITIVE over every released version of %s', subject => {
    const versions = readdirSync(new URL(`${subject}/`, canonical))
      .sort((x, y) => Number(x.slice(1, -5)) - Number(y.slice(1, -5)))
      .map(name => JSON.parse(readFileSync(new URL(`${subject}/${name}`, canonical), 'utf8')) as Schema)
    expect(fullTransitiveClashes(versions)).toEqual([])
  })

  it('takes a new field with a default, and names the pair when it has none', () => {
    expect(fullTransitiveClashes([record([a]), record([a, { name: 'b', type: 'string', default: '' }])])).toEqual([])
    const clashes = fullTransitiveClashes([record([a]), record([a, { name: 'b', type: 'string' }])])
    expect(clashes.map(({ reader, writer }) => [reader, writer])).toEqual([[2, 1]])
  })

  it('looks past the latest version', () => {
    const gap = [record([a]), record([]), record([{ name: 'a', type: 'long', default: 0 }])]
    expect(fullTransitiveClashes(gap).length).toBeGreaterThan(0)
  })
})

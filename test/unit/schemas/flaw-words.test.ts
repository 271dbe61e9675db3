import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { flawWords } from '#schemas/errors/flaws.ts'

const page = readFileSync(new URL('../../../mappings/README.md', import.meta.url), 'utf8')

it('has words in both languages for the rules that the page on mappings lists, and for no other', () => {
  const listed = /^Rules of flaws:[\s\S]*?\n\n/m.exec(page)![0]
  const rules = [...listed.matchAll(/`([A-Z_]+)`/g)].map(found => found[1]!)
  expect(Object.keys(flawWords).toSorted()).toEqual(rules.toSorted())
  for (const { en, zh } of Object.values(flawWords)) {
    expect(en).not.toMatch(/\p{Script=Han}/u)
    expect(zh).toMatch(/\p{Script=Han}/u)
  }
})

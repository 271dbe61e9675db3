// The catalogue, the handbook and the tests say the same about errors.
import { describe, expect, test } from 'vitest'
import { setupMessages } from '#ops/bootstrap/messages.mjs'
import { catalogue } from '#schemas/errors.ts'
import { stages } from '#schemas/stages.ts'
import { code, findLines, listFiles, production, readText } from './support/files.ts'

const places = [...stages, 'kafka', 'store', 'security', 'registry', 'lint', 'map', 'encode', 'start']
const chinese = /\p{Script=Han}/u
const codes = Object.keys(catalogue)
const allCodes = [...codes, ...Object.keys(setupMessages)]

test('the handbook and the catalogue list the same codes; else run `npm run docs`', () => {
  const documented = [...readText('ops/handbook/errors.md').matchAll(/^### (\w+)$/gm)].map(found => found[1])
  expect(documented.toSorted()).toEqual(allCodes.toSorted())
})

describe.each(Object.entries(catalogue))('%s', (name, entry) => {
  test('has a bounded name and stage, and both languages', () => {
    expect(name).toMatch(/^HUB_[A-Z]+(_[A-Z0-9]+)+$/)
    expect(places).toContain(entry.stage)
    expectTexts(entry.says({}), entry.todo)
  })
})

test('set-up messages have the shape of the catalogue', () => {
  for (const [name, entry] of Object.entries(setupMessages)) {
    expect(name).toMatch(/^HUB_SETUP_[A-Z_]+$/)
    expect(Object.keys(entry).toSorted()).toEqual(['says', 'todo'])
    expectTexts((entry.says as (facts: object) => { en: string; zh: string })({}), entry.todo)
  }
})

test('no production code throws a bare Error', () => {
  expect(findLines(listFiles(production, code), /throw new (Error|TypeError|RangeError)\(/)).toEqual([])
})

test('every code is expected by name in some test', () => {
  const tests = listFiles(['test'], /\.test\.ts$/).map(readText)
  const samples = listFiles(['connectors', 'test'], /\.expected\.json$|\.(yaml|json)$/).map(readText)
  const said = [...tests, ...samples].join('\n')
  expect(allCodes.filter(name => !new RegExp(`\\b${name}\\b`).test(said))).toEqual([])
})

function expectTexts(says: { en: string; zh: string }, todo: { en: string; zh: string }): void {
  for (const text of [says, todo]) {
    expect(text.zh).toMatch(chinese)
    expect(text.en).not.toMatch(chinese)
    expect(text.en.length).toBeGreaterThan(5)
  }
}

// A test that no project runs is worse than none.
import { expect, test } from 'vitest'
import { listFiles, production, readText } from './support/files.ts'

const kinds = [
  'unit',
  'property',
  'house',
  'conformance',
  'integration',
  'regression',
  'scenario',
  'chaos',
  'storm',
  'browser',
]
const inGlob = new RegExp(`^test/(${kinds.join('|')})/.+\\.test\\.ts$`)

test('every test file lies where a vitest project looks', () => {
  const named = listFiles([...production, 'test'], /\.(test|spec)\.[cm]?[jt]sx?$/)
  expect(named.filter(path => !inGlob.test(path))).toEqual([])
})

test('a file that calls test() is named *.test.ts', () => {
  const others = listFiles(['test'], /\.ts$/).filter(path => !inGlob.test(path))
  expect(others.filter(path => /^(test|it|describe)(\.\w+)?\(/m.test(readText(path)))).toEqual([])
})

test('titles are plain sentences without "should", and nothing is skipped or left alone', () => {
  const files = listFiles(['test'], inGlob)
  const faults = files.flatMap(path =>
    [...readText(path).matchAll(/^\s*(?:test|it|describe)\b.*$/gm)]
      .map(found => found[0].trim())
      .filter(
        line => /\bshould\b/.test(line.replace('"should"', '')) || /^(test|it|describe)\.(skip|only|todo)\b/.test(line),
      )
      .map(line => `${path}: ${line}`),
  )
  expect(faults).toEqual([])
})

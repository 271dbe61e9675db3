// Small files and functions: split by idea before the cap is reached.
import { expect, test } from 'vitest'
import { code, listFiles, production, readText } from './support/files.ts'
import { functionSizes, parseFile } from './support/syntax.ts'

const sources = listFiles(production, code).filter(path => path !== 'schemas/canonical/types.ts')
const tests = listFiles(['test'], code)

const linesOf = (path: string): number => readText(path).split('\n').length - 1
const over = (paths: readonly string[], cap: number): string[] => paths.filter(path => linesOf(path) > cap)

function ninetieth(sizes: readonly number[]): number {
  return sizes.toSorted((a, b) => a - b)[Math.floor(sizes.length * 0.9)] ?? 0
}

test('no source file is over 400 lines, and nine in ten are within 250', () => {
  expect(over(sources, 400)).toEqual([])
  expect(ninetieth(sources.map(linesOf))).toBeLessThanOrEqual(250)
})

test('no test file is over 500 lines', () => {
  expect(over(tests, 500)).toEqual([])
})

test('no function is over 60 lines, and nine in ten are within 40', () => {
  const sizes = sources.flatMap(path => functionSizes(parseFile(path)))
  expect(sizes.length).toBeGreaterThan(50)
  expect(sizes.filter(one => one.lines > 60)).toEqual([])
  expect(ninetieth(sizes.map(one => one.lines))).toBeLessThanOrEqual(40)
})

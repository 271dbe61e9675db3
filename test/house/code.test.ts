// Rules on source text that neither the compiler nor the linter says.
import { expect, test } from 'vitest'
import { code, findLines, listFiles, production } from './support/files.ts'

const sources = listFiles(production, code)

test('only the composition root, the commands and the bootstrap read the environment', () => {
  const others = sources.filter(path => path !== 'gateway/main.ts' && !/^ops\/(cli|bootstrap)\//.test(path))
  expect(findLines(others, /\bprocess\.env\b/)).toEqual([])
})

test('nothing is exported as default', () => {
  const files = [...sources, ...listFiles(['test'], code)]
  expect(findLines(files, /^export default\b/)).toEqual([])
})

test('nothing branches on NODE_ENV', () => {
  expect(findLines(sources, /\bNODE_ENV\s*[!=]==?/)).toEqual([])
})

test('a TODO names its issue', () => {
  expect(findLines(sources, /\bTODO\b(?!\s*\(?#\d+)/)).toEqual([])
})

test('a mapping folder holds data only', () => {
  const files = listFiles(['mappings'], /./).filter(path => !/^mappings\/(engine\/|[^/]+$)/.test(path))
  expect(files.filter(path => /\.[cm]?[jt]sx?$/.test(path))).toEqual([])
})

// Generated documents are what their generators say now.
import { expect, test } from 'vitest'
import { generatedDocuments } from '#ops/cli/docs/index.ts'
import { readText, root } from './support/files.ts'

test.each(generatedDocuments)('$path has no difference; else run `npm run docs`', async document => {
  expect(readText(document.path)).toBe(await document.generate(root))
})

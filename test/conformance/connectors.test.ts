// Every connector found on disk × every rule of the standard. No list of names: a new folder is tested by being there.
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { standard } from './standard.ts'
import { connectorFolders, openTree, readSubject, type Subject } from './subject.ts'

const root = join(import.meta.dirname, '../..')
const tree = openTree(root)

describe.each(connectorFolders(root))('connector %s', id => {
  let subject: Subject
  beforeAll(async () => {
    subject = await readSubject(tree, id)
  })
  test.each(standard)('keeps $id: $says', async rule => {
    expect(await rule.check(subject)).toEqual([])
  })
})

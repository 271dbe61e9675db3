// The rules themselves: the good connector passes all, each bad one is found by its rule, and the standard's text says them.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { coverageFaults } from '#gateway/loader/coverage.ts'
import { standard } from './standard.ts'
import { openTree, readSubject, type Subject } from './subject.ts'
import { badRules, expectedOf, plantTree } from './trees.ts'

/** A rule may have several bad connectors: bad/C16, bad/C16-files. */
const ruleOf = (id: string) => standard.find(rule => rule.id === id.split('-')[0])!

const goodTree = plantTree()
afterAll(goodTree.remove)
// No bad connector changes what is shared.
const shared = openTree(goodTree.root)
const good = await readSubject(shared, 'northgate')

async function badSubject(rule: string): Promise<Subject> {
  const tree = plantTree(rule)
  onTestFinished(tree.remove)
  return readSubject(openTree(tree.root, shared.world), 'northgate')
}

test.each(standard)('the good connector keeps $id', async rule => {
  expect(await rule.check(good)).toEqual([])
})

test.each(badRules())('%s finds what is wrong with its bad connector', async id => {
  expect(await ruleOf(id).check(await badSubject(id))).toEqual(expectedOf(id).finds)
})

test('C14 finds a mapping that throws', async () => {
  const mapping = good.connector!.inbound.get('case')!
  const map = (input: unknown) => {
    if (input === null) throw new TypeError('null')
    return []
  }
  const inbound = new Map([['case', { ...mapping, compiled: { ...mapping.compiled, map } }]])
  const broken = { ...good, connector: { ...good.connector!, inbound } }
  expect(await ruleOf('C14').check(broken)).toEqual([
    'connectors/northgate/samples/valid/opened.json: the mapping throws when a field is odd',
  ])
})

test('every rule is proved by a bad connector or by a test of its own', () => {
  const proved = new Set([...badRules().map(id => ruleOf(id).id), 'C14'])
  expect([...proved].toSorted()).toEqual(standard.map(rule => rule.id).toSorted())
})

test('connectors/README.md says every rule in the words of the test, in order, and no other', () => {
  const text = readFileSync(join(import.meta.dirname, '../../connectors/README.md'), 'utf8')
  const said = [...text.matchAll(/^\| (C\d+) \| (.+) \|$/gm)].map(found => ({ id: found[1], says: found[2] }))
  expect(said).toEqual(standard.map(({ id, says }) => ({ id, says })))
})

test('coverage asks for every field, through lists, and for no ignore without a field', () => {
  const fields = ['/a', '/list/*/b', '/list/*/c', '/raw']
  expect(coverageFaults('m', fields, ['/a', '/list/*/b'], ['/gone'])).toEqual([
    'm: /list/c is neither mapped nor ignored',
    'm: /raw is neither mapped nor ignored',
    'm: /gone is ignored but no contract or sample has it',
  ])
  expect(coverageFaults('m', fields, ['/a', '/list/*/b'], ['/raw', '/list/*/c'])).toEqual([])
})

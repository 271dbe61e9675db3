// A script that does not fit its connector is refused with the first fault, and every fault has its own line.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { loadConnector, loadWorld } from '#gateway/loader/discover.ts'
import { loadScript, scriptFaults } from '#gateway/loader/exchanges.ts'
import { plantTree } from '../../../conformance/trees.ts'

async function planted(change: (text: string) => string | undefined) {
  const { root, remove } = plantTree()
  onTestFinished(remove)
  const dir = join(root, 'connectors', 'northgate')
  const file = join(dir, 'exchanges.yaml')
  const text = change(readFileSync(file, 'utf8'))
  if (text === undefined) rmSync(file)
  else writeFileSync(file, text)
  return { root, connector: await loadConnector(root, dir, loadWorld(root)) }
}

test('a script that fits is read whole', async () => {
  const { root, connector } = await planted(text => text)
  expect(loadScript(root, connector).exchanges.map(one => one.id)).toEqual([
    'first',
    'again',
    'wrong-key',
    'malformed',
    'news',
  ])
})

test('a missing script says so', async () => {
  const { root, connector } = await planted(() => undefined)
  expect(() => loadScript(root, connector)).toThrow(expect.objectContaining({ code: 'HUB_CERTIFY_SCRIPT' }))
  expect(scriptFaults(root, connector)).toEqual(['exchanges.yaml is missing'])
})

test.each([
  ['kind: taken', 'kind: took', 'exchanges.yaml: /exchanges/0/expect must'],
  ['who: hub', 'who: system', "news: delivered is the hub's turn"],
  ['id: again', 'id: first', 'first: the id stands twice'],
  [
    'kind: delivered, message: note, cases: [note], about: first',
    'kind: joined, of: first',
    'news: joined cannot build on taken',
  ],
  [
    'kind: delivered, message: note, cases: [note], about: first',
    'kind: look-up, of: first',
    'news: the adapter has no look-up',
  ],
  ['    sample: samples/valid/opened.json\n', '', 'first: a sample is missing'],
])('%s as %s is a fault', async (right, wrong, fault) => {
  const { root, connector } = await planted(text => text.replace(right, wrong))
  expect(scriptFaults(root, connector).join('\n')).toContain(fault)
})

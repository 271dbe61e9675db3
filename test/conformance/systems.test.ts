// The table of systems, row by row: enough samples, nothing that bad input breaks, no line of a mapping that could be lost
// unseen. Each row is made to fail by taking one line away. Rows are found on disk: a new connector is a new row.
import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { badInputFaults } from '#gateway/loader/bad-inputs.ts'
import { messageOfFile } from '#gateway/loader/contract-samples.ts'
import { connectorDirs, loadConnector } from '#gateway/loader/discover.ts'
import { contextsOf, invalidSamples, validSamples } from '#gateway/loader/golden.ts'
import { shownLines } from '#gateway/loader/shown-lines.ts'
import { systemRows, systemsTable } from '#ops/cli/docs/systems.ts'
import { connectors as all, root, world } from '../helpers/connectors.ts'
import { redWithout } from './table/mutant.ts'
import { plantTree } from './trees.ts'

const rows = systemRows(root, all)
const connectors = [...new Set(rows.map(one => one.connector))].map(one => [one.manifest.id, one] as const)

afterAll(() => process.stdout.write(`\n${systemsTable(rows)}\n`))

test('the table has one row a system that a connector on disk demonstrates', () => {
  const found = connectorDirs(root).flatMap(dir => {
    const demo = parse(readFileSync(join(dir, 'demo.yaml'), 'utf8')) as { systems: { id: string }[] }
    return demo.systems.map(one => one.id)
  })
  expect(rows.map(one => one.system)).toEqual(found)
})

describe.each(connectors)('connector %s', (_id, connector) => {
  test.each(Object.keys(connector.manifest.messages))('has six valid and eight invalid samples of %s', message => {
    const of = (files: readonly string[]) => files.filter(file => messageOfFile(connector, file) === message).length
    expect(of(validSamples(connector))).toBeGreaterThanOrEqual(6)
    expect(of(invalidSamples(connector))).toBeGreaterThanOrEqual(8)
  })

  test('survives bad values in every field of every sample, keeps its numbers, tells what it drops', () => {
    expect(badInputFaults(root, connector)).toEqual([])
  })

  test('shows every line of its mappings in a golden file; else add a sample or an outbound input', () => {
    const unseen = shownLines(root, connector).filter(one => one.shownBy.length === 0)
    expect(unseen.map(one => `${one.mapping} ${one.line}`)).toEqual([])
  })
})

test.each(rows.map(one => [one.system, one] as const))('row %s goes red without its line', (system, row) => {
  const red = redWithout(root, row.connector, world, row.red)
  const contexts = contextsOf(row.connector)
  const mine = red.filter(one => contexts(basename(one.file).split('.')[0]!).system === system)
  expect(mine.map(one => one.problem)).toContain('differs')
})

test('a line that no golden file shows is found out: without it nothing goes red', async () => {
  const tree = plantTree()
  onTestFinished(tree.remove)
  const file = join(tree.root, 'mappings/northgate/case.inbound.yaml')
  writeFileSync(file, readFileSync(file, 'utf8').replace('set:\n', 'set:\n  personal.note: /never\n'))
  const connector = await loadConnector(tree.root, join(tree.root, 'connectors/northgate'), world)
  const line = { mapping: 'case.inbound.yaml', line: 'personal.note' }
  expect(shownLines(tree.root, connector)).toContainEqual({ ...line, shownBy: [] })
  expect(redWithout(tree.root, connector, world, line)).toEqual([])
  expect(redWithout(tree.root, connector, world, { ...line, line: 'parties' })).not.toEqual([])
})

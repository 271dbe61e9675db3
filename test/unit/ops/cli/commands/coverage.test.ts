import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { coverageCommand } from '#ops/cli/commands/coverage.ts'
import { type CommandTree, commandTree } from '../../../../helpers/connector-tree.ts'

const mapping = 'mappings/northgate/case.inbound.yaml'
const forget = ({ root }: CommandTree) =>
  writeFileSync(
    join(root, mapping),
    readFileSync(join(root, mapping), 'utf8').replace(', name: /name', ", name: { const: '虚' }"),
  )

test('counts every message and connector, all mapped', async () => {
  const { code, lines } = await commandTree().run(coverageCommand, 'northgate')
  expect(code).toBe(0)
  expect(lines.slice(1)).toEqual([
    'northgate                      3       3 100.0 %       0   0.0 %       0   0.0 %',
    '  case                         3       3 100.0 %       0   0.0 %       0   0.0 %',
    'total                          3       3 100.0 %       0   0.0 %       0   0.0 %',
  ])
})

test('names what is forgotten, and fails', async () => {
  const tree = commandTree()
  forget(tree)
  const { code, lines } = await tree.run(coverageCommand)
  expect(code).toBe(1)
  expect(lines.slice(2, 4)).toEqual([
    '  case                         3       2  66.7 %       0   0.0 %       1  33.3 %',
    '    /name is forgotten  遗漏',
  ])
})

test('says the same for machines', async () => {
  const tree = commandTree()
  forget(tree)
  const { code, lines } = await tree.run(coverageCommand, '--json')
  const counts = {
    fields: 3,
    mapped: 2,
    ignored: 0,
    forgotten: 1,
    percent: { mapped: 66.7, ignored: 0, forgotten: 33.3 },
  }
  expect(code).toBe(1)
  expect(JSON.parse(lines.join('\n'))).toEqual({
    ...counts,
    connectors: [
      { connector: 'northgate', ...counts, messages: [{ message: 'case', ...counts, forgottenFields: ['/name'] }] },
    ],
  })
})

test('says how it is called', async () => {
  expect((await commandTree().run(coverageCommand, 'a', 'b')).code).toBe(2)
  expect((await commandTree().run(coverageCommand, '--jsn')).code).toBe(2)
})

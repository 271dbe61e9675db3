import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { testCommand } from '#ops/cli/commands/test.ts'
import { type CommandTree, commandTree } from '../../../../helpers/connector-tree.ts'

const change = ({ root }: CommandTree, path: string, edit: (text: string) => string) =>
  writeFileSync(join(root, path), edit(readFileSync(join(root, path), 'utf8')))

test('says of every connector what was looked at', async () => {
  expect(await commandTree().run(testCommand)).toEqual({
    code: 0,
    lines: [
      'northgate',
      '  ✓ lint      2 mappings',
      '  ✓ valid     1 samples',
      '  ✓ invalid   1 samples',
      '  ✓ golden    2 files',
      '  ✓ coverage  3 fields, 0 ignored on purpose',
      '  ✓ shown     5 lines',
      '  ✓ bad input 37 tried',
      '1 connectors, 0 faults',
    ],
  })
})

test('finds a wrong sample, a missed refusal, golden files of both directions, a forgotten field and lines never shown', async () => {
  const tree = commandTree()
  const at = 'connectors/northgate'
  change(tree, `${at}/contract/case.schema.json`, text => text.replace('"st": {}', '"st": { "type": "number" }'))
  change(tree, `${at}/samples/invalid/no-number.expected.json`, text => text.replace('/no', '/nr'))
  change(tree, 'mappings/northgate/case.inbound.yaml', text => text.replace(', name: /name', ", name: { const: '虚' }"))
  change(tree, 'mappings/northgate/note.outbound.yaml', text => text.replace('/proceeding/status', '/case/stage'))
  const { code, lines } = await tree.run(testCommand, 'northgate')
  expect(code).toBe(1)
  expect(lines).toEqual([
    'northgate',
    '  ✓ lint      2 mappings',
    '  ✗ valid     1 samples',
    '    connectors/northgate/samples/valid/opened.json: refused at "/st", must be number',
    '  ✗ invalid   1 samples',
    '    connectors/northgate/samples/invalid/no-number.json: expected HUB_RECEIVE_CONTRACT at "/nr", found HUB_RECEIVE_CONTRACT at "/no"',
    '  ✗ golden    2 files',
    '    mappings/northgate/golden/opened.inbound.json differs  不一致',
    '      /0/record/parties',
    '        - [{"role":"APPLICANT","name":"虚甲一"}]',
    '    mappings/northgate/golden/note.outbound.json differs  不一致',
    '      /0/record/st',
    '        - "CLOSED"',
    '  ✗ coverage  3 fields, 0 ignored on purpose',
    '    case: /name is neither mapped nor ignored',
    '  ✗ shown     5 lines',
    '    case.inbound.yaml: parties is in no golden file',
    '    note.outbound.yaml: /st is in no golden file',
    '  ✓ bad input 37 tried',
    '1 connectors, 7 faults',
    'mend the mapping, or take the difference over with `hub golden --update`  请修正映射,或用 `hub golden --update` 接受差异',
  ])
})

test('names the connectors there are when asked for another', async () => {
  const tree = commandTree()
  await expect(tree.run(testCommand, 'nothgate')).rejects.toMatchObject({
    code: 'HUB_CLI_NO_CONNECTOR',
    message: 'there is no connector nothgate; there are northgate',
  })
})

test('says where a mapping is broken before anything is run', async () => {
  const tree = commandTree()
  rmSync(join(tree.root, 'mappings/northgate/status.table.yaml'))
  await expect(tree.run(testCommand)).rejects.toMatchObject({ code: 'HUB_LINT_FAILED' })
})

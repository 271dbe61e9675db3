import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { differencesOf } from '#gateway/loader/golden-compare.ts'
import { goldenCommand } from '#ops/cli/commands/golden.ts'
import { type CommandTree, commandTree } from '../../../../helpers/connector-tree.ts'

const dir = 'mappings/northgate/golden'
const said = [
  `${dir}/opened.inbound.json differs  不一致`,
  '  /0/record/proceeding/status',
  '    - "IN_PROGRESS"',
  '    + "ACCEPTED"',
]

/** The word of the sample means something else now. */
function changeTable({ root }: CommandTree): void {
  const file = join(root, 'mappings/northgate/status.table.yaml')
  writeFileSync(file, readFileSync(file, 'utf8').replace('IN_PROGRESS', 'ACCEPTED'))
}

describe('golden', () => {
  test('shows what differs, place by place, and writes nothing', async () => {
    const tree = commandTree()
    changeTable(tree)
    const file = join(tree.root, dir, 'opened.inbound.json')
    const before = readFileSync(file, 'utf8')
    const { code, lines } = await tree.run(goldenCommand)
    expect(lines).toEqual([...said, '1 golden files differ  不一致'])
    expect(code).toBe(1)
    expect(readFileSync(file, 'utf8')).toBe(before)
  })

  test('writes with --update, and then nothing differs', async () => {
    const tree = commandTree()
    changeTable(tree)
    expect(await tree.run(goldenCommand, '--update', 'northgate')).toEqual({
      code: 0,
      lines: [...said, '1 golden files written; read the difference  已重写,请核对差异'],
    })
    expect(await tree.run(goldenCommand)).toEqual({ code: 0, lines: ['0 golden files differ  不一致'] })
  })

  test('makes a missing file and removes one that no sample makes', async () => {
    const tree = commandTree()
    const at = (name: string) => join(tree.root, dir, name)
    renameSync(at('opened.inbound.json'), at('gone.inbound.json'))
    const shown = [
      `${dir}/opened.inbound.json is missing  缺少`,
      `${dir}/gone.inbound.json has no sample any more  已无对应样例`,
    ]
    expect((await tree.run(goldenCommand)).lines.slice(0, 2)).toEqual(shown)
    expect(existsSync(at('gone.inbound.json'))).toBe(true)
    await tree.run(goldenCommand, '--update')
    expect(existsSync(at('gone.inbound.json'))).toBe(false)
    expect((await tree.run(goldenCommand)).code).toBe(0)
  })
})

test('a difference names the deepest place, and a side that has nothing there stays away', () => {
  const kept = { a: [1, { b: 'x' }], 'c/d': null }
  const made = { a: [1, { b: 'y' }, 3], e: {} }
  expect(differencesOf(kept, made)).toEqual([
    { pointer: '/a/1/b', kept: 'x', made: 'y' },
    { pointer: '/a/2', made: 3 },
    { pointer: '/c~1d', kept: null },
    { pointer: '/e', made: {} },
  ])
  expect(differencesOf([], {})).toEqual([{ pointer: '', kept: [], made: {} }])
  expect(differencesOf(kept, structuredClone(kept))).toEqual([])
})

import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { newCommand } from '#ops/cli/commands/new.ts'
import { testCommand } from '#ops/cli/commands/test.ts'
import { standard } from '../../../../conformance/standard.ts'
import { openTree, readSubject } from '../../../../conformance/subject.ts'
import { type CommandTree, commandTree } from '../../../../helpers/connector-tree.ts'

const filesOf = (root: string) =>
  ['connectors', 'mappings'].flatMap(folder =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name)),
  )

async function refusal(tree: CommandTree, id: string): Promise<string> {
  const before = filesOf(tree.root)
  const error = await tree.run(newCommand, id).then(
    () => new TypeError('taken'),
    (cause: Error & { code?: string }) => cause,
  )
  expect(filesOf(tree.root)).toEqual(before)
  return `${'code' in error ? error.code : ''} ${error.message}`
}

describe('a new connector', () => {
  test('keeps every rule of the standard as it is', async () => {
    const tree = commandTree()
    const { code, lines } = await tree.run(newCommand, 'toytown')
    expect(code).toBe(0)
    expect(lines).toContain('connectors/toytown/manifest.yaml')
    const subject = await readSubject(openTree(tree.root), 'toytown')
    const found = await Promise.all(standard.map(async rule => [rule.id, await rule.check(subject)]))
    expect(found.filter(([, faults]) => faults!.length > 0)).toEqual([])
    expect((await tree.run(testCommand, 'toytown')).lines).toEqual([
      'toytown',
      '  ✓ lint      3 mappings',
      '  ✓ valid     4 samples',
      '  ✓ invalid   1 samples',
      '  ✓ golden    6 files',
      '  ✓ coverage  21 fields, 1 ignored on purpose',
      '  ✓ shown     33 lines',
      '  ✓ bad input 260 tried',
      '1 connectors, 0 faults',
    ])
  })

  test('touches no file that was there, and no placeholder is left', async () => {
    const tree = commandTree()
    const before = new Map(filesOf(tree.root).map(file => [file, readFileSync(file, 'utf8')]))
    await tree.run(newCommand, 'toy-town-2')
    for (const [file, text] of before) expect(readFileSync(file, 'utf8')).toBe(text)
    const made = filesOf(tree.root).filter(file => !before.has(file))
    expect(made.every(file => /\/(connectors|mappings)\/toy-town-2\//.test(file))).toBe(true)
    expect(made.filter(file => /\{\{/.test(readFileSync(file, 'utf8')))).toEqual([])
  })

  test('says what its first sample means', async () => {
    const tree = commandTree()
    await tree.run(newCommand, 'toytown')
    const golden = (name: string) =>
      JSON.parse(readFileSync(join(tree.root, 'mappings/toytown/golden', `${name}.json`), 'utf8'))[0]
    expect(golden('a01-case.inbound').record).toMatchObject({
      case: { amount: '8600.00', peopleCount: 3, categoryCode: '0701', tags: ['WAGE_ARREARS'] },
      proceeding: { status: 'ACCEPTED' },
      parties: [
        { role: 'APPLICANT', name: '虚甲一', phone: '0571-00000001' },
        { role: 'RESPONDENT', name: '杭州虚构营造劳务有限公司' },
      ],
    })
    expect(golden('answer-refused.inbound')).toMatchObject({
      record: { proceeding: { status: 'RETURNED' }, personal: { returnReason: '不属于本单位职责' } },
      own: [{ family: 'hand-over' }],
    })
    expect(golden('notice-closed.outbound').record).toMatchObject({ caseNo: '2026-0001', status: '办结' })
  })
})

describe('an id is refused', () => {
  test.each(['Toytown', 'toy', 'toy_town', 'toy--town', '-toytown', '2toytown', 'toytown/..', '../toytown', '城镇'])(
    'that is no distinctive kebab-case word: %s',
    async id => {
      expect(await refusal(commandTree(), id)).toBe(`HUB_CLI_ID_FORM ${id} cannot be the id of a connector`)
    },
  )

  test('that is reserved, or that a folder or a system already has', async () => {
    const tree = commandTree()
    const at = (path: string) => join(tree.root, path)
    cpSync(at('mappings/northgate'), at('mappings/southgate'), { recursive: true })
    writeFileSync(at('connectors/northgate/demo.yaml'), 'systems: [{ id: harbour, connector: northgate }]\n')
    expect(await refusal(tree, 'engine')).toBe('HUB_CLI_ID_TAKEN engine is taken by mappings/engine')
    expect(await refusal(tree, 'tables')).toBe('HUB_CLI_ID_TAKEN tables is taken by mappings/tables')
    expect(await refusal(tree, 'northgate')).toBe('HUB_CLI_ID_TAKEN northgate is taken by connectors/northgate')
    expect(await refusal(tree, 'southgate')).toBe('HUB_CLI_ID_TAKEN southgate is taken by mappings/southgate')
    expect(await refusal(tree, 'harbour')).toBe('HUB_CLI_ID_TAKEN harbour is taken by the demonstration of northgate')
  })

  test('that the core uses as a word', async () => {
    expect(await refusal(commandTree(), 'identifiers')).toMatch(
      /^HUB_CLI_ID_COMMON identifiers is a word of the core \(schemas\/.+\.ts\); an id must be distinctive$/,
    )
  })
})

test('leaves nothing behind when the new connector cannot be loaded', async () => {
  const tree = commandTree()
  rmSync(join(tree.root, 'mappings/tables'))
  expect(await refusal(tree, 'toytown')).toMatch(/^HUB_LINT_FAILED /)
  expect(existsSync(join(tree.root, 'connectors/toytown'))).toBe(false)
})

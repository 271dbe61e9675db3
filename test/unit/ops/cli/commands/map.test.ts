import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { mapCommand } from '#ops/cli/commands/map.ts'
import { commandTree } from '../../../../helpers/connector-tree.ts'

function file(name: string, content: unknown): string {
  const dir = mkdtempSync(join(tmpdir(), 'map-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  writeFileSync(join(dir, name), typeof content === 'string' ? content : JSON.stringify(content))
  return join(dir, name)
}

const map = (...args: string[]) => commandTree().run(mapCommand, 'northgate', ...args)

test('shows where each field of a message goes', async () => {
  const opened = { no: 'MT33010620260302000017', st: 'opn', name: '虚甲一', nam: 'x', note: '' }
  const { code, lines } = await map('case', file('m.json', opened))
  expect(code).toBe(0)
  expect(lines).toEqual([
    'northgate/case@1  status@1',
    'OTHER UNKNOWN',
    expect.stringMatching(/^ {2}own 自有编号 {4}mt MT33010620260302000017 {2}[0-9a-f-]{36}$/),
    '  case 案件       归入持有编号 mt MT33010620260302000017 的程序所在案件;没有则新建案件',
    '                  the case of the proceeding that owns mt MT33010620260302000017; a new case when there is none',
    'mapped 已映射',
    '  /no → own[0] "mt MT33010620260302000017"',
    '  /st → proceeding.status "UNKNOWN"',
    '  /name → parties[0].role "APPLICANT", parties[0].name "虚甲一"',
    'forgotten 遗漏',
    '  /nam (did you mean 是否为 /name?)',
    'flaws 瑕疵',
    '  /st UNKNOWN_CODE status (did you mean 是否为 open?)  代码不在代码表中,按未知处理  the code is not in the value table; kept as unknown',
  ])
})

test('tells each message of a list, and fails when one is refused', async () => {
  const { code, lines } = await map('case', file('m.json', [{ no: 'MT33010620260302000017' }, { no: '无' }]))
  expect(code).toBe(1)
  expect(lines[0]).toBe('[0]')
  expect(lines.slice(-4)).toEqual([
    '[1]',
    '✗ HUB_RECEIVE_NO_NUMBER /no',
    '  消息中没有可用的本系统编号,位置 /no(NO_OWN_NUMBER)。请按编号规则填写案件编号。',
    '  the message holds no usable number of its own at /no (NO_OWN_NUMBER). fill in the case number by its usual rule.',
  ])
})

test('reads a table as the manifest declares it, row by row', async () => {
  const tree = commandTree()
  const manifest = join(tree.root, 'connectors/northgate/manifest.yaml')
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('format: json', 'format: csv'))
  const rows = file('m.csv', 'no,st,name,memo\nMT33010620260302000017,open,虚甲一,x\n无,shut,虚乙二,\n')
  const { code, lines } = await tree.run(mapCommand, 'northgate', 'case', rows)
  expect(code).toBe(1)
  expect(lines).toContain('  /st → proceeding.status "IN_PROGRESS"')
  expect(lines.slice(lines.indexOf('forgotten 遗漏'))).toEqual([
    'forgotten 遗漏',
    '  /memo',
    '[1]',
    '✗ HUB_RECEIVE_NO_NUMBER /no',
    expect.stringContaining('NO_OWN_NUMBER'),
    expect.stringContaining('NO_OWN_NUMBER'),
  ])
})

test('says the same for machines', async () => {
  const made = await map('case', file('m.json', [{ no: 'MT33010620260302000017' }, { no: '无' }]), '--json')
  expect(JSON.parse(made.lines.join('\n'))).toMatchObject([
    { index: 0, mapping: 'northgate/case@1', fields: [{ pointer: '/no', state: 'mapped' }], allFields: true },
    { index: 1, problem: { code: 'HUB_RECEIVE_NO_NUMBER', pointer: '/no', rule: 'NO_OWN_NUMBER' } },
  ])
})

test('shows the way out too', async () => {
  const input = {
    deliveryId: 'd1',
    receiver: { numbers: [{ value: 'N1' }] },
    record: { proceeding: { status: 'CLOSED' } },
  }
  const out = file('note-closed.outbound-input.json', input)
  expect(await map('note', '--out', out)).toEqual({
    code: 0,
    lines: [
      'northgate/note@1',
      'mapped 已映射',
      '  /deliveryId → /id "d1"',
      '  /receiver/numbers/0/value → /no "N1"',
      '  /record/proceeding/status → /st "CLOSED"',
      '{',
      '  "id": "d1",',
      '  "no": "N1",',
      '  "st": "CLOSED"',
      '}',
    ],
  })
  const { lines } = await map('note', `--out=${file('note.json', {})}`, '--json')
  expect(JSON.parse(lines.join('\n'))).toEqual({
    mapping: 'northgate/note@1',
    native: {},
    others: [],
    flaws: [
      { pointer: '/id', rule: 'MISSING', table: null },
      { pointer: '/no', rule: 'MISSING', table: null },
    ],
    fields: [],
  })
})

test('says what it cannot read, and what there is', async () => {
  await expect(map('cases', 'm.json')).rejects.toMatchObject({
    code: 'HUB_CLI_NO_MESSAGE',
    message: 'northgate has no message cases in this direction; it has case',
  })
  await expect(map('case', '--out', 'm.json')).rejects.toMatchObject({ code: 'HUB_CLI_NO_MESSAGE' })
  await expect(map('case', '/nowhere/m.json')).rejects.toMatchObject({ code: 'HUB_CLI_NO_FILE' })
  await expect(map('case', file('m.json', '{'))).rejects.toMatchObject({ code: 'HUB_RECEIVE_UNREADABLE' })
  for (const args of [[], ['case'], ['case', 'a', 'b'], ['case', 'a', '--out', 'b'], ['case', 'a', '--x']])
    expect((await map(...args)).code).toBe(2)
})

// What lint prints, to the letter: file, line, column, code, sentence, and what was probably meant.
import { describe, expect, it } from 'vitest'
import { compileMapping, formatIssue, parseMapping, parseTable } from '#mappings/engine/index.ts'
import { realIdentifiers } from '../../../helpers/identifiers.ts'
import { lint, tables, target } from '../../../helpers/mapping.ts'

const file = 'mappings/x/y.inbound.yaml'
const inbound = (body: string) => `from: { connector: x, message: y }\nversion: 1\n${body}`
const rule = (text: string) => inbound(`own: [/no]\nset:\n  ${text}\n`)

const cases: readonly [text: string, line: string][] = [
  [
    inbound('own: [/no]\nsets:\n  a: /b\n'),
    '4:1 HUB_LINT_WORD_UNKNOWN the word "sets" is not known here; did you mean "set"?',
  ],
  [rule('proceeding.status: { path: 7 }'), '5:30 HUB_LINT_SHAPE "path" must be string'],
  [rule('case.title: { const: 0123 }'), '5:24 HUB_LINT_LEADING_ZERO the number 0123 loses its leading zero in YAML'],
  [
    rule('proceeding.status: { path: /st, const: OPEN }'),
    '5:22 HUB_LINT_SOURCE_COUNT a rule has exactly one source, this one has path, const',
  ],
  [
    rule('proceeding.status: { path: st }'),
    `5:30 HUB_LINT_PATH "st" is not a path: it is neither '' nor starts with /, $/ or @/`,
  ],
  [
    rule('proceeding.status: { path: /st, table: case-status }'),
    '5:42 HUB_LINT_TABLE_UNKNOWN table "case-status" does not exist; did you mean "status"?',
  ],
  [
    rule('proceeding.status: { path: /st, table: { name: status, column: tag } }'),
    '5:66 HUB_LINT_COLUMN_UNKNOWN table "status" has no column "tag"',
  ],
  [
    rule('proceeding.status: { path: /st, call: id-crad }'),
    '5:41 HUB_LINT_FUNCTION_UNKNOWN function "id-crad" does not exist; did you mean "id-card"?',
  ],
  [
    inbound('own: [{ path: /no, family: curt }]\nset:\n  proceeding.status: /st\n'),
    '3:28 HUB_LINT_FAMILY_UNKNOWN number family "curt" does not exist; did you mean "court"?',
  ],
  [
    rule("proceeding.openedAt: { path: /t, time: 'yyy-MM-dd' }"),
    '5:42 HUB_LINT_FORMAT_UNKNOWN "yyy-MM-dd" is not a time format',
  ],
  [
    inbound('zone: Asia/Hangzhou\nown: [/no]\nset:\n  proceeding.status: /st\n'),
    '3:7 HUB_LINT_ZONE_UNKNOWN "Asia/Hangzhou" is not a time zone',
  ],
  [
    rule('proceeding.statsu: /st'),
    '5:3 HUB_LINT_TARGET_UNKNOWN the target has no field "proceeding.statsu"; did you mean "proceeding.status"?',
  ],
  [
    rule('proceeding.status: { path: /st, boolean: true }'),
    '5:35 HUB_LINT_TARGET_KIND "proceeding.status" is text, the rule gives boolean',
  ],
  [
    rule('proceeding.owner: { set: { name: /c } }\n  proceeding.owner.name: /st'),
    '5:3 HUB_LINT_TARGET_CLASH "proceeding.owner" is set as a value and as the parent of "proceeding.owner.name"',
  ],
  [
    rule('proceeding.status: { path: /st, cut: 5 }'),
    '5:35 HUB_LINT_DIRECTION "cut" has no place in an inbound mapping',
  ],
  [inbound('set:\n  proceeding.status: /st\n'), '1:1 HUB_LINT_OWN_MISSING record "main" names no own number'],
]

describe('lint of mappings', () => {
  it.each(cases)('prints one line for %j', (text, line) => {
    expect(lint(text)).toEqual([`${file}:${line}`])
  })

  it('says where YAML cannot be read', () => {
    expect(lint('own: [/no\nset: {\n')[0]).toMatch(
      /^mappings\/x\/y\.inbound\.yaml:\d+:\d+ HUB_LINT_YAML not readable as YAML: /,
    )
  })

  it('wants the direction in the file name', () => {
    expect(lint(inbound('own: [/no]\n'), 'mappings/x/y.yaml')).toEqual([
      'mappings/x/y.yaml:1:1 HUB_LINT_FILE_NAME "mappings/x/y.yaml" is neither *.inbound.yaml nor *.outbound.yaml',
    ])
  })

  it('refuses to compile what lint refuses', () => {
    const { mapping } = parseMapping(rule('proceeding.statsu: /st'), file)
    const compile = () => compileMapping(mapping!, { tables: tables(), identifiers: realIdentifiers(), target })
    expect(compile).toThrow(
      expect.objectContaining({ code: 'HUB_LINT_FAILED', facts: expect.objectContaining({ file, count: 1 }) }),
    )
  })
})

describe('lint of tables', () => {
  const issues = (entries: string) =>
    parseTable(`table: t\nversion: 1\nentries:\n${entries}`, 't.yaml').issues.map(formatIssue)

  it('finds a code that stands twice for the same days', () => {
    expect(issues('  - { from: a, to: X }\n  - { from: a, to: Y }\n')).toEqual([
      't.yaml:5:13 HUB_LINT_TABLE_DOUBLE the code "a" stands twice for the same days',
    ])
  })

  it('finds a table that has no way back', () => {
    const outbound =
      'to: { connector: x, message: y }\nversion: 1\nset:\n  /st: { path: /record/s, table: { name: kind, reverse: true } }\n'
    expect(lint(outbound, 'mappings/x/y.outbound.yaml')).toEqual([])
    const text = 'table: t\nversion: 1\nentries: [{ from: a, to: X }, { from: b, to: X }]\n'
    const { mapping } = parseMapping(outbound.replace('kind', 't'), 'mappings/x/y.outbound.yaml')
    expect(() => compileMapping(mapping!, { tables: tables(text), identifiers: realIdentifiers(), target })).toThrow(
      'HUB_LINT_TABLE_ONE_WAY table "t" cannot be reversed: "X" has several codes and none is marked back',
    )
  })
})

it('prints a finding for aliases that grow without end, and does not follow them', () => {
  const many = (alias: string) => Array(30).fill(alias).join(', ')
  const text = inbound(
    `own: [/no]\nset: { case.tags: { list: [&a /x, &b { list: [${many('*a')}] }, ${many('*b')}] } }\n`,
  )
  expect(lint(text)).toEqual([
    `${file}:4:47 HUB_LINT_ALIASES an anchor is used more than 500 times, those inside it counted`,
  ])
})

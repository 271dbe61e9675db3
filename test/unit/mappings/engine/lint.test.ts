// Lint, the rarer lines: YAML itself, outbound files, numbers, conditions, records, kinds, the families file.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseFamilies } from '#mappings/engine/families.ts'
import { formatIssue, parseTable } from '#mappings/engine/index.ts'
import { lint } from '../../../helpers/mapping.ts'

const head = 'from: { connector: x, message: y }\nversion: 1\n'
const owned = `${head}own: [/no]\n`

const inbound: readonly [string, string][] = [
  [
    `${head}own: [/no\n`,
    '4:1 HUB_LINT_YAML not readable as YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
  ],
  [`${head}version: 2\nown: [/no]\n`, '3:1 HUB_LINT_YAML not readable as YAML: Map keys must be unique'],
  ['version: 1\nown: [/no]\n', '1:1 HUB_LINT_SHAPE the file lacks "from"'],
  [`${head}own: [{ text: /t }]\n`, '3:9 HUB_LINT_DIRECTION "text" has no place in an own mapping'],
  [`${owned}cited: [{ family: court }]\n`, '4:9 HUB_LINT_SHAPE a number has either path or text'],
  [`${owned}to: { connector: x, message: y }\n`, '4:1 HUB_LINT_DIRECTION "to" has no place in an inbound mapping'],
  [
    `${owned}ignore: { pageId: paging }\n`,
    `4:11 HUB_LINT_PATH "pageId" is not a path: it is neither '' nor starts with /, $/ or @/`,
  ],
  [`${owned}set: { case.title: '/a//b' }\n`, '4:20 HUB_LINT_PATH "/a//b" is not a path: a segment is empty'],
  [`${owned}set: { case.title: /a~b }\n`, '4:20 HUB_LINT_PATH "/a~b" is not a path: ~ must be written ~0'],
  [
    `${owned}set: { case.title: /a/__proto__ }\n`,
    '4:20 HUB_LINT_PATH "/a/__proto__" is not a path: a segment is a reserved name',
  ],
  [
    `${owned}set: { case.title: '@/now' }\n`,
    '4:20 HUB_LINT_PATH "@/now" is not a path: the context has system, area6, prefecture4, today, receivedAt, caseId, deliveryId',
  ],
  [
    `${owned}set: { case.amount: { money: true } }\n`,
    '4:21 HUB_LINT_SOURCE_COUNT a rule has exactly one source, this one has none',
  ],
  [
    `${owned}set: { case.title: { path: /a, text: fold, id: true } }\n`,
    '4:20 HUB_LINT_SHAPE a rule has one type step, this one has text, id',
  ],
  [
    `${owned}set: { case.title: { path: /a, when: { path: /b } } }\n`,
    '4:38 HUB_LINT_SHAPE a condition is a path with is, not, has, present or atLeast; or all, any, no',
  ],
  [`${owned}set: { case: /a }\n`, '4:14 HUB_LINT_TARGET_KIND "case" is object, the rule gives a single value'],
  [`${owned}set: { parties: /a }\n`, '4:17 HUB_LINT_TARGET_KIND "parties" is list, the rule gives a single value'],
  [
    `${owned}set: { case.people: { path: /a, money: true } }\n`,
    '4:33 HUB_LINT_TARGET_KIND "case.people" is int, the rule gives money',
  ],
  [
    `${owned}set: { parties: { each: {}, set: { name: /a } } }\n`,
    '4:25 HUB_LINT_SHAPE a list of elements is a path, {split} or {zip}',
  ],
  [
    `${owned}set: { parties: { each: /l, set: { nmae: /a } } }\n`,
    '4:36 HUB_LINT_TARGET_UNKNOWN the target has no field "parties[].nmae"; did you mean "parties[].name"?',
  ],
  [
    `${head}records: [{ name: a, set: { case.title: /a } }]\n`,
    '3:11 HUB_LINT_OWN_MISSING record "a" names no own number',
  ],
  [
    `${owned}set: { case.title: { path: /a, id: curt } }\n`,
    '4:36 HUB_LINT_FAMILY_UNKNOWN number family "curt" does not exist; did you mean "court"?',
  ],
]

test.each(inbound)('inbound: %j', (text, line) => {
  expect(lint(text)).toEqual([`mappings/x/y.inbound.yaml:${line}`])
})

const out = 'to: { connector: x, message: y }\nversion: 1\n'
const outbound: readonly [string, string][] = [
  [`${out}own: [/no]\n`, '3:1 HUB_LINT_DIRECTION "own" has no place in an outbound mapping'],
  [`${out}set: { a: /b }\n`, '3:8 HUB_LINT_TARGET_UNKNOWN the target has no field "a"'],
  [`${out}set: { /a: { path: /b, time: 'HH:mm' } }\n`, '3:30 HUB_LINT_FORMAT_UNKNOWN "HH:mm" is not a time format'],
  [`${out}set: { /a: /b, /a/c: /d }\n`, '3:8 HUB_LINT_TARGET_CLASH "/a" is set as a value and as the parent of "/a/c"'],
]

test.each(outbound)('outbound: %j', (text, line) => {
  expect(lint(text, 'mappings/x/y.outbound.yaml')).toEqual([`mappings/x/y.outbound.yaml:${line}`])
})

test('several findings come in the order of the file', () => {
  expect(lint(`${owned}set:\n  case.titel: /a\n  case.title: b\n`).map(l => l.split(' ', 2).join(' '))).toEqual([
    'mappings/x/y.inbound.yaml:5:3 HUB_LINT_TARGET_UNKNOWN',
    'mappings/x/y.inbound.yaml:6:15 HUB_LINT_PATH',
  ])
})

test('a table may say a code twice on different days, in other columns only what it declares', () => {
  const table = (entries: string) =>
    parseTable(`table: t\nversion: 1\ncolumns: [tags]\nentries:\n${entries}`, 't.yaml').issues.map(formatIssue)
  const days =
    '  - { from: a, to: X, valid: { to: 2025-12-31 } }\n  - { from: a, to: Y, valid: { from: 2026-01-01 } }\n'
  expect(table(days)).toEqual([])
  expect(table(days.replace('2025-12-31', '2026-01-01'))).toEqual([
    't.yaml:6:13 HUB_LINT_TABLE_DOUBLE the code "a" stands twice for the same days',
  ])
  expect(table('  - { from: a, to: X, tag: y }\n')).toEqual([
    't.yaml:5:23 HUB_LINT_COLUMN_UNKNOWN table "t" has no column "tag"',
  ])
})

test('a family names only groups that its patterns have', () => {
  const text = readFileSync('schemas/identifiers/families.yaml', 'utf8')
  const findings = (from: string, to: string) => parseFamilies(text.replace(from, to), 'f.yaml').issues.map(formatIssue)
  const line = text.split('\n').findIndex(l => l.includes("text: 'MT{area}")) + 1
  expect(findings("text: 'MT{area}", "text: 'MT{aera}")).toEqual([
    `f.yaml:${line}:11 HUB_LINT_PATTERN the pattern of family "mt" has no group "aera"`,
  ])
})

// Each import rule fires on a planted violation, in a scratch tree with the aliases of the real one.
import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root } from './support/files.ts'

interface Violation {
  readonly from: string
  readonly to: string
  readonly rule: { readonly name: string }
}

// Rule → the file that breaks it and what it says. Type imports, aliases and import() count like any other.
const planted: Readonly<Record<string, readonly [string, string]>> = {
  'no-circular': ['gateway/formats/a.ts', "export { b } from './b.ts'; export const a = 1"],
  'schemas-at-the-bottom': ['schemas/up.ts', "export type { Port } from '#gateway/kafka/port.ts'"],
  'mappings-know-only-schemas': ['mappings/engine/up.ts', "export type { Port } from '#gateway/kafka/port.ts'"],
  'mapping-folders-hold-no-code': ['mappings/northgate/code.ts', "export { ok } from '#schemas/ok.ts'"],
  'pure-folders-do-no-io': ['schemas/io.ts', "export { readFileSync } from 'node:fs'"],
  'core-imports-no-connector': [
    'ops/cli/direct.ts',
    "export const load = () => import('#connectors/northgate/adapter.ts')",
  ],
  'sdk-knows-only-schemas': ['connectors/sdk-bad.ts', "export type { Port } from '#gateway/kafka/port.ts'"],
  'connector-knows-only-the-sdk': ['connectors/southgate/adapter.ts', "export { x } from '../northgate/adapter.ts'"],
  'stages-do-not-know-each-other': ['gateway/route/peek.ts', "export { s } from '../deliver/stage.ts'"],
  'port-not-implementation': ['gateway/translate/deep.ts', "export { client } from '../kafka/client.ts'"],
  'nobody-knows-certify': ['gateway/receive/watched.ts', "export { desk } from '../certify/desk.ts'"],
  'kafka-client-in-one-place': ['ops/bench/client.ts', "export { Producer } from '@platformatic/kafka'"],
  'gateway-not-to-ops': ['gateway/registry/up.ts', "export { direct } from '#ops/cli/quiet.ts'"],
  'ops-through-the-front-door': ['ops/cli/deep.ts', "export type { Port } from '#gateway/kafka/port.ts'"],
  'production-not-to-test': ['gateway/security/fake.ts', "export { helper } from '../../test/helpers/helper.ts'"],
}

const clean: Readonly<Record<string, string>> = {
  'schemas/ok.ts': 'export const ok = 1',
  'gateway/formats/b.ts': "export { a } from './a.ts'; export const b = 1",
  'gateway/kafka/port.ts': 'export interface Port { readonly name: string }',
  'gateway/kafka/client.ts': "import { Producer } from '@platformatic/kafka'; export const client = Producer",
  'gateway/certify/desk.ts': 'export const desk = 1',
  'gateway/deliver/stage.ts':
    "import type { Port } from '../kafka/port.ts'; export const s = (port: Port) => port.name",
  'gateway/index.ts': "export { s } from './deliver/stage.ts'",
  'connectors/sdk.ts': "export { ok } from '#schemas/ok.ts'",
  'connectors/northgate/adapter.ts':
    "import { createServer } from 'node:http'; export { ok as x } from '../sdk.ts'; export const y = createServer",
  'mappings/engine/ok.ts': "export { ok } from '#schemas/ok.ts'",
  'ops/cli/quiet.ts': "export { s as direct } from '#gateway/index.ts'",
  'test/helpers/helper.ts': "import { client } from '#gateway/kafka/client.ts'; export const helper = client",
}

let scratch = ''
let violations: readonly Violation[] = []

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'hub-imports-'))
  for (const name of ['package.json', 'tsconfig.json', '.dependency-cruiser.mjs']) {
    copyFileSync(join(root, name), join(scratch, name))
  }
  symlinkSync(join(root, 'node_modules'), join(scratch, 'node_modules'))
  const bad = Object.values(planted)
  for (const [path, text] of [...Object.entries(clean), ...bad]) {
    mkdirSync(dirname(join(scratch, path)), { recursive: true })
    writeFileSync(join(scratch, path), `${text}\n`)
  }
  violations = await cruise()
})

afterAll(() => rmSync(scratch, { recursive: true, force: true }))

async function cruise(): Promise<Violation[]> {
  const tool = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs')
  const folders = ['schemas', 'mappings', 'connectors', 'gateway', 'ops', 'test']
  // The exit code counts violations, and this tree is full of them.
  const run = promisify(execFile)(
    process.execPath,
    [tool, '--config', '.dependency-cruiser.mjs', '-T', 'json', ...folders],
    {
      cwd: scratch,
      maxBuffer: 32 * 1024 * 1024,
    },
  ).catch((failed: { stdout: string }) => failed)
  return JSON.parse((await run).stdout).summary.violations
}

test.each(Object.entries(planted))('%s fires on its planted violation', (rule, [path]) => {
  expect(violations.filter(one => one.rule.name === rule).map(one => one.from)).toContain(path)
})

test('nothing fires on a file that keeps the rules', () => {
  const inCycle = 'gateway/formats/b.ts'
  const wrong = violations.filter(one => one.from in clean && one.from !== inCycle)
  expect(wrong.map(one => `${one.rule.name}: ${one.from} -> ${one.to}`)).toEqual([])
})

test('all fourteen rules are planted, and each says what to do instead', async () => {
  const { default: config } = (await import(join(root, '.dependency-cruiser.mjs'))) as {
    default: { forbidden: { name: string; comment: string; severity: string }[] }
  }
  expect(config.forbidden.map(rule => rule.name).toSorted()).toEqual(Object.keys(planted).toSorted())
  expect(config.forbidden.filter(rule => rule.comment.length < 30 || rule.severity !== 'error')).toEqual([])
})

// A fifth kind of system, as a developer adds it: made with `hub new`, filled with a format of its own, proved, and not one
// file that was there is edited. Runs in a copy of the repository.
import { execFile } from 'node:child_process'
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { connectorDirs } from '#gateway/loader/discover.ts'
import { standard } from '../../conformance/standard.ts'
import { copyRepository } from '../../helpers/repository-copy.ts'

const repository = join(import.meta.dirname, '../../..')
const filled = join(import.meta.dirname, 'toytown')
const tree = copyRepository(['node_modules'])
const copy = tree.root

/** Those of the repository, and the new one. */
const connectors = connectorDirs(repository).length + 1

interface Ran {
  readonly code: number
  readonly out: string
}

/** Runs a script of the copy on this Node, with no setting of the machine that runs the tests. */
function run(...args: string[]): Promise<Ran> {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, NO_COLOR: '1' }
  return new Promise(done => {
    execFile(process.execPath, args, { cwd: copy, env }, (error, stdout, stderr) =>
      done({ code: error ? Number(error.code ?? 1) : 0, out: stdout + stderr }),
    )
  })
}

const hub = (...args: string[]) => run('ops/cli/hub.ts', ...args)

afterAll(() => tree.remove())

test('hub new makes a connector that lints and passes, in two new folders', async () => {
  expect(await hub('new', 'toytown')).toMatchObject({ code: 0 })
  expect(await run('node_modules/@biomejs/biome/bin/biome', 'check', 'connectors/toytown')).toMatchObject({ code: 0 })
  expect(await hub('test', 'toytown')).toMatchObject({ code: 0 })
  expect(await hub('new', 'toytown')).toMatchObject({ code: 1, out: expect.stringContaining('HUB_CLI_ID_TAKEN') })
})

test('a format of its own is written in, and the golden files are read before they are taken over', async () => {
  for (const folder of ['connectors', 'mappings']) fill(folder)
  expect(await hub('lint')).toEqual({ code: 0, out: `${connectors} connectors, 0 findings\n` })
  const missing = await hub('test', 'toytown')
  expect(missing.code).toBe(1)
  expect(missing.out).toContain('mappings/toytown/golden/ticket-open.inbound.json is missing')
  expect(await hub('golden', 'toytown', '--update')).toMatchObject({ code: 0 })
  expect(goldenOf('ticket-open.inbound')).toMatchObject({
    record: {
      envelope: { occurredAt: Date.parse('2026-03-02T09:10:00+08:00') },
      case: { amount: '8600.00' },
      proceeding: { status: 'ACCEPTED', nativeStatus: { code: '1' } },
      parties: [
        { role: 'APPLICANT', name: '虚甲一' },
        { role: 'RESPONDENT', name: '杭州虚构营造劳务有限公司' },
      ],
    },
    own: [{ family: 'local', scope: 'system', normalized: '玩-17' }],
    cited: [{ number: { normalized: 'HZSDH20260012345' }, source: 'TEXT' }],
    flaws: [],
  })
  expect(goldenOf('line-closed.outbound').record).toEqual({
    id: '6a3d8c0e-0d7b-5c1f-9f0a-3c5b7c1d2e4f',
    lsh: '玩-17',
    zt: '2',
  })
  expect(await hub('test', 'toytown')).toMatchObject({
    code: 0,
    out: expect.stringContaining('1 connectors, 0 faults'),
  })
})

test('the standard holds for it without a list of names, and the hub has its topics', async () => {
  const suite = ['test/conformance/connectors.test.ts', 'test/house/core-names-no-system.test.ts']
  const ofToytown = ['--reporter=verbose', '-t', 'connector toytown|no core source names']
  const vitest = await run('node_modules/vitest/vitest.mjs', 'run', '--project', 'unit', ...ofToytown, ...suite)
  expect(vitest).toMatchObject({ code: 0 })
  expect(vitest.out).toMatch(/✓.* no core source names a connector/)
  expect(vitest.out.match(/✓.* connector toytown > keeps C\d+/g)).toHaveLength(standard.length)
  const topics = await hub('topics')
  for (const name of ['hub.in.toytown-desk', 'hub.out.toytown-desk']) expect(topics.out).toContain(name)
})

test('no file that was there is edited', () => {
  const lines = tree.changed()
  expect(lines.filter(line => !/^\?\? (connectors|mappings)\/toytown\//.test(line))).toEqual([])
  expect(lines.length).toBeGreaterThan(15)
})

/** The developer's files in place of the scaffold's. A `.txt` keeps code of another tree out of this one's checks. */
function fill(folder: string): void {
  const target = join(copy, folder, 'toytown')
  rmSync(target, { recursive: true })
  const from = join(filled, folder)
  for (const path of readdirSync(from, { recursive: true, encoding: 'utf8' }).filter(name =>
    /\w\.\w+$|SOURCE$/.test(name),
  ))
    cpSync(join(from, path), join(target, path.replace(/\.txt$/, '')))
}

function goldenOf(name: string): { record: unknown } {
  return JSON.parse(readFileSync(join(copy, 'mappings/toytown/golden', `${name}.json`), 'utf8'))[0]
}

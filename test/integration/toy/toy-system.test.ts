// A fifth kind of system, as a developer adds it: made with `hub new`, filled with a format of its own, proved, and not one
// file that was there is edited. Runs in a copy of the repository.
import { execFile, execFileSync } from 'node:child_process'
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectorDirs } from '#gateway/loader/discover.ts'
import { standard } from '../../conformance/standard.ts'

const repository = join(import.meta.dirname, '../../..')
const filled = join(import.meta.dirname, 'toytown')
const copy = mkdtempSync(join(tmpdir(), 'hub-toy-'))

/** Those of the repository, and the new one. */
const connectors = connectorDirs(repository).length + 1

interface Ran {
  readonly code: number
  readonly out: string
}

const git = (folder: string, ...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' })
const author = ['-c', 'user.name=toy', '-c', 'user.email=toy@example.org']

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

/** What differs from the commit, every new file by name. */
const changed = () => git(copy, 'status', '--porcelain', '--untracked-files=all').split('\n').filter(Boolean)

beforeAll(() => {
  const files = git(repository, 'ls-files', '-z')
    .split('\0')
    .filter(path => path && existsSync(join(repository, path)))
  for (const path of files) {
    mkdirSync(dirname(join(copy, path)), { recursive: true })
    cpSync(join(repository, path), join(copy, path))
  }
  symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'))
  git(copy, 'init', '-q')
  // A link is no folder to the pattern `node_modules/`.
  appendFileSync(join(copy, '.git/info/exclude'), 'node_modules\n')
  git(copy, 'add', '-A')
  git(copy, ...author, 'commit', '-qm', 'test: copy')
})

afterAll(() => rmSync(copy, { recursive: true, force: true }))

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
  const lines = changed()
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

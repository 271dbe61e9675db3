import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { buildApp } from '#gateway/app.ts'
import { mappingRoutes } from '#gateway/mappings/routes.ts'
import { createTelemetry } from '#gateway/telemetry.ts'
import { mappingCommand } from '#ops/cli/commands/mapping.ts'
import { runCommand } from '../../../../helpers/run-command.ts'
import { mappingText, writeVersion } from '../../../../integration/gateway/swap/versions.ts'
import { type Kit, kit } from '../../../gateway/mappings/world.ts'

/** Runs the command against a door that listens. */
async function hub(one: Kit = kit()) {
  const dir = mkdtempSync(join(tmpdir(), 'hub-mapping-'))
  const app = await buildApp({
    health: { stages: () => [], telemetry: createTelemetry(), refresh: async () => undefined },
    control: { isPaused: () => false, pause: async () => undefined, resume: async () => undefined },
    systems: new Set(),
    operatorKey: 'key',
    doors: [mappingRoutes({ ...one, operatorKey: 'key', slot: 'two', roles: new Set(['translate', 'deliver']) })],
    log: { error: () => undefined },
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(async () => {
    await app.close()
    rmSync(dir, { recursive: true })
  })
  const { port } = new URL(url)
  const env = { HUB_HTTP_PORT: port, HUB_OPERATOR_KEY: 'key' }
  return { dir, run: (...args: string[]) => runCommand(mappingCommand, env, args) }
}

describe('hub mapping', () => {
  test('puts a version with its table, says what differs, and lists it', async () => {
    const { dir, run } = await hub()
    const { mapping, table } = writeVersion(dir, 2)
    const put = await run('put', mapping, '--table', table)
    expect(put.code).toBe(0)
    expect(put.lines.slice(0, 4)).toEqual([
      expect.stringMatching(/\.inbound\.json$/),
      '  /0/record/proceeding/status',
      '    - "REGISTERED"',
      '    + "ACCEPTED"',
    ])
    expect(put.lines.at(-1)).toMatch(
      /^labour-arbitration\/case\.inbound@2: samples that differ 有差异的样例: \d+; is in the registry/,
    )
    const { lines } = await run('list')
    expect(lines[0]).toBe('process 进程 two: translate deliver')
    expect(lines.find(line => line.includes('case.inbound'))).toMatch(
      / 2 {2}operator 2026-03-02T01:14:07\.000Z 在线提交$/,
    )
    expect(lines.find(line => line.includes('notice.outbound'))).toMatch(/ 1 {2}disk 文件$/)
  })

  test('with --dry-run only judges', async () => {
    const one = kit()
    const { dir, run } = await hub(one)
    const put = await run('put', '--dry-run', writeVersion(dir, 2).mapping)
    expect(put.lines.at(-1)).toMatch(/samples that differ 有差异的样例: 0; may be put 可以提交$/)
    expect(one.written).toEqual([])
  })

  test('prints findings as compilers do, and what is wrong in both languages', async () => {
    const { dir, run } = await hub()
    const { mapping } = writeVersion(dir, 2)
    writeFileSync(mapping, mappingText(2).replace('table: status,', 'table: statuss,'))
    const put = await run('put', mapping)
    expect(put.code).toBe(1)
    expect(put.lines[0]).toMatch(/^case\.inbound\.yaml:\d+:\d+ HUB_LINT_TABLE_UNKNOWN/)
    expect(put.errors).toEqual(['HUB_MAPPING_TEXT', '检查发现 1 处错误', 'lint finds 1 fault(s)'])
  })

  test('says how it is called', async () => {
    const { run } = await hub()
    for (const args of [[], ['put'], ['put', '--table', 'x'], ['other', 'x']])
      expect(await run(...args)).toMatchObject({ code: 2, lines: [''] })
  })
})

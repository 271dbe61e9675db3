// hub certify against a running sandbox: it says whose turn it is, waits, writes both reports, and its exit code is the verdict.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Report } from '#gateway/certify/types.ts'
import { certifyCommand } from '#ops/cli/commands/certify.ts'
import { readEnvironment } from '#ops/cli/environment.ts'
import { attend } from '../../helpers/certification.ts'
import { type TestHub, testHub } from '../../helpers/hub.ts'

const system = 'hotline-12345'

function command(hub: TestHub, ...args: string[]) {
  const out = mkdtempSync(join(tmpdir(), 'hub-report-'))
  onTestFinished(() => rmSync(out, { recursive: true, force: true }))
  const printed: string[] = []
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation(text => printed.push(String(text)) > 0)
  onTestFinished(() => spy.mockRestore())
  const { hostname, port } = new URL(hub.url)
  const variables = { HUB_HTTP_HOST: hostname, HUB_HTTP_PORT: port, HUB_OPERATOR_KEY: 'operator-key' }
  const ended = certifyCommand.run(readEnvironment(variables), [system, '--out', out, ...args])
  const id = () => /[0-9a-f-]{36}/.exec(printed[0] ?? '')?.[0]
  const written = () => JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Report
  return { out, ended, id, printed, written }
}

test('ends with 0 when the department shows everything, and with 1 when it does nothing', async () => {
  const hub = await testHub()
  const shown = command(hub, '--within', '60')
  await vi.waitFor(() => expect(shown.id()).toBeDefined(), { timeout: 20_000 })
  await attend(hub, { system }, shown.id()!)
  expect(await shown.ended).toBe(0)
  expect(shown.written()).toMatchObject({ id: shown.id(), state: 'passed', failed: 0, skipped: 0 })
  expect(shown.printed.join('')).toContain('  → Register a new ticket in the test system and let it be sent.\n')
  expect(shown.printed.join('')).toContain('    · 报文 order 已收下  order taken in\n')

  const silent = command(hub, '--within', '1')
  expect(await silent.ended).toBe(1)
  expect(silent.written().exchanges[0]!.finding!.code).toBe('NO_CALL')
  expect(silent.printed.join('')).toContain('    NO_CALL  未收到该系统的任何调用  the system sends nothing\n')
  expect(readFileSync(join(silent.out, 'report.html'), 'utf8')).toContain('<code>NO_CALL</code>')
}, 240_000)

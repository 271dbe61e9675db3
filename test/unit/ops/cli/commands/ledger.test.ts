import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { ledgerCommand } from '#ops/cli/commands/ledger.ts'
import { readEnvironment } from '#ops/cli/environment.ts'

const seen = {
  count: 3,
  firstSeen: '2026-03-01T08:00:00.000Z',
  lastSeen: '2026-03-02T09:30:00.000Z',
  messageIds: ['m3', 'm2', 'm1'],
}
const rows = {
  'unknown-codes': [
    { system: 'toy', message: 'case', table: 'status', pointer: '/zt', code: '会商\u001b[31m', ...seen },
    { system: 'toy', message: 'case', table: 'sex', pointer: '/people/*/sex', code: null, ...seen },
  ],
  'unmapped-fields': [{ system: 'toy', message: 'case', pointer: '/steps/*/note', ...seen }],
}

async function run(...args: string[]) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url!)
    const name = /ledgers\/([a-z-]+)/.exec(request.url!)![1] as keyof typeof rows
    response.end(JSON.stringify({ rows: rows[name] }))
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  const printed: string[] = []
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation(text => printed.push(String(text)) > 0)
  onTestFinished(() => spy.mockRestore())
  const port = String((server.address() as AddressInfo).port)
  const code = await ledgerCommand.run(readEnvironment({ HUB_HTTP_PORT: port }), args)
  return { code, asked, text: printed.join('') }
}

test('lists codes, a stranger’s text quoted, and what may not be shown as a dash', async () => {
  const { code, asked, text } = await run('codes', '--system', 'toy')
  expect([code, asked]).toEqual([0, ['/admin/ledgers/unknown-codes?system=toy']])
  expect(text.split('\n')).toEqual([
    '     3  toy  case  /zt  status  "会商\\u001b[31m"  2026-03-01T08:00..2026-03-02T09:30  m3',
    '     3  toy  case  /people/*/sex  sex  -  2026-03-01T08:00..2026-03-02T09:30  m3',
    '2 rows  2 行',
    '',
  ])
})

test('lists fields, and as JSON for machines', async () => {
  expect((await run('fields')).text).toMatch(/^ {5}3 {2}toy {2}case {2}\/steps\/\*\/note {2}2026-/)
  expect(JSON.parse((await run('fields', '--json')).text)).toEqual(rows['unmapped-fields'])
})

test('says how it is called', async () => {
  expect([(await run()).code, (await run('others')).code, (await run('codes', '--nope')).code]).toEqual([2, 2, 2])
})

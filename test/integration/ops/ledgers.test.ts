import { randomUUID } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { irsHeaders, type Json } from '#connectors/sdk.ts'
import { demoCredentials } from '#gateway/index.ts'
import { ledgerCommand } from '#ops/cli/commands/ledger.ts'
import { readEnvironment } from '#ops/cli/environment.ts'
import { root, type TestHub, testHub } from '../../helpers/hub.ts'

const id = 'labour-arbitration'
const sample = JSON.parse(
  readFileSync(join(root, 'connectors', id, 'samples/valid/a01-case-applied.json'), 'utf8'),
) as { [name: string]: Json }
const odd = { ...sample, status: '会商中', new_field: { from: 'the next version' }, 张三: 1 }

function ledger(on: TestHub, ...args: string[]) {
  const printed: string[] = []
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation(text => printed.push(String(text)) > 0)
  const { port } = new URL(on.url)
  const environment = readEnvironment({ HUB_HTTP_PORT: port, HUB_OPERATOR_KEY: 'operator-key' })
  return ledgerCommand
    .run(environment, [...args, '--json'])
    .then(() => JSON.parse(printed.join('')) as Record<string, unknown>[])
    .finally(() => spy.mockRestore())
}

const withoutTimes = (rows: readonly Record<string, unknown>[]) =>
  rows.map(({ firstSeen: _first, lastSeen: _last, ...row }) => row)

it('a hub counts unknown codes and fields of what came in, and the same again after its store is gone', async () => {
  const on = await testHub()
  const answer = await on.simulators.get(id)!.send('case', odd)
  expect(answer.status).toBe(202)
  const messageId =
    (JSON.parse(answer.body.toString()) as { messageId?: string }).messageId ?? answer.headers['hub-message-id']
  const codes = [
    {
      system: id,
      message: 'case',
      table: 'status',
      pointer: '/status',
      code: '会商中',
      count: 1,
      messageIds: [messageId],
    },
  ]
  const fields = ['/new_field', '/?'].map(pointer => ({
    system: id,
    message: 'case',
    pointer,
    count: 1,
    messageIds: [messageId],
  }))
  const look = async () => {
    await vi.waitFor(async () => expect(withoutTimes(await ledger(on, 'codes'))).toEqual(codes), 20_000)
    expect(withoutTimes(await ledger(on, 'fields', '--system', id))).toEqual(expect.arrayContaining(fields))
    expect(await ledger(on, 'fields', '--system', 'zongzhi')).toEqual([])
  }
  await look()
  rmSync(join(on.settings.dataDir, 'index'), { recursive: true })
  await on.restart()
  await look()
})

it('a dry run tells its sender all, another system nothing, and leaves nothing behind', async () => {
  const on = await testHub()
  const post = async (body: object, as: string) => {
    const { accessKey, secret } = demoCredentials(as).inbound as { accessKey: string; secret: string }
    // Two calls of one second would else bear one signature, and the second would be refused.
    const query = { dryRun: 'true', nonce: randomUUID() }
    const request = { method: 'POST', path: `/in/${id}/case`, query } as const
    const answer = await fetch(`${on.url}${request.path}?${new URLSearchParams(query)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...irsHeaders({ accessKey, secret }, request, new Date()) },
      body: JSON.stringify(body),
    })
    return { status: answer.status, text: await answer.text() }
  }
  const { status, text } = await post(odd, id)
  expect(status).toBe(200)
  const { result } = JSON.parse(text)
  expect(result.mapping).toBe('labour-arbitration/case@1')
  expect(result.records[0]).toMatchObject({
    own: [{ family: 'labour-arbitration' }],
    openTitle: expect.stringContaining('·'),
    case: { zh: expect.stringContaining('归入'), en: expect.stringContaining('the case') },
    record: { proceeding: { status: 'UNKNOWN', nativeStatus: { name: '会商中' } } },
    personal: { parties: expect.arrayContaining([expect.objectContaining({ name: expect.stringMatching(/^虚/) })]) },
  })
  expect(result.flaws).toContainEqual(
    expect.objectContaining({ pointer: '/status', rule: 'UNKNOWN_CODE', table: 'status' }),
  )
  expect(result.notMapped).toEqual([{ pointer: '/new_field' }, { pointer: '/?' }])
  expect(result.fields).toContainEqual({
    pointer: '/cause',
    state: 'mapped',
    to: expect.arrayContaining([expect.objectContaining({ path: 'case.categoryNative[0].name' })]),
  })
  const other = await post(odd, 'zongzhi')
  expect([other.status, other.text]).toEqual([401, expect.not.stringContaining('虚')])
  const refused = await post({ ...odd, case_no: '无' }, id)
  expect(refused.status).toBe(422)
  expect(JSON.parse(refused.text)).toMatchObject({
    code: 'HUB_RECEIVE_NO_NUMBER',
    pointer: '/case_no',
    zh: expect.stringMatching(/编号/),
    todo: { zh: expect.any(String), en: expect.any(String) },
  })
  expect(await ledger(on, 'codes')).toEqual([])
  expect(await (await fetch(`${on.url}/metrics`)).text()).not.toMatch(/hub_unknown_codes_total\{/)
})

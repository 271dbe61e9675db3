import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { irsHeaders } from '#connectors/sdk.ts'
import { demoConfig } from '#gateway/loader/config.ts'
import { demoCredentials } from '#gateway/loader/demo-credentials.ts'
import { connectorDirs } from '#gateway/loader/discover.ts'
import { createLog } from '#gateway/log.ts'
import { type Hub, startHub } from '#gateway/main.ts'
import { roles } from '#gateway/settings.ts'
import { ownBroker, sharedBroker } from '../../helpers/broker.ts'
import { valuesOf } from '../../helpers/kafka.ts'

const root = new URL('../../..', import.meta.url).pathname
const system = 'labour-arbitration'

interface Place {
  readonly brokers: string
  readonly prefix: string
  readonly dataDir: string
}

function place(brokers: string, prefix: string): Place {
  const dataDir = mkdtempSync(join(tmpdir(), 'hub-door-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
  return { brokers, prefix, dataDir }
}

async function start({ brokers, prefix, dataDir }: Place): Promise<Hub> {
  const hub = await startHub({
    root,
    dataDir,
    brokers: brokers.split(','),
    prefix,
    host: '127.0.0.1',
    port: 0,
    config: demoConfig(connectorDirs(root)),
    operatorKey: 'operator',
    slot: '1',
    roles: new Set(roles),
    log: createLog('error'),
    now: () => new Date(),
  })
  let stopped: Promise<void> | undefined
  const stop = () => (stopped ??= hub.stop())
  onTestFinished(stop)
  return { ...hub, stop }
}

let nonce = 0

async function call(
  hub: Hub,
  method: 'GET' | 'POST',
  path: string,
  body?: object,
  headers: Record<string, string> = {},
  as = system,
) {
  nonce += 1
  const query = { nonce: String(nonce) }
  const { accessKey = '', secret = '' } = demoCredentials(as).inbound
  const signed = irsHeaders({ accessKey, secret }, { method, path, query }, new Date())
  const answer = await fetch(`${hub.url}${path}?nonce=${nonce}`, {
    method,
    headers: { ...signed, ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes
  return { status: answer.status, headers: answer.headers, json: (await answer.json()) as any }
}

const send = (hub: Hub, native: object, key?: string) =>
  call(hub, 'POST', `/in/${system}/case`, native, key === undefined ? {} : { 'idempotency-key': key })

const statusOf = async (hub: Hub, id: string): Promise<string> =>
  (await call(hub, 'GET', `/receipts/${id}`)).json.status

async function ends(hub: Hub, id: string, status: string): Promise<void> {
  await vi.waitFor(async () => expect(await statusOf(hub, id)).toBe(status), { timeout: 20_000, interval: 100 })
}

const native = (serial: number, more: object = {}) => ({
  case_no: `浙杭西湖劳人仲案〔2026〕${serial}号`,
  apply_at: '2026-03-18',
  status: '受理',
  applicant_arr: [{ name: '虚甲一', id_card: '330199190001010010' }],
  ...more,
})

it('stores a message sealed, and its receipt tells the case it became', async () => {
  const { brokers, prefix } = sharedBroker()
  const hub = await start(place(brokers, prefix))
  const sent = await send(hub, native(1, { total_money: '???' }))
  expect(sent.status).toBe(202)
  const { messageId } = sent.json
  await ends(hub, messageId, 'events')
  const receipt = (await call(hub, 'GET', `/receipts/${messageId}`)).json
  expect(receipt).toMatchObject({
    system,
    message: 'case',
    problem: null,
    caseId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  })
  expect(receipt.flaws).toContainEqual({ pointer: '/total_money', rule: 'NOT_A_NUMBER' })
  expect((await call(hub, 'GET', `/receipts/${messageId}`, undefined, {}, 'mt-coordination')).status).toBe(404)
  expect(JSON.stringify(receipt)).not.toContain('虚甲一')
  const stored = await valuesOf(brokers.split(','), `${prefix}in.${system}`)
  expect(stored).toHaveLength(1)
  expect(stored[0]).not.toContain('虚甲一')
})

it('answers a used key from memory, and after a restart stores it and lets the receipt say conflict', async () => {
  const { brokers, prefix } = sharedBroker()
  const at = place(brokers, prefix)
  const hub = await start(at)
  const first = await send(hub, native(2), 'key-1')
  expect((await send(hub, native(2), 'key-1')).json).toEqual({ ...first.json, duplicate: true })
  expect((await send(hub, native(2, { status: '审理' }), 'key-1')).status).toBe(409)
  await ends(hub, first.json.messageId, 'events')
  await hub.stop()

  const again = await start(at)
  const other = await send(again, native(2, { status: '审理' }), 'key-1')
  expect(other.status).toBe(202)
  await ends(again, other.json.messageId, 'conflict')
  const same = await send(again, native(3), 'key-2')
  expect(same.status).toBe(202)
  expect(await statusOf(again, first.json.messageId)).toBe('events')
})

it('says 503 while the broker is away, and the same receipt afterwards', async () => {
  const broker = await ownBroker()
  const hub = await start(place(broker.brokers, 'away.'))
  expect((await send(hub, native(4), 'before')).status).toBe(202)
  await broker.current.stop()
  const refused = await send(hub, native(5), 'key-5')
  expect(refused.json).toMatchObject({ status: 503, code: 'HUB_KAFKA_UNREACHABLE' })
  expect(refused.headers.get('retry-after')).toBe('2')
  await broker.restart()
  const taken = await vi.waitFor(
    async () => {
      const answer = await send(hub, native(5), 'key-5')
      expect(answer.status).toBe(202)
      return answer
    },
    { timeout: 30_000, interval: 500 },
  )
  await ends(hub, taken.json.messageId, 'events')
}, 120_000)

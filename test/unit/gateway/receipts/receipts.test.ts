import Fastify from 'fastify'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { irsHeaders } from '#connectors/sdk.ts'
import { followReceipts, type ReceiptsDeps } from '#gateway/receipts/follow.ts'
import { receiptRoutes } from '#gateway/receipts/routes.ts'
import { createAuthenticator } from '#gateway/security/authenticate.ts'
import { openSqliteStore } from '#gateway/store/sqlite.ts'
import type { SystemConfig } from '#schemas/files.ts'
import { MemoryLog } from '../../../helpers/memory-log.ts'
import { caseCodec, message, numberRef } from '../../../helpers/records.ts'

const at = Date.parse('2026-03-02T01:14:07.000Z')
const iso = (later = 0) => new Date(at + later).toISOString()
const id = 'd3f0a1c6-52b7-5b1e-9d0c-8f4a6e7b2c15'

const json = (value: object) => Buffer.from(JSON.stringify(value))

function kit(log = new MemoryLog(), store = openSqliteStore(':memory:'), extra: Partial<ReceiptsDeps> = {}) {
  log.timestamp = at + 100
  const warnings: object[] = []
  const kinds = ['in', 'canonical', 'invalid', 'case-state', 'attempts'] as const
  const receipts = followReceipts({
    reader: log,
    store,
    topics: kinds.map(kind => ({ topic: kind, kind, partitions: 1 })),
    decode: bytes => caseCodec.decode(bytes),
    now: () => new Date(at),
    log: { warn: (facts, text) => void warnings.push({ ...facts, text }) },
    ...extra,
  })
  onTestFinished(() => receipts.stop())
  const say = {
    received: (when = iso(), messageId = id) =>
      log.add('in', { headers: { ce_id: messageId, ce_time: when, ce_source: '/systems/toy', hub_message: 'case' } }),
    invalid: (when = iso()) =>
      log.add('invalid', {
        headers: {
          ce_id: id,
          ce_time: when,
          ce_source: '/systems/toy',
          hub_message: 'case',
          hub_error_code: 'HUB_MAP_NO_OWN_NUMBER',
          hub_error_pointer: '/no',
        },
      }),
    decided: (outcome: string, events: string[] = [], key = `s:${id}`, receivedAt = at) =>
      log.add('case-state', {
        key,
        value: json({
          outcome,
          caseId: 'case-1',
          proceedingId: 'p',
          events,
          flags: ['LATE'],
          hash: 'h',
          system: 'toy',
          receivedAt,
        }),
      }),
    attempted: (outcome: string, attempt: number, code?: string) =>
      log.add('attempts', {
        key: 'del-1',
        value: json({
          deliveryId: 'del-1',
          eventId: 'e1',
          subscription: 'sub',
          system: 'other',
          caseId: 'case-1',
          messageId: id,
          attempt,
          at: iso(attempt),
          outcome,
          code,
          ms: 3,
        }),
      }),
  }
  return { log, store, receipts, warnings, say }
}

const settle = async (check: () => void) => vi.waitFor(check, { timeout: 3000, interval: 10 })

describe('a receipt', () => {
  it('follows its message from received over events to deliveries', async () => {
    const { log, receipts, say } = kit()
    expect(receipts.get(id)).toBe(undefined)
    say.received()
    await settle(() => expect(receipts.get(id)?.status).toBe('received'))
    const record = message({ system: 'toy', own: [numberRef('mt', 'MT1')] })
    record.envelope.messageId = id
    record.envelope.flaws = [{ pointer: '/sjrs', rule: 'NOT_A_NUMBER', table: null }]
    log.add('canonical', { value: caseCodec.encode(record) })
    say.decided('events', ['e1'])
    say.decided('unchanged', [], `s:${id}#1`)
    say.attempted('retry', 1, 'HTTP_503')
    say.attempted('delivered', 2)
    await settle(() => expect(receipts.get(id)?.deliveries).toHaveLength(1))
    await settle(() => expect(receipts.get(id)?.deliveries[0]?.attempt).toBe(2))
    expect(receipts.get(id)).toEqual({
      messageId: id,
      system: 'toy',
      message: 'case',
      status: 'events',
      caseId: 'case-1',
      events: ['e1'],
      flags: ['LATE'],
      flaws: [{ pointer: '/sjrs', rule: 'NOT_A_NUMBER' }],
      deliveries: [{ subscription: 'sub', system: 'other', outcome: 'delivered', attempt: 2, at: iso(2) }],
      problem: null,
      times: { received: iso(), ended: iso(100) },
    })
    expect(receipts.endedInVain(id)).toBe(false)
  })

  it('says why its message ended as invalid, in both languages', async () => {
    const { receipts, say } = kit()
    say.received()
    say.invalid()
    await settle(() => expect(receipts.get(id)?.status).toBe('invalid'))
    expect(receipts.endedInVain(id)).toBe(true)
    expect(receipts.get(id)?.problem).toMatchObject({
      code: 'HUB_MAP_NO_OWN_NUMBER',
      pointer: '/no',
      rule: null,
      en: 'message case of system toy has no usable own number',
    })
  })

  it('forgets that it ended as invalid once the message is sent again', async () => {
    const { receipts, say } = kit()
    say.received()
    say.invalid()
    await settle(() => expect(receipts.endedInVain(id)).toBe(true))
    say.received(iso(5000))
    await settle(() => expect(receipts.get(id)?.status).toBe('received'))
    say.decided('conflict', [], `s:${id}`, at + 5000)
    await settle(() => expect(receipts.get(id)?.status).toBe('conflict'))
    // Decided after all, but never applied: the key belongs to another message.
    expect(receipts.endedInVain(id)).toBe(true)
  })
})

describe('the store', () => {
  it('may be deleted: the same receipt comes back', async () => {
    const { log, receipts, say } = kit()
    say.received()
    say.decided('events', ['e1'])
    await settle(() => expect(receipts.get(id)?.status).toBe('events'))
    const again = kit(log)
    await settle(() => expect(again.receipts.get(id)).toEqual(receipts.get(id)))
  })

  it('goes on where it stood, and starts anew when the log is another one or has lost its start', async () => {
    const { log, store, receipts, say } = kit()
    say.received()
    await settle(() => expect(receipts.get(id)).toBeDefined())
    await receipts.stop()
    const other = 'e3f0a1c6-52b7-5b1e-9d0c-8f4a6e7b2c15'
    log.records.clear()
    log.topicId = 'second'
    const anew = kit(log, store)
    anew.say.received(iso(), other)
    await settle(() => expect(anew.receipts.get(other)).toBeDefined())
    expect(anew.receipts.get(id)).toBe(undefined)
    for (let n = 0; n < 5; n++) anew.say.received(iso(n), other)
    await anew.receipts.stop()
    log.start = 5n
    store.write([], { 'in/0': '1@second' })
    const late = kit(log, store)
    await settle(() => expect(store.position('in/0')).toBe('6@second'))
    expect(late.receipts.get(other)?.times.received).toBe(iso(4))
  })

  it('steps over a record that it cannot read', async () => {
    const { log, receipts, warnings, say } = kit()
    log.add('canonical', { value: Buffer.from('nonsense') })
    log.add('attempts', { value: Buffer.from('{') })
    say.received()
    await settle(() => expect(receipts.get(id)).toBeDefined())
    await settle(() => expect(warnings).toHaveLength(2))
    expect(warnings).toContainEqual(expect.objectContaining({ text: 'receipts.skipped', offset: '0' }))
  })

  it('forgets what is too old, and keeps what was sent again', async () => {
    const { store, receipts, say } = kit()
    const again = 'a3f0a1c6-52b7-5b1e-9d0c-8f4a6e7b2c15'
    say.received('2026-01-01T00:00:00.000Z')
    say.decided('events', ['e1'])
    say.attempted('delivered', 1)
    say.received('2026-01-01T00:00:00.000Z', again)
    say.received(iso(), again)
    await settle(() => expect(store.position('in/0')).toBe('3@first'))
    await settle(() => expect([...store.scan('')].map(([key]) => key)).toEqual([`r:${again}`, `t:2026-03-02/${again}`]))
    expect(receipts.get(again)?.status).toBe('received')
  })
})

describe('GET /receipts/{messageId}', () => {
  const system = (name: string): SystemConfig => ({
    id: name,
    connector: 'c',
    area: '330106',
    prefecture: '3301',
    inbound: { scheme: 'irs-hmac', credentials: { accessKey: `ak-${name}`, secret: `sk-${name}` } },
  })
  const door = (patienceMs = 0) => {
    const made = kit()
    const app = Fastify()
    onTestFinished(() => app.close())
    const authenticator = createAuthenticator([system('toy'), system('other')], () => at)
    app.register(receiptRoutes({ receipts: made.receipts, authenticator, operatorKey: 'operator', patienceMs }))
    const get = (as: string, messageId = id) => {
      const request = { method: 'GET' as const, path: `/receipts/${messageId}` }
      const signed =
        as === 'operator'
          ? { authorization: 'Bearer operator' }
          : irsHeaders({ accessKey: `ak-${as}`, secret: `sk-${as}` }, request, new Date(at))
      return app.inject({ method: 'GET', url: request.path, headers: as === '' ? {} : signed })
    }
    return { ...made, get }
  }

  it('shows a receipt to its sender and to operators, and to nobody else', async () => {
    const { say, receipts, get } = door()
    say.received()
    await settle(() => expect(receipts.get(id)).toBeDefined())
    expect((await get('toy')).json()).toMatchObject({ messageId: id, status: 'received' })
    expect((await get('operator')).statusCode).toBe(200)
    const other = await get('other')
    expect(other.statusCode).toBe(404)
    expect(other.json()).toMatchObject({ code: 'HUB_RECEIPT_UNKNOWN', status: 404 })
    expect((await get('')).statusCode).toBe(401)
    expect((await get('toy', 'nonsense')).statusCode).toBe(404)
  })

  it('waits a moment for a receipt that is on its way', async () => {
    const { say, get } = door(2000)
    const asked = get('toy')
    await new Promise(done => setTimeout(done, 100))
    say.received()
    expect((await asked).statusCode).toBe(200)
  })
})

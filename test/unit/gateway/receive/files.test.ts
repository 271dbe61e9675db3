// Files of many messages at the front door: streamed, judged one by one, stored chunk by chunk.
import { createHash } from 'node:crypto'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { irsHeaders } from '#connectors/sdk.ts'
import type { InboundMessage } from '#schemas/files.ts'
import { multipart, multipartType, zipOf } from '../../../helpers/archives.ts'
import { at, kit, opened, unreachable } from '../../../helpers/front-door.ts'

const csv: Partial<InboundMessage> = { format: 'csv', wrapped: ['zip', 'multipart'] }
const no = (n: number) => `浙杭西湖劳人仲案[2026]${String(n).padStart(4, '0')}号`
const table = (rows: number, from = 1) =>
  `no,zt\n${Array.from({ length: rows }, (_, n) => `${no(from + n)},受理\n`).join('')}`
const typed = (type: string, more: Record<string, string> = {}) => ({ headers: { 'content-type': type, ...more } })
const none = { received: 0, duplicate: 0, conflict: 0, refused: 0 }

describe('a table', () => {
  it('is stored row by row, each as it is read again, and answered with counts and places', async () => {
    const { post, records, counted } = kit({ message: csv })
    const answer = await post(`${table(2)}${no(3)}\n无,x\n`, typed('text/csv'))
    expect(answer.status).toBe(202)
    expect(answer.json).toMatchObject({ complete: true, counts: { ...none, received: 2, refused: 2 } })
    expect(answer.json.items).toMatchObject([
      { index: 0, status: 'received', duplicate: false },
      { index: 1, status: 'received' },
      { index: 2, status: 'refused', problem: { code: 'HUB_RECEIVE_UNREADABLE', rule: 'CELLS_1_OF_2' } },
      { index: 3, status: 'refused', problem: { code: 'HUB_RECEIVE_NO_NUMBER', pointer: '/no' } },
    ])
    expect(answer.headers['hub-message-id']).toBe(
      `${answer.json.items[0].messageId}, ${answer.json.items[1].messageId}, -, -`,
    )
    expect(records.map(opened)).toEqual([`no,zt\r\n${no(1)},受理\r\n`, `no,zt\r\n${no(2)},受理\r\n`])
    expect(records[0]!.headers).toMatchObject({ 'content-type': 'text/csv; charset=utf-8' })
    expect(counted).toEqual(['toy received', 'toy received', 'toy refused', 'toy refused'])
  })

  it('has an idempotency key for each row, and a row that comes again is no second one', async () => {
    const { post, records } = kit({ message: csv })
    await post(table(2), typed('text/csv', { 'idempotency-key': 'k' }))
    const again = await post(`${table(1)}${no(2)},结案\n`, typed('text/csv', { 'idempotency-key': 'k' }))
    expect(again.json.counts).toEqual({ ...none, duplicate: 1, conflict: 1 })
    expect(records).toHaveLength(2)
  })

  it('that is all refused, or holds no row, has the status of its fault', async () => {
    const { post } = kit({ message: csv })
    const refused = await post('no,zt\n无,x\n', typed('text/csv'))
    expect([refused.status, refused.json.counts.refused]).toEqual([422, 1])
    const empty = await post('no,zt\n', typed('text/csv'))
    expect([empty.status, empty.json.rule, empty.json.complete]).toEqual([400, 'EMPTY_LIST', false])
    expect((await post('', typed('text/csv'))).status).toBe(400)
  })

  it('with a secrecy mark has that row refused, and told to the operators', async () => {
    const { post, records, logs } = kit({ message: csv })
    const answer = await post(`${table(1)}${no(2)},机密★\n`, typed('text/csv'))
    expect(answer.json.items[1]).toMatchObject({ status: 'refused', problem: { code: 'HUB_RECEIVE_SECRET_MARK' } })
    expect(records).toHaveLength(1)
    expect(logs).toMatchObject([{ code: 'HUB_RECEIVE_SECRET_MARK', text: 'receive.secret-mark' }])
  })

  it('is tried with dryRun, and nothing is stored', async () => {
    const { post, records } = kit({ message: csv })
    const answer = await post(`${table(150)}`, { path: '/in/toy/case?dryRun=true', ...typed('text/csv') })
    expect(answer.json.items).toHaveLength(100)
    expect(answer.json.items[99]).toEqual({ index: 99, status: 'dry-run', result: { events: [] } })
    expect(records).toHaveLength(0)
  })
})

describe('a long file', () => {
  it('is stored chunk by chunk, and its answer names the first thousand places and the refused ones', async () => {
    const { post, records, sends } = kit({ message: csv })
    const bad = '无,x\n'.repeat(1500)
    const answer = await post(
      zipOf({ 'a.csv': `${table(1200)}${bad}`, 'b.csv': table(300, 5001) }),
      typed('application/zip'),
    )
    expect(answer.json.counts).toEqual({ ...none, received: 1500, refused: 1500 })
    expect(answer.json.items).toHaveLength(2000)
    expect(answer.json.items.slice(1000).every((one: { status: string }) => one.status === 'refused')).toBe(true)
    expect(records).toHaveLength(1500)
    expect(Math.max(...sends)).toBeLessThanOrEqual(500)
  })

  it('is not read on while the broker thinks', async () => {
    const made = kit({ message: csv })
    const gate = Promise.withResolvers<void>()
    made.broker = () => gate.promise
    const call = made.post(table(3000), typed('text/csv'))
    await new Promise(done => setTimeout(done, 100))
    expect(made.sends).toEqual([500])
    gate.resolve()
    expect((await call).json.counts.received).toBe(3000)
    expect(made.sends).toEqual([500, 500, 500, 500, 500, 500])
  })

  it('that the broker does not confirm any more is answered 503 and how far it came; sent again it is whole', async () => {
    const made = kit({ message: csv })
    made.broker = () => (made.sends.length > 2 ? Promise.reject(unreachable()) : Promise.resolve())
    const answer = await made.post(table(3000), typed('text/csv'))
    expect(answer.status).toBe(503)
    expect(answer.headers['retry-after']).toBe('2')
    expect(answer.json).toMatchObject({
      code: 'HUB_KAFKA_UNREACHABLE',
      complete: false,
      counts: { ...none, received: 1000 },
    })
    made.broker = () => Promise.resolve()
    const again = await made.post(table(3000), typed('text/csv'))
    expect(again.json.counts).toEqual({ ...none, duplicate: 1000, received: 2000 })
  })

  it('that breaks keeps what came before', async () => {
    const { post, records } = kit({ message: csv })
    const whole = zipOf({ 'a.csv': table(1000), 'b.csv': table(1000, 5001) })
    const answer = await post(whole.subarray(0, whole.length - 500), typed('application/zip'))
    expect(answer.status).toBe(400)
    expect(answer.json).toMatchObject({ code: 'HUB_RECEIVE_PACKED', rule: 'TRUNCATED', complete: false })
    expect(answer.json.counts.received).toBe(records.length)
    expect(records.length).toBeGreaterThanOrEqual(1000)
  })

  it('whose sender goes away keeps what came before, and is no fault of the hub', async () => {
    const { app, records, logs, counted } = kit({ message: csv })
    await app.listen({ port: 0, host: '127.0.0.1' })
    const path = '/in/toy/case'
    const signed = irsHeaders({ accessKey: 'ak', secret: 'sk' }, { method: 'POST', path }, new Date(at))
    const headers = { ...signed, 'content-type': 'text/csv', 'content-length': '1000000' }
    const call = request({
      port: (app.server.address() as AddressInfo).port,
      host: '127.0.0.1',
      method: 'POST',
      path,
      headers,
    })
    call.on('error', () => undefined)
    call.write(table(1200))
    await expect.poll(() => records.length).toBeGreaterThanOrEqual(500)
    call.destroy()
    await expect.poll(() => records.length).toBeGreaterThanOrEqual(1199)
    expect(counted.every(one => one === 'toy received')).toBe(true)
    expect(logs).toEqual([])
  })
})

describe('who sends it', () => {
  it('is known before any of it is read', async () => {
    const { app, records } = kit({ message: csv })
    let given = 0
    async function* endless() {
      for (; given < 100; given++) yield Buffer.from(table(1000))
    }
    const url = '/in/toy/case'
    const answer = await app.inject({ method: 'POST', url, ...typed('text/csv'), payload: Readable.from(endless()) })
    expect(answer.statusCode).toBe(401)
    expect(given).toBeLessThan(10)
    expect(records).toEqual([])
  })

  it('may ask that its digest be checked: then nothing is stored before it is', async () => {
    const { post, records } = kit({ message: csv })
    const digest = (text: string) => `sha-256=:${createHash('sha256').update(text).digest('base64')}:`
    const wrong = await post(table(600), typed('text/csv', { 'content-digest': digest('other') }))
    expect([wrong.status, wrong.json.code, records.length]).toEqual([401, 'HUB_SECURITY_DIGEST', 0])
    const right = await post(table(600), typed('text/csv', { 'content-digest': digest(table(600)) }))
    expect(right.json.counts.received).toBe(600)
  })

  it('cannot use the signature of one file for another', async () => {
    const { app } = kit({ message: csv })
    const path = '/in/toy/case'
    const signed = irsHeaders({ accessKey: 'ak', secret: 'sk' }, { method: 'POST', path }, new Date(at))
    const send = () =>
      app.inject({ method: 'POST', url: path, headers: { ...signed, 'content-type': 'text/csv' }, payload: table(1) })
    expect((await send()).statusCode).toBe(202)
    const second = await send()
    expect([second.statusCode, second.json().code]).toEqual([401, 'HUB_SECURITY_SIGNATURE_REUSED'])
  })
})

describe('wrappings', () => {
  it.each([
    ['zip', zipOf({ x: table(2) }), 'application/x-zip-compressed'],
    ['multipart', multipart({ name: 'f', file: 'x', content: table(2) }), multipartType],
    ['a wrong type, a zip by its content', zipOf({ x: table(2) }), 'text/csv'],
    ['any type of file', Buffer.from(table(2)), 'application/octet-stream'],
    ['a type that spreadsheets give', Buffer.from(table(2)), 'application/vnd.ms-excel'],
  ])('%s: two rows', async (_what, body, type) => {
    const { post } = kit({ message: csv })
    expect((await post(body, typed(type))).json.counts).toEqual({ ...none, received: 2 })
  })

  it('of a file without a type are found by its content', async () => {
    const { app } = kit({ message: csv })
    const path = '/in/toy/case'
    for (const [n, body] of [table(2), zipOf({ x: table(2) })].entries()) {
      const query = { n: String(n) }
      const headers = irsHeaders({ accessKey: 'ak', secret: 'sk' }, { method: 'POST', path, query }, new Date(at))
      const answer = await app.inject({
        method: 'POST',
        url: `${path}?n=${n}`,
        headers,
        payload: Buffer.from(body as string),
      })
      expect(answer.json().items).toHaveLength(2)
    }
  })

  it('gzip around a file is taken off, and bounded', async () => {
    const { post } = kit({ message: csv })
    const packed = typed('text/csv', { 'content-encoding': 'gzip' })
    expect((await post(gzipSync(table(2)), packed)).json.counts.received).toBe(2)
    expect((await post(Buffer.from('no gzip'), packed)).json.rule).toBe('NOT_GZIP')
    const bomb = await post(gzipSync(Buffer.alloc(32 << 20, '\n')), packed)
    expect([bomb.status, bomb.json.rule]).toEqual([400, 'UNPACKS_OVER_200_TIMES'])
  })

  it('that a message does not have are refused', async () => {
    const { post } = kit({ message: { format: 'csv' } })
    for (const type of ['application/zip', multipartType, 'application/json'])
      expect((await post(table(1), typed(type))).status).toBe(415)
  })

  it('hold attachments that are refused with the advice to send references', async () => {
    const { post } = kit({ message: csv })
    const scan = { name: 'scan', file: 'a.pdf', content: '%PDF-1.7' }
    const answer = await post(multipart({ name: 'f', file: 'x', content: table(1) }, scan), typed(multipartType))
    expect(answer.json.items[1]).toMatchObject({ status: 'refused', problem: { code: 'HUB_RECEIVE_ATTACHMENT' } })
    expect(answer.json.items[1].problem.todo.en).toContain('by reference')
  })
})

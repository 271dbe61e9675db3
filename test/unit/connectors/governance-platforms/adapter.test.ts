import { expect, test } from 'vitest'
import { adapter } from '#connectors/governance-platforms/adapter.ts'
import type { HttpAnswer, HttpMessage, Json, OutboundCall } from '#connectors/sdk.ts'
import { openedBy } from '../support.ts'

const said = (tree: Json, status = 200): HttpAnswer => ({
  status,
  headers: {},
  body: Buffer.from(JSON.stringify(tree)),
})

function form(fields: Record<string, string>) {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  return { method: 'POST' as const, path: '/', headers, body: Buffer.from(new URLSearchParams(fields).toString()) }
}

const open = (request: HttpMessage) => openedBy('governance-platforms', 'event', request)

function callOf(message: string, native: Json): OutboundCall {
  const credentials = { appKey: 'app', username: 'hub', password: 'pw' }
  return {
    system: 'zongzhi',
    message,
    native,
    deliveryId: 'd-1',
    attempt: 1,
    now: new Date(0),
    credentials,
    token: 'tk',
  }
}

const dispatch = callOf('dispatch', {
  subject: '工地欠薪',
  occurDate: '2026-03-02 09:05:07',
  sourceNo: 'HZSDH20260012345',
})
const feedback = callOf('feedback', { serialNumber: '1', outerNo: 'd-1' })

test('opens the event inside bizContent, big numbers digit by digit', () => {
  const [item] = open(form({ appKey: 'a', bizContent: '{"serialNumber":3301060042026030200017,"steps":[]}' }))
  expect(item!.tree).toEqual({ serialNumber: '3301060042026030200017', steps: [] })
})

test.each([
  [{}, '', 'form field bizContent'],
  [{ bizContent: 'x' }, '/bizContent', 'JSON'],
  [{ bizContent: '[]' }, '/bizContent', 'EMPTY_LIST'],
])('names what is unreadable: %j', (fields, pointer, rule) => {
  expect(() => open(form(fields))).toThrow(
    expect.objectContaining({ code: 'HUB_RECEIVE_UNREADABLE', facts: { pointer, rule } }),
  )
})

test('splits the time of a dispatch into day, hour and minute, and signs with key and token', () => {
  const request = adapter.request!(dispatch)
  const fields = new URLSearchParams(request.body.toString())
  expect([request.path, request.headers.auth, fields.get('appKey')]).toEqual([
    '/gateway/api/event/add.json',
    'tk',
    'app',
  ])
  const { occurDate, hours, minute } = JSON.parse(fields.get('bizContent')!) as Record<string, string>
  expect([occurDate, hours, minute]).toEqual(['2026-03-02', '9', '5'])
})

test('asks for its token by password grant', () => {
  const { token: _, ...call } = dispatch
  const request = adapter.login!.request(call)
  expect([request.path, request.body.toString()]).toEqual([
    '/oauth/token.json',
    'grant_type=password&client_id=app&username=hub&password=pw',
  ])
  expect(adapter.login!.token(said({ access_token: 'tk', expires_in: 60 }))).toEqual({ value: 'tk', livesMs: 60_000 })
  expect(adapter.login!.token(said({ error: 'invalid_grant' }, 401))).toBeUndefined()
})

const sourceNo = 'HZSDH20260012345'

test.each<[Json, number, unknown]>([
  [
    { code: 0, success: true, data: { serialNumber: 'S1' } },
    200,
    { kind: 'delivered', serial: 'S1', answer: { accepted: true, serialNumber: 'S1', sourceNo } },
  ],
  [
    { code: 2001, success: false, message: '不属于本平台管辖' },
    200,
    { kind: 'refused', code: '2001', answer: { accepted: false, sourceNo, code: '2001', message: '不属于本平台管辖' } },
  ],
  [
    { code: 0, success: false },
    200,
    { kind: 'refused', code: '0', answer: { accepted: false, sourceNo, code: '0', message: '' } },
  ],
  [{ code: 0, success: true, data: {} }, 200, { kind: 'unknown', code: 'NO_SERIAL' }],
  [{ code: 401, success: false }, 401, { kind: 'retry', code: 'TOKEN' }],
  [[], 200, { kind: 'unknown', code: 'UNREADABLE' }],
  [{}, 403, { kind: 'retry', code: 'HTTP_403' }],
  [{}, 502, { kind: 'retry', code: 'HTTP_502' }],
])('reads the answer to a dispatch: %j (HTTP %i)', (tree, status, outcome) => {
  expect(adapter.outcome!(said(tree, status), dispatch)).toEqual(outcome)
})

test('a refused note has no answer message: only a hand-over can be returned', () => {
  expect(adapter.outcome!(said({ code: 1003, success: false, message: '单号不存在' }), feedback)).toEqual({
    kind: 'refused',
    code: '1003',
  })
})

test('looks an event up by its source number and a note by the delivery id', () => {
  const asked = (call: OutboundCall) =>
    JSON.parse(new URLSearchParams(adapter.lookUp!.request(call).body.toString()).get('bizContent')!) as Json
  expect([asked(dispatch), asked(feedback)]).toEqual([{ sourceNo }, { outerNo: 'd-1' }])
  expect(adapter.lookUp!.outcome(said({ success: true, data: [] }), dispatch)).toBeUndefined()
  expect(adapter.lookUp!.outcome(said({ success: true, data: [{ serialNumber: 'S1' }] }), dispatch)).toEqual({
    kind: 'delivered',
    serial: 'S1',
    answer: { accepted: true, serialNumber: 'S1', sourceNo },
  })
})

test('answers one event as one object and several as a list', () => {
  const one = adapter.answer!([{ index: 0, status: 'accepted', numbers: ['S1'], messageId: 'm' }], 'event')
  expect(JSON.parse(one.body.toString())).toEqual({
    code: 0,
    success: true,
    message: 'ok',
    data: { serialNumber: 'S1', messageId: 'm', status: 'accepted' },
  })
  const problem = { code: 'HUB_RECEIVE_CONTRACT', zh: '不符合契约', en: 'contract' }
  const two = adapter.answer!(
    [
      { index: 0, status: 'accepted', numbers: ['S1'] },
      { index: 1, status: 'refused', numbers: [], problem },
    ],
    'event',
  )
  expect(JSON.parse(two.body.toString())).toMatchObject({
    code: 1,
    success: false,
    data: [{ status: 'accepted' }, { code: 'HUB_RECEIVE_CONTRACT' }],
  })
})

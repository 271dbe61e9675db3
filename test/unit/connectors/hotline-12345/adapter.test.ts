import { expect, test } from 'vitest'
import { adapter } from '#connectors/hotline-12345/adapter.ts'
import type { HttpAnswer, HttpMessage, ItemResult, Json, OutboundCall } from '#connectors/sdk.ts'
import { openedBy } from '../support.ts'

const order = { sxfjbh: 'HZSDH20260012345', bt: '工地欠薪', ldzt: '登记' }

function form(fields: Record<string, string>, charset = 'utf-8', body?: Buffer) {
  const type = `application/x-www-form-urlencoded; charset=${charset}`
  const bytes = body ?? Buffer.from(new URLSearchParams(fields).toString())
  return { method: 'POST' as const, path: '/', headers: { 'content-type': type }, body: bytes }
}

const open = (request: HttpMessage) => openedBy('hotline-12345', 'order', request)

const call: OutboundCall = {
  system: 'hotline-12345',
  message: 'feedback',
  native: { blid: 'd-1', sxfjbh: 'HZSDH20260012345' },
  deliveryId: 'd-1',
  attempt: 1,
  now: new Date(0),
  credentials: { token: 'tk' },
}

const said = (tree: Json, status = 200): HttpAnswer => ({
  status,
  headers: {},
  body: Buffer.from(JSON.stringify(tree)),
})

test('opens every ticket of the array, with the bytes that are stored', () => {
  const items = open(form({ httpRequestVerify: 'tk', jsonData: JSON.stringify([order, { xfjbh: 'XH1' }]) }))
  expect(items.map(item => item.tree)).toEqual([order, { xfjbh: 'XH1' }])
  expect(JSON.parse(items[1]!.bytes.toString())).toEqual({ xfjbh: 'XH1' })
})

test('opens a single ticket that is no array', () => {
  expect(open(form({ jsonData: JSON.stringify(order) }))).toHaveLength(1)
})

test('reads GB18030 bytes behind the escapes by the charset of the content type', () => {
  // 工地 in GB18030
  const gb = Buffer.concat([
    Buffer.from('jsonData=%5B%7B%22xfjbh%22%3A%22XH1%22%2C%22bt%22%3A%22'),
    Buffer.from('%B9%A4%B5%D8'),
    Buffer.from('%22%7D%5D'),
  ])
  const [item] = open(form({}, 'GBK', gb))
  expect(item!.tree).toEqual({ xfjbh: 'XH1', bt: '工地' })
})

test('keeps the digits of a number that JSON would round', () => {
  const [item] = open(form({ jsonData: '[{"xfjbh":1234567890123456789012345}]' }))
  expect(item!.tree).toEqual({ xfjbh: '1234567890123456789012345' })
})

test.each([
  [{ other: '1' }, '', 'form field jsonData'],
  [{ jsonData: '{' }, '/jsonData', 'JSON'],
  [{ jsonData: '[]' }, '/jsonData', 'EMPTY_LIST'],
])('names what is unreadable: %j', (fields, pointer, rule) => {
  expect(() => open(form(fields as Record<string, string>))).toThrow(
    expect.objectContaining({ code: 'HUB_RECEIVE_UNREADABLE', facts: { pointer, rule } }),
  )
})

test('finds the token in its form field', () => {
  expect(adapter.token!(form({ httpRequestVerify: 'tk' }))).toBe('tk')
  expect(adapter.token!(form({}))).toBeUndefined()
})

test('answers each ticket in the words of the platform', () => {
  const problem = { code: 'HUB_RECEIVE_CONTRACT', zh: '不符合契约', en: 'contract', pointer: '/blfss', rule: 'type' }
  const items: ItemResult[] = [
    { index: 0, status: 'accepted', numbers: ['HZSDH1'] },
    { index: 1, status: 'duplicate', numbers: ['HZSDH2'] },
    { index: 2, status: 'refused', numbers: [], problem },
  ]
  const answer = adapter.answer!(items, 'order')
  expect(answer.status).toBe(200)
  expect(JSON.parse(answer.body.toString())).toEqual({
    code: '1',
    msg: 'HUB_RECEIVE_CONTRACT 不符合契约',
    successStr: 'HZSDH1',
    conflictStr: 'HZSDH2',
    failSituationList: [
      {
        index: 2,
        sxfjbh: null,
        code: 'HUB_RECEIVE_CONTRACT',
        msg: '不符合契约',
        msgEn: 'contract',
        pointer: '/blfss',
        rule: 'type',
      },
    ],
  })
})

test('a good answer is the one of the contract', () => {
  const answer = adapter.answer!([{ index: 0, status: 'accepted', numbers: ['HZSDH20260012345'] }], 'order')
  expect(JSON.parse(answer.body.toString())).toEqual({
    code: '0',
    msg: '成功',
    successStr: 'HZSDH20260012345',
    conflictStr: null,
    failSituationList: null,
  })
})

test.each<[Json, number, unknown]>([
  [{ code: '0', successStr: 'x,d-1' }, 200, { kind: 'delivered' }],
  [{ code: '0', conflictStr: 'd-1' }, 200, { kind: 'conflict' }],
  [{ code: '1', failSituationList: [{ code: 'UNKNOWN_NUMBER' }] }, 200, { kind: 'refused', code: 'UNKNOWN_NUMBER' }],
  [{ code: '1', failSituationList: [{ code: '虚甲一' }] }, 200, { kind: 'refused', code: 'REFUSED' }],
  [{ code: 'TOKEN' }, 200, { kind: 'retry', code: 'TOKEN' }],
  [{ code: '0', successStr: 'other' }, 200, { kind: 'unknown', code: 'ROW_NOT_NAMED' }],
  ['text', 200, { kind: 'unknown', code: 'UNREADABLE' }],
  [{}, 503, { kind: 'retry', code: 'HTTP_503' }],
  [{}, 401, { kind: 'retry', code: 'HTTP_401' }],
  [{}, 404, { kind: 'refused', code: 'HTTP_404' }],
])('reads the answer %j (HTTP %i)', (tree, status, outcome) => {
  expect(adapter.outcome!(said(tree, status), call)).toEqual(outcome)
})

test('the look-up asks for the row key and tells there from not there', () => {
  const request = adapter.lookUp!.request(call)
  expect(request.body.toString()).toBe('httpRequestVerify=tk&blid=d-1')
  expect(adapter.lookUp!.outcome(said({ code: '0', data: { blid: 'd-1' } }), call)).toEqual({ kind: 'delivered' })
  expect(adapter.lookUp!.outcome(said({ code: '0', data: null }), call)).toBeUndefined()
  expect(adapter.lookUp!.outcome(said({ code: 'TOKEN' }), call)).toEqual({ kind: 'retry', code: 'TOKEN' })
})

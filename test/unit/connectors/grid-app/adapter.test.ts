import { describe, expect, it } from 'vitest'
import { adapter } from '#connectors/grid-app/adapter.ts'
import type { HttpAnswer, ItemResult, Json, OutboundCall } from '#connectors/sdk.ts'

const call: OutboundCall = {
  system: 'grid-app',
  message: 'task',
  native: { pushId: 'd1', outCaseId: 'c1', gridCode: '330106004001', desc: '漏水' },
  deliveryId: 'd1',
  attempt: 1,
  now: new Date(0),
  credentials: { appKey: 'app', username: 'hub', password: 'pw' },
  token: 'session',
}
const state = { ...call, message: 'state' }
const number = 'RW330106004001202604060001'
const opened = { uniqueIdForMobile: number, status: '下派', statusTime: 1 }
const answer = (tree: Json, status = 200): HttpAnswer => ({
  status,
  headers: {},
  body: Buffer.from(JSON.stringify(tree)),
})
const outcome = (tree: Json, of = call, status = 200) => adapter.outcome!(answer(tree, status), of)

describe('what grid-app is told', () => {
  it('goes to the path of its message with the session token in auth', () => {
    const request = adapter.request!(call)
    expect([request.method, request.path, request.headers.auth]).toEqual(['POST', '/grid/api/task/add.json', 'session'])
    expect(JSON.parse(request.body.toString())).toEqual(call.native)
    expect(adapter.request!(state).path).toBe('/grid/api/event/state.json')
  })

  it('asks for a token by password grant and reads how long it lives', () => {
    const request = adapter.login!.request(call)
    expect(request.path).toBe('/oauth/token.json')
    expect(request.body.toString()).toBe('grant_type=password&client_id=app&username=hub&password=pw')
    expect(adapter.login!.token(answer({ access_token: 't', expires_in: 7200 }))).toEqual({
      value: 't',
      livesMs: 7_200_000,
    })
    expect(adapter.login!.token(answer({ error: 'invalid_grant' }, 401))).toBeUndefined()
  })
})

describe('what grid-app answers', () => {
  it('takes the number of a task in as an answer', () => {
    const said = { code: 0, message: '成功', data: { ...opened, pushId: 'd1' } }
    expect(outcome({ code: 0, message: '成功', data: opened })).toEqual({
      kind: 'delivered',
      serial: number,
      answer: said,
    })
    expect(outcome({ code: 409, message: '已有该推送', data: opened })).toMatchObject({
      kind: 'conflict',
      serial: number,
    })
  })

  it('brings the refusal of a task back, and lets the refusal of news go', () => {
    const refused = { code: 4003, message: '不在本区网格', data: { statusTime: 1 } }
    const back = { ...refused, data: { statusTime: 1, pushId: 'd1' } }
    expect(outcome(refused)).toEqual({ kind: 'refused', code: '4003', answer: back })
    expect(outcome({ code: 4004, message: '无此事件' }, state)).toEqual({ kind: 'refused', code: '4004' })
  })

  it('says something new after news only where its own event ended', () => {
    expect(outcome({ code: 0, data: { uniqueIdForMobile: 'a1' } }, state)).toEqual({ kind: 'delivered' })
    expect(outcome({ code: 0, data: { uniqueIdForMobile: 'a1', status: '办结', statusTime: 2 } }, state)).toMatchObject(
      {
        kind: 'delivered',
        answer: { data: { uniqueIdForMobile: 'a1', status: '办结', pushId: 'd1' } },
      },
    )
  })

  it.each([
    [{ code: 401 }, 401, { kind: 'retry', code: 'TOKEN' }],
    [{ code: 401 }, 200, { kind: 'retry', code: 'TOKEN' }],
    [{ code: 500 }, 200, { kind: 'retry', code: '500' }],
    [{}, 503, { kind: 'retry', code: 'HTTP_503' }],
    [{}, 404, { kind: 'refused', code: 'HTTP_404' }],
    [{ message: '成功' }, 200, { kind: 'unknown', code: 'UNREADABLE' }],
    [['x'], 200, { kind: 'unknown', code: 'UNREADABLE' }],
    [{ code: 0, data: null }, 200, { kind: 'unknown', code: 'NO_NUMBER' }],
  ])('reads %j with HTTP %i as %o', (tree, status, expected) => {
    expect(outcome(tree as Json, call, status)).toEqual(expected)
  })

  it('looks a push up by its own id and tells absent from taken in', () => {
    const { path, headers } = adapter.lookUp!.request({ ...call, deliveryId: 'd/1' })
    expect([path, headers.auth]).toEqual(['/grid/api/push/d%2F1', 'session'])
    expect(adapter.lookUp!.outcome(answer({ code: 404, message: '无此推送' }), call)).toBeUndefined()
    expect(adapter.lookUp!.outcome(answer({ code: 0, data: opened }), call)).toMatchObject({ serial: number })
    expect(adapter.lookUp!.outcome(answer({}, 404), call)).toEqual({ kind: 'refused', code: 'HTTP_404' })
  })
})

describe('what a phone hears', () => {
  const problem = { code: 'HUB_RECEIVE_CONTRACT', zh: '报文不合约定', en: 'does not fit', pointer: '/photos/0' }
  const items: readonly ItemResult[] = [
    { index: 0, status: 'accepted', messageId: 'm1', numbers: ['a1'] },
    { index: 1, status: 'duplicate', messageId: 'm1', numbers: ['a1'] },
    { index: 2, status: 'refused', numbers: ['a2'], problem },
  ]
  const told = (some: readonly ItemResult[]) => JSON.parse(adapter.answer!(some, 'report').body.toString())

  it('is success for a repeat, so that it leaves the outbox', () => {
    expect(told(items.slice(0, 2))).toMatchObject({
      code: 0,
      data: [
        { uniqueIdForMobile: 'a1', status: 'accepted', messageId: 'm1' },
        { uniqueIdForMobile: 'a1', status: 'duplicate', messageId: 'm1' },
      ],
    })
  })

  it('is the reason for each report that was refused, beside those that were taken', () => {
    expect(told(items)).toMatchObject({
      code: 1,
      message: 'HUB_RECEIVE_CONTRACT 报文不合约定',
      data: [{ status: 'accepted' }, {}, { status: 'refused', code: 'HUB_RECEIVE_CONTRACT', pointer: '/photos/0' }],
    })
  })
})

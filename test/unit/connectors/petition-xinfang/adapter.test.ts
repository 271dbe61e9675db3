import { describe, expect, it } from 'vitest'
import { adapter } from '#connectors/petition-xinfang/adapter.ts'
import type { HttpAnswer, Json, OutboundCall } from '#connectors/sdk.ts'

const call: OutboundCall = {
  system: 'petition-xinfang',
  message: 'intake',
  native: { xfjid: 'd1', ywlsh: 'c1' },
  deliveryId: 'd1',
  attempt: 1,
  now: new Date('2026-06-01T01:00:00Z'),
  credentials: { token: 'demo-hub-token-petition-xinfang' },
}

const answer = (tree: Json, status = 200, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers,
  body: Buffer.from(JSON.stringify(tree)),
})

const number = 'XF330106202606010009'
const taken = {
  code: '0',
  msg: '成功',
  successStr: number,
  conflictStr: null,
  failSituationList: null,
  data: { xfjzt: '登记', djsj: '2026-06-01 09:10:00' },
}
const refusal = {
  code: '1',
  msg: '失败',
  successStr: null,
  conflictStr: null,
  failSituationList: [{ code: 'E31', msg: '已进入诉讼、仲裁程序，不予受理' }],
}

describe('adapter of petition-xinfang', () => {
  it('posts each message to its own address with the token', () => {
    const intake = adapter.request?.(call)
    expect(intake).toMatchObject({ method: 'POST', path: '/xfxt/exchange/intake' })
    expect(intake?.headers).toMatchObject({ 'x-xf-token': 'demo-hub-token-petition-xinfang' })
    expect(JSON.parse(String(intake?.body))).toEqual(call.native)
    expect(adapter.request?.({ ...call, message: 'result' }).path).toBe('/xfxt/exchange/result')
  })

  it('takes the number of a new letter in as an answer', () => {
    expect(adapter.outcome?.(answer(taken), call)).toEqual({
      kind: 'delivered',
      serial: number,
      answer: { ...taken, data: { ...taken.data, xfjid: 'd1' } },
    })
  })

  it('reads a letter that it already has as a conflict with that number', () => {
    const given = { ...taken, successStr: null, conflictStr: number }
    expect(adapter.outcome?.(answer(given), call)).toMatchObject({
      kind: 'conflict',
      serial: number,
      answer: { conflictStr: number, data: { xfjid: 'd1' } },
    })
  })

  it('brings a refusal back with its reason', () => {
    expect(adapter.outcome?.(answer(refusal), call)).toEqual({
      kind: 'refused',
      code: 'E31',
      answer: { ...refusal, data: { xfjid: 'd1' } },
    })
  })

  it('never tells free words of a refusal as its code', () => {
    const given = { ...refusal, failSituationList: [{ code: '虚甲一', msg: 'x' }] }
    expect(adapter.outcome?.(answer(given), call)).toMatchObject({ kind: 'refused', code: 'REFUSED' })
  })

  it('says nothing new about the dispute after a result was taken in', () => {
    expect(adapter.outcome?.(answer(taken), { ...call, message: 'result' })).toEqual({
      kind: 'delivered',
      serial: number,
    })
  })

  it.each([
    [answer({ code: '401', msg: '令牌无效' }, 401), { kind: 'retry', code: 'HTTP_401' }],
    [answer({}, 503, { 'retry-after': '7' }), { kind: 'retry', code: 'HTTP_503', retryAfterMs: 7000 }],
    [answer({ code: '9', msg: '系统繁忙' }), { kind: 'retry', code: 'BUSY' }],
    [answer({}, 404), { kind: 'refused', code: 'HTTP_404' }],
    [answer({ msg: '成功' }), { kind: 'unknown', code: 'UNREADABLE' }],
    [answer({ code: '0', successStr: null, conflictStr: '' }), { kind: 'unknown', code: 'LETTER_NOT_NAMED' }],
    [
      { status: 200, headers: {}, body: Buffer.from('<html>') },
      { kind: 'unknown', code: 'UNREADABLE' },
    ],
    [answer(['x']), { kind: 'unknown', code: 'UNREADABLE' }],
  ])('reads answer %# as %o', (given, expected) => {
    expect(adapter.outcome?.(given, call)).toEqual(expected)
  })

  it('looks a row up by its own id and tells absent from taken in', () => {
    const request = adapter.lookUp?.request({ ...call, deliveryId: 'd/1' })
    expect(request).toMatchObject({ method: 'GET', path: '/xfxt/exchange/query', query: { id: 'd/1' } })
    expect(adapter.lookUp?.outcome(answer({ code: '0', successStr: null, data: null }), call)).toBeUndefined()
    expect(adapter.lookUp?.outcome(answer(taken), call)).toMatchObject({ kind: 'delivered', serial: number })
    expect(adapter.lookUp?.outcome(answer({}, 500), call)).toEqual({ kind: 'retry', code: 'HTTP_500' })
    expect(adapter.lookUp?.outcome(answer({ code: '401' }, 401), call)).toEqual({ kind: 'retry', code: 'HTTP_401' })
  })
})

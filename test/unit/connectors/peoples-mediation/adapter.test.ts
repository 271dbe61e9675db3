import { describe, expect, it } from 'vitest'
import { adapter } from '#connectors/peoples-mediation/adapter.ts'
import type { HttpAnswer, Json, OutboundCall } from '#connectors/sdk.ts'

const call: OutboundCall = {
  system: 'peoples-mediation',
  message: 'referral',
  native: { tsid: 'd1', ywlsh: 'c1' },
  deliveryId: 'd1',
  attempt: 1,
  now: new Date('2026-04-05T07:20:00Z'),
  credentials: { token: 'demo-hub-token-peoples-mediation' },
}

const answer = (tree: Json, status = 200, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers,
  body: Buffer.from(JSON.stringify(tree)),
})

const ajbh = 'RT330106202604050012'

describe('adapter of peoples-mediation', () => {
  it('posts each message to its own address with the bearer token', () => {
    const referral = adapter.request!(call)
    expect(referral).toMatchObject({ method: 'POST', path: '/rmtj/api/referral' })
    expect(referral.headers).toMatchObject({ authorization: 'Bearer demo-hub-token-peoples-mediation' })
    expect(JSON.parse(String(referral.body))).toEqual(call.native)
    expect(adapter.request!({ ...call, message: 'notice' }).path).toBe('/rmtj/api/notice')
  })

  it('takes the number of a new case in as an answer', () => {
    const outcome = adapter.outcome!(answer({ code: '00000', msg: '操作成功', data: { ajbh, zt: '移送' } }), call)
    expect(outcome).toEqual({
      kind: 'delivered',
      serial: ajbh,
      answer: { code: '00000', msg: '操作成功', data: { ajbh, zt: '移送', tsid: 'd1' } },
    })
  })

  it('reads a case that it already has as a conflict with that number', () => {
    const outcome = adapter.outcome!(answer({ code: 'A0409', msg: '已有该案', data: { ajbh, zt: '调解中' } }), call)
    expect(outcome).toMatchObject({ kind: 'conflict', serial: ajbh, answer: { code: 'A0409', data: { zt: '调解中' } } })
  })

  it('brings a refusal back with its reason', () => {
    const outcome = adapter.outcome!(answer({ code: 'A0402', msg: '不属于民间纠纷', data: null }), call)
    expect(outcome).toEqual({
      kind: 'refused',
      code: 'A0402',
      answer: { code: 'A0402', msg: '不属于民间纠纷', data: { tsid: 'd1' } },
    })
  })

  it('says nothing new about the case after a notice was taken in', () => {
    const notice = { ...call, message: 'notice' }
    expect(adapter.outcome!(answer({ code: '00000', msg: '操作成功', data: { ajbh } }), notice)).toEqual({
      kind: 'delivered',
      serial: ajbh,
    })
  })

  it.each([
    [answer({ code: 'A0301', msg: '访问令牌无效' }, 401), { kind: 'retry', code: 'HTTP_401' }],
    [answer({}, 503, { 'retry-after': '7' }), { kind: 'retry', code: 'HTTP_503', retryAfterMs: 7000 }],
    [answer({ code: 'B0001', msg: '系统繁忙' }), { kind: 'retry', code: 'B0001' }],
    [answer({}, 404), { kind: 'refused', code: 'HTTP_404' }],
    [answer({ msg: '操作成功' }), { kind: 'unknown', code: 'UNREADABLE' }],
    [answer({ code: 0, msg: '操作成功' }), { kind: 'unknown', code: 'UNREADABLE' }],
    [
      { status: 200, headers: {}, body: Buffer.from('<html>') },
      { kind: 'unknown', code: 'UNREADABLE' },
    ],
    [answer(['x']), { kind: 'unknown', code: 'UNREADABLE' }],
  ])('reads answer %# as %o', (given, expected) => {
    expect(adapter.outcome!(given, call)).toEqual(expected)
  })

  it('keeps the words of a code that is none out of the outcome', () => {
    const outcome = adapter.outcome!(answer({ code: '4999：申请人虚甲一', data: null }), call)
    expect(outcome).toMatchObject({ kind: 'refused', code: 'REFUSED' })
  })

  it('looks a push up by its own id and tells absent from taken in', () => {
    const request = adapter.lookUp!.request({ ...call, deliveryId: 'd/1' })
    expect(request).toMatchObject({ method: 'GET', path: '/rmtj/api/push/d%2F1' })
    expect(request.headers).toMatchObject({ authorization: 'Bearer demo-hub-token-peoples-mediation' })
    expect(adapter.lookUp!.outcome(answer({ code: 'A0404', msg: '无此推送' }), call)).toBeUndefined()
    expect(adapter.lookUp!.outcome(answer({ code: '00000', data: { ajbh } }), call)).toMatchObject({
      kind: 'delivered',
      serial: ajbh,
    })
    expect(adapter.lookUp!.outcome(answer({}, 500), call)).toEqual({ kind: 'retry', code: 'HTTP_500' })
  })
})

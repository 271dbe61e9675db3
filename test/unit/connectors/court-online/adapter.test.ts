import { describe, expect, it } from 'vitest'
import { adapter } from '#connectors/court-online/adapter.ts'
import type { HttpAnswer, Json, OutboundCall } from '#connectors/sdk.ts'

const call: OutboundCall = {
  system: 'court-online',
  message: 'filing',
  native: { tsbh: 'd1', wlajbh: 'c1', caseType: '执行' },
  deliveryId: 'd1',
  attempt: 1,
  now: new Date('2026-07-01T01:00:00Z'),
  credentials: { appKey: 'out-app', secret: 'out-secret' },
  token: 'T1-abc',
}

const answer = (tree: Json, status = 200, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers,
  body: Buffer.from(JSON.stringify(tree)),
})

describe('adapter of court-online', () => {
  it('asks for a ticket with its key and reads how long it lives', () => {
    expect(adapter.login?.request(call)).toMatchObject({
      method: 'GET',
      path: '/zxfw/api/ticket',
      query: { appKey: 'out-app', secret: 'out-secret' },
    })
    const good = answer({ code: '0', data: { ticket: 'T1-abc', expireSeconds: 600 } })
    expect(adapter.login?.token(good)).toEqual({ value: 'T1-abc', livesMs: 600_000 })
    expect(adapter.login?.token(answer({ code: '401', msg: '应用或密钥无效', data: null }))).toBeUndefined()
    expect(adapter.login?.token({ ...good, body: Buffer.from('<html>') })).toBeUndefined()
  })

  it('posts each message to its own address with the ticket in the query', () => {
    const filing = adapter.request?.(call)
    expect(filing).toMatchObject({ method: 'POST', path: '/zxfw/api/filing', query: { ticket: 'T1-abc' } })
    expect(JSON.parse(String(filing?.body))).toEqual(call.native)
    expect(adapter.request?.({ ...call, message: 'notice' }).path).toBe('/zxfw/api/notice')
  })

  it('takes the number of a new case in as an answer', () => {
    const data = { ajbs: '300120260701003001', ajlb: '0501', ajzt: '待审查', sasj: '2026-07-01 09:00:00' }
    expect(adapter.outcome?.(answer({ code: '0', msg: '成功', data }), call)).toEqual({
      kind: 'delivered',
      serial: '300120260701003001',
      answer: { code: '0', msg: '成功', data: { ...data, tsbh: 'd1' } },
    })
  })

  it('reads a case that it already has as a conflict with that number', () => {
    const data = { ajbs: '300120260701003001', ah: '（2026）浙0106执777号' }
    expect(adapter.outcome?.(answer({ code: 409, msg: '已有该案', data }), call)).toMatchObject({
      kind: 'conflict',
      serial: '300120260701003001',
      answer: { code: '409', data: { ah: '（2026）浙0106执777号' } },
    })
  })

  it('brings a refusal back with its reason', () => {
    expect(adapter.outcome?.(answer({ code: '4003', msg: '不属于本院管辖', data: null }), call)).toEqual({
      kind: 'refused',
      code: '4003',
      answer: { code: '4003', msg: '不属于本院管辖', data: { tsbh: 'd1' } },
    })
  })

  it('says nothing new about the case after a notice was taken in', () => {
    const notice = { ...call, message: 'notice' }
    const taken = answer({ code: '0', data: { ajbs: '300120260701003001' } })
    expect(adapter.outcome?.(taken, notice)).toEqual({ kind: 'delivered', serial: '300120260701003001' })
    expect(adapter.outcome?.(answer({ code: '0' }), notice)).toEqual({ kind: 'delivered' })
    expect(adapter.outcome?.(answer({ code: '4004', msg: '本院无此案' }), notice)).toEqual({
      kind: 'refused',
      code: '4004',
    })
  })

  it.each([
    [answer({ code: '401', msg: '票据无效' }), { kind: 'retry', code: '401' }],
    [answer({ code: '503', msg: '系统繁忙' }), { kind: 'retry', code: '503' }],
    [answer({}, 503, { 'retry-after': '7' }), { kind: 'retry', code: 'HTTP_503', retryAfterMs: 7000 }],
    [answer({}, 404), { kind: 'refused', code: 'HTTP_404' }],
    [answer({ msg: '成功' }), { kind: 'unknown', code: 'UNREADABLE' }],
    [answer({ code: '0', data: { ajbs: ' ' } }), { kind: 'unknown', code: 'NO_AJBS' }],
    [
      { ...answer(null), body: Buffer.from('<html>') },
      { kind: 'unknown', code: 'UNREADABLE' },
    ],
    [answer(['x']), { kind: 'unknown', code: 'UNREADABLE' }],
  ])('reads answer %# as %o', (given, expected) => {
    expect(adapter.outcome?.(given, call)).toEqual(expected)
  })

  it('never passes on a refusal code that is a text of its own', () => {
    const outcome = adapter.outcome?.(answer({ code: '虚甲一的案件已存在', data: {} }), call)
    expect(outcome).toMatchObject({ kind: 'refused', code: 'REFUSED' })
  })

  it('looks a push up by its own id and tells absent from taken in', () => {
    const request = adapter.lookUp?.request({ ...call, deliveryId: 'd/1' })
    expect(request).toMatchObject({ method: 'GET', path: '/zxfw/api/push/d%2F1', query: { ticket: 'T1-abc' } })
    const look = (given: HttpAnswer) => adapter.lookUp?.outcome(given, call)
    expect(look(answer({ code: '404', msg: '无此推送' }))).toBeUndefined()
    expect(look(answer({ code: '0', data: { ajbs: '1' } }))).toMatchObject({ kind: 'delivered', serial: '1' })
    // A bare 404 may be a wrong address: it says nothing about the push.
    expect(look(answer({}, 404))).toEqual({ kind: 'refused', code: 'HTTP_404' })
    expect(look(answer({}, 500))).toEqual({ kind: 'retry', code: 'HTTP_500' })
  })
})

import { describe, expect, it } from 'vitest'
import { adapter } from '#connectors/court-odr/adapter.ts'
import type { HttpAnswer, Json, OutboundCall } from '#connectors/sdk.ts'

const call: OutboundCall = {
  system: 'court-odr',
  message: 'entrust',
  native: { pushId: 'd1', outCaseId: 'c1', applyType: '调解' },
  deliveryId: 'd1',
  attempt: 1,
  now: new Date('2026-06-30T02:20:00Z'),
  credentials: { token: 'demo-hub-token-court-odr' },
}

const answer = (tree: Json, status = 200, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers,
  body: Buffer.from(JSON.stringify(tree)),
})

const ah = '（2026）浙0106民诉前调1234号'

describe('adapter of court-odr', () => {
  it('posts each message to its own address with the ticket in the query', () => {
    const entrust = adapter.request?.(call)
    expect(entrust).toMatchObject({
      method: 'POST',
      path: '/odr/api/entrust',
      query: { ticket: 'demo-hub-token-court-odr' },
    })
    expect(JSON.parse(String(entrust?.body))).toEqual(call.native)
    expect(adapter.request?.({ ...call, message: 'notice' }).path).toBe('/odr/api/notice')
  })

  it('takes the numbers of a new case in as an answer', () => {
    const data = { caseId: 55, ah, caseState: '待审核', createTime: '2026-06-30 10:20:00' }
    expect(adapter.outcome?.(answer({ code: 200, msg: '成功', data }), call)).toEqual({
      kind: 'delivered',
      serial: '55',
      answer: { code: 200, msg: '成功', data: { ...data, applyType: '调解', pushId: 'd1' } },
    })
  })

  it('tells in the answer that a confirmation was applied for', () => {
    const confirm = { ...call, native: { applyType: '司法确认' } }
    const outcome = adapter.outcome?.(
      answer({ code: '200', data: { caseId: '56', caseState: '申请司法确认' } }),
      confirm,
    )
    expect(outcome).toMatchObject({ kind: 'delivered', serial: '56', answer: { data: { applyType: '司法确认' } } })
  })

  it('reads a case that it already has as a conflict with that number', () => {
    expect(adapter.outcome?.(answer({ code: 409, msg: '已有该案', data: { caseId: 55 } }), call)).toMatchObject({
      kind: 'conflict',
      serial: '55',
      answer: { code: 409, data: { caseId: 55 } },
    })
  })

  it('brings a refusal back with its reason', () => {
    expect(adapter.outcome?.(answer({ code: 4002, msg: '不属于民商事纠纷', data: null }), call)).toEqual({
      kind: 'refused',
      code: '4002',
      answer: { code: 4002, msg: '不属于民商事纠纷', data: { applyType: '调解', pushId: 'd1' } },
    })
  })

  it('says nothing new about the dispute after a notice was taken in', () => {
    const notice = { ...call, message: 'notice' }
    expect(adapter.outcome?.(answer({ code: 200, data: { caseId: 55 } }), notice)).toEqual({
      kind: 'delivered',
      serial: '55',
    })
    expect(adapter.outcome?.(answer({ code: 4004, msg: '本平台无此案' }), notice)).toEqual({
      kind: 'refused',
      code: '4004',
    })
  })

  it.each([
    [answer({ code: 401, msg: '票据无效' }, 401), { kind: 'retry', code: 'HTTP_401' }],
    [answer({}, 503, { 'retry-after': '7' }), { kind: 'retry', code: 'HTTP_503', retryAfterMs: 7000 }],
    [answer({ code: 500, msg: '系统繁忙' }), { kind: 'retry', code: '500' }],
    [answer({}, 404), { kind: 'refused', code: 'HTTP_404' }],
    [answer({ msg: '成功' }), { kind: 'unknown', code: 'UNREADABLE' }],
    [answer({ code: 200, data: { caseId: ' ' } }), { kind: 'unknown', code: 'NO_CASE_ID' }],
    [
      { status: 200, headers: {}, body: Buffer.from('<html>') },
      { kind: 'unknown', code: 'UNREADABLE' },
    ],
    [answer(['x']), { kind: 'unknown', code: 'UNREADABLE' }],
  ])('reads answer %# as %o', (given, expected) => {
    expect(adapter.outcome?.(given, call)).toEqual(expected)
  })

  it('never passes on a refusal code that is a text of its own', () => {
    const outcome = adapter.outcome?.(answer({ code: '虚己六的案件已存在', data: {} }), call)
    expect(outcome).toMatchObject({ kind: 'refused', code: 'REFUSED' })
  })

  it('looks a push up by its own id and tells absent from taken in', () => {
    const request = adapter.lookUp?.request({ ...call, deliveryId: 'd/1' })
    expect(request).toMatchObject({ method: 'GET', path: '/odr/api/push/d%2F1', query: { ticket: expect.anything() } })
    expect(adapter.lookUp?.outcome(answer({ code: 404, msg: '无此推送' }), call)).toBeUndefined()
    expect(adapter.lookUp?.outcome(answer({ code: 200, data: { caseId: 55 } }), call)).toMatchObject({
      kind: 'delivered',
      serial: '55',
    })
    expect(adapter.lookUp?.outcome(answer({}, 404), call)).toEqual({ kind: 'refused', code: 'HTTP_404' })
    expect(adapter.lookUp?.outcome(answer({}, 500), call)).toEqual({ kind: 'retry', code: 'HTTP_500' })
  })
})

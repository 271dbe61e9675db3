import { describe, expect, it } from 'vitest'
import { adapter } from '#connectors/labour-arbitration/adapter.ts'
import type { HttpAnswer, Json, OutboundCall } from '#connectors/sdk.ts'

const call: OutboundCall = {
  system: 'labour-arbitration',
  message: 'material',
  native: { push_id: 'd1', out_case_id: 'c1' },
  deliveryId: 'd1',
  attempt: 1,
  now: new Date('2026-03-18T01:00:00Z'),
  credentials: { token: 'demo-hub-token-labour-arbitration' },
}

const answer = (tree: Json, status = 200, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers,
  body: Buffer.from(JSON.stringify(tree)),
})

const number = '浙杭西湖劳人仲案〔2026〕123号'

describe('adapter of labour-arbitration', () => {
  it('posts each message to its own address with the access token', () => {
    const material = adapter.request?.(call)
    expect(material).toMatchObject({ method: 'POST', path: '/ldzc/api/material' })
    expect(material?.headers).toMatchObject({ 'x-access-token': 'demo-hub-token-labour-arbitration' })
    expect(JSON.parse(String(material?.body))).toEqual(call.native)
    expect(adapter.request?.({ ...call, message: 'notice' }).path).toBe('/ldzc/api/notice')
  })

  it('takes the number of a new case in as an answer', () => {
    const outcome = adapter.outcome?.(
      answer({ code: 0, message: '成功', data: { case_no: number, status: '申请' } }),
      call,
    )
    expect(outcome).toEqual({
      kind: 'delivered',
      serial: number,
      answer: { code: 0, message: '成功', data: { case_no: number, status: '申请', push_id: 'd1' } },
    })
  })

  it('reads a case that it already has as a conflict with that number', () => {
    const outcome = adapter.outcome?.(answer({ code: 409, message: '已有该案', data: { case_no: number } }), call)
    expect(outcome).toMatchObject({
      kind: 'conflict',
      serial: number,
      answer: { code: 409, data: { case_no: number } },
    })
  })

  it('brings a refusal back with its reason', () => {
    const outcome = adapter.outcome?.(answer({ code: 4002, message: '不属于劳动人事争议', data: null }), call)
    expect(outcome).toEqual({
      kind: 'refused',
      code: '4002',
      answer: { code: 4002, message: '不属于劳动人事争议', data: { push_id: 'd1' } },
    })
  })

  it('says nothing new about the case after a notice was taken in', () => {
    const notice = { ...call, message: 'notice' }
    expect(adapter.outcome?.(answer({ code: 0, message: '成功', data: { case_no: number } }), notice)).toEqual({
      kind: 'delivered',
      serial: number,
    })
  })

  it.each([
    [answer({ code: 401, message: '令牌无效' }, 401), { kind: 'retry', code: 'HTTP_401' }],
    [answer({}, 503, { 'retry-after': '7' }), { kind: 'retry', code: 'HTTP_503', retryAfterMs: 7000 }],
    [answer({ code: 500, message: '系统繁忙' }), { kind: 'retry', code: '500' }],
    [answer({}, 404), { kind: 'refused', code: 'HTTP_404' }],
    [answer({ message: '成功' }), { kind: 'unknown', code: 'UNREADABLE' }],
    [
      { status: 200, headers: {}, body: Buffer.from('<html>') },
      { kind: 'unknown', code: 'UNREADABLE' },
    ],
    [answer(['x']), { kind: 'unknown', code: 'UNREADABLE' }],
  ])('reads answer %# as %o', (given, expected) => {
    expect(adapter.outcome?.(given, call)).toEqual(expected)
  })

  it('keeps the words of a code that is none out of the outcome', () => {
    const outcome = adapter.outcome!(answer({ code: '4999：申请人虚甲一', data: null }), call)
    expect(outcome).toMatchObject({ kind: 'refused', code: 'REFUSED' })
  })

  it('looks a push up by its own id and tells absent from taken in', () => {
    const request = adapter.lookUp?.request({ ...call, deliveryId: 'd/1' })
    expect(request).toMatchObject({ method: 'GET', path: '/ldzc/api/push/d%2F1' })
    expect(adapter.lookUp?.outcome(answer({ code: 404, message: '无此推送' }), call)).toBeUndefined()
    expect(adapter.lookUp?.outcome(answer({ code: 0, data: { case_no: number } }), call)).toMatchObject({
      kind: 'delivered',
      serial: number,
    })
    expect(adapter.lookUp?.outcome(answer({}, 500), call)).toEqual({ kind: 'retry', code: 'HTTP_500' })
  })
})

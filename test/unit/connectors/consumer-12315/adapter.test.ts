import { describe, expect, it } from 'vitest'
import { adapter } from '#connectors/consumer-12315/adapter.ts'
import { type HttpAnswer, irsSignature, type Json, type OutboundCall } from '#connectors/sdk.ts'

const call: OutboundCall = {
  system: 'consumer-12315',
  message: 'transfer',
  native: { lsh: 'd1', wbajid: 'c1', xslx: '1' },
  deliveryId: 'd1',
  attempt: 1,
  now: new Date('2026-05-06T03:00:00Z'),
  credentials: { accessKey: 'demo-hub-ak-consumer-12315', secret: 'demo-hub-sk-consumer-12315' },
}
const progress: OutboundCall = { ...call, message: 'progress' }
const djbh = '3301060000000202605060001'

const answer = (tree: Json, status = 200, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers,
  body: Buffer.from(JSON.stringify(tree)),
})

describe('adapter of consumer-12315', () => {
  it('posts each message to its own address, signed in the IRS form', () => {
    const request = adapter.request!(call)
    const { accessKey = '', secret = '' } = call.credentials
    expect(request.path).toBe('/restapi/prod/IC33000020260506000001/transfer/push')
    expect(request.headers['x-bg-hmac-signature']).toBe(
      irsSignature(secret, request, accessKey, 'Wed, 06 May 2026 03:00:00 GMT'),
    )
    expect(JSON.parse(String(request.body))).toEqual(call.native)
    expect(adapter.request!(progress).path).toBe('/restapi/prod/IC33000020260506000002/progress/push')
  })

  it('takes the number of a new registration in as an answer, with what kind was sent', () => {
    const report = { ...call, native: { lsh: 'd1', xslx: '2' } }
    expect(adapter.outcome!(answer({ code: '0000', msg: '成功', data: { djbh, bjzt: '登记' } }), report)).toEqual({
      kind: 'delivered',
      serial: djbh,
      answer: { code: '0000', msg: '成功', data: { djbh, bjzt: '登记', xslx: '2', lsh: 'd1' } },
    })
  })

  it('reads what it already has as a conflict with that number', () => {
    const outcome = adapter.outcome!(answer({ code: '0001', msg: '已登记', data: { djbh, bjzt: '受理' } }), call)
    expect(outcome).toMatchObject({ kind: 'conflict', serial: djbh, answer: { code: '0001', data: { djbh } } })
  })

  it('brings a refusal back with its reason', () => {
    expect(adapter.outcome!(answer({ code: '2001', msg: '不属于市场监督管理部门职责', data: null }), call)).toEqual({
      kind: 'refused',
      code: '2001',
      answer: { code: '2001', msg: '不属于市场监督管理部门职责', data: { xslx: '1', lsh: 'd1' } },
    })
  })

  it('says nothing new about the case after progress was taken in or refused', () => {
    expect(adapter.outcome!(answer({ code: '0000', msg: '成功', data: { djbh } }), progress)).toEqual({
      kind: 'delivered',
      serial: djbh,
    })
    expect(adapter.outcome!(answer({ code: '3001', msg: '无此登记编号', data: null }), progress)).toEqual({
      kind: 'refused',
      code: '3001',
    })
  })

  it.each([
    [answer('Invalid signature', 401), { kind: 'retry', code: 'HTTP_401' }],
    [answer({}, 503, { 'retry-after': '7' }), { kind: 'retry', code: 'HTTP_503', retryAfterMs: 7000 }],
    [answer({ code: '5001', msg: '系统繁忙' }), { kind: 'retry', code: '5001' }],
    [answer({}, 404), { kind: 'refused', code: 'HTTP_404' }],
    [answer({ msg: '成功' }), { kind: 'unknown', code: 'UNREADABLE' }],
    [answer(['x']), { kind: 'unknown', code: 'UNREADABLE' }],
    [
      { status: 200, headers: {}, body: Buffer.from('<html>') },
      { kind: 'unknown', code: 'UNREADABLE' },
    ],
  ])('reads answer %# as %o', (given, expected) => {
    expect(adapter.outcome!(given, call)).toEqual(expected)
  })

  it('keeps the words of a code that is none out of the outcome', () => {
    const outcome = adapter.outcome!(answer({ code: '4999：申请人虚甲一', data: null }), call)
    expect(outcome).toMatchObject({ kind: 'refused', code: 'REFUSED' })
  })

  it('looks a push up by its own id and tells absent from taken in', () => {
    const request = adapter.lookUp!.request({ ...call, deliveryId: 'd/1' })
    expect(request).toMatchObject({ method: 'GET', query: { lsh: 'd/1' } })
    expect(adapter.lookUp!.outcome(answer({ code: '4040', msg: '无此流水号' }), call)).toBeUndefined()
    expect(adapter.lookUp!.outcome(answer({ code: '0000', data: { djbh } }), call)).toMatchObject({
      kind: 'delivered',
      serial: djbh,
    })
    expect(adapter.lookUp!.outcome(answer({}, 500), call)).toEqual({ kind: 'retry', code: 'HTTP_500' })
  })
})

import { describe, expect, it } from 'vitest'
import { adapter } from '#connectors/mt-coordination/adapter.ts'
import { type HttpAnswer, irsSignature, type Json, type OutboundCall } from '#connectors/sdk.ts'

const call: OutboundCall = {
  system: 'mt-coordination',
  message: 'matter',
  native: { requestId: 'd1', ywlsh: 'c1', sxbh: 'MT33010620260302000017' },
  deliveryId: 'd1',
  attempt: 1,
  now: new Date('2026-03-02T01:14:07Z'),
  credentials: { accessKey: 'ak', secret: 'sk' },
}

const answer = (tree: Json, status = 200, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers,
  body: Buffer.from(typeof tree === 'string' ? tree : JSON.stringify(tree)),
})

describe('adapter of mt-coordination', () => {
  it('signs the push for the provincial gateway', () => {
    const request = adapter.request!(call)
    expect(request.path).toBe('/restapi/prod/IC33000020260302000001/matter/push')
    expect(request.headers).toMatchObject({
      'x-bg-hmac-access-key': 'ak',
      'x-bg-hmac-algorithm': 'hmac-sha256',
      'x-bg-date-time': 'Mon, 02 Mar 2026 01:14:07 GMT',
      'x-bg-hmac-signature': irsSignature('sk', request, 'ak', 'Mon, 02 Mar 2026 01:14:07 GMT'),
    })
    expect(JSON.parse(String(request.body))).toEqual(call.native)
  })

  it('takes an acknowledgement as delivered without saying anything new', () => {
    expect(adapter.outcome!(answer({ code: '0', msg: '成功', requestId: 'd1' }), call)).toEqual({ kind: 'delivered' })
  })

  it('brings a refusal back with the number that was pushed', () => {
    const body = { code: 'E2002', msg: '业务流水号与事项编号不存在', requestId: 'd1', jydw: '市中心' }
    expect(adapter.outcome!(answer(body), call)).toEqual({
      kind: 'refused',
      code: 'E2002',
      answer: { code: 'E2002', msg: body.msg, requestId: 'd1', sxbh: 'MT33010620260302000017', jydw: '市中心' },
    })
    const first = adapter.outcome!(answer({ code: 'E2001', msg: '缺少事件名称' }), { ...call, native: { ywlsh: 'c1' } })
    expect(first).toMatchObject({ answer: { code: 'E2001', msg: '缺少事件名称', requestId: 'd1' } })
    expect(first).not.toHaveProperty('answer.sxbh')
  })

  it.each([
    [answer({ code: 'E0409', msg: 'requestId已被不同内容使用' }), { kind: 'conflict' }],
    [answer('Clock skew exceeded', 401), { kind: 'retry', code: 'HTTP_401' }],
    [answer('busy', 429, { 'retry-after': '30' }), { kind: 'retry', code: 'HTTP_429', retryAfterMs: 30_000 }],
    [answer('bad gateway', 502), { kind: 'retry', code: 'HTTP_502' }],
    [answer({ code: 'E5001', msg: '系统维护' }), { kind: 'retry', code: 'E5001' }],
    [answer('gone', 410), { kind: 'refused', code: 'HTTP_410' }],
    [answer('<html>'), { kind: 'unknown', code: 'UNREADABLE' }],
    [answer({ msg: '成功' }), { kind: 'unknown', code: 'UNREADABLE' }],
  ])('reads answer %# as %o', (given, expected) => {
    expect(adapter.outcome!(given, call)).toEqual(expected)
  })

  it('keeps the words of a code that is none out of the outcome', () => {
    const outcome = adapter.outcome!(answer({ code: '4999：申请人虚甲一', data: null }), call)
    expect(outcome).toMatchObject({ kind: 'refused', code: 'REFUSED' })
  })

  it('looks a request up with a signed query and tells absent from taken in', () => {
    const request = adapter.lookUp!.request(call)
    expect(request).toMatchObject({ method: 'GET', query: { requestId: 'd1' } })
    expect(request.headers['x-bg-hmac-signature']).toBe(
      irsSignature('sk', request, 'ak', 'Mon, 02 Mar 2026 01:14:07 GMT'),
    )
    expect(adapter.lookUp!.outcome(answer({ code: 'E0404', msg: '无此请求' }), call)).toBeUndefined()
    const found = answer({ code: '0', data: { ywlsh: 'c1', sxbh: 'MT33010620260302000017' } })
    expect(adapter.lookUp!.outcome(found, call)).toEqual({ kind: 'delivered', serial: 'MT33010620260302000017' })
  })
})

import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type HttpMessage, irsHeaders, irsSignature } from '#connectors/sdk.ts'
import { createAuthenticator } from '#gateway/security/authenticate.ts'
import { checkDigest } from '#gateway/security/content-digest.ts'
import { seenSignatures } from '#gateway/security/seen-signatures.ts'
import { isHubError } from '#schemas/errors.ts'
import type { SystemConfig } from '#schemas/files.ts'

const at = Date.parse('2026-03-02T01:14:07Z')
const system = (id: string, inbound: Partial<SystemConfig['inbound']>): SystemConfig => ({
  id,
  connector: id,
  area: '330106',
  prefecture: '3301',
  inbound: { scheme: 'irs-hmac', credentials: {}, ...inbound },
})
const one = system('one', { credentials: { accessKey: 'ak-one', secret: 'sk-one' } })
const two = system('two', { credentials: { accessKey: 'ak-two', secret: 'sk-two' } })
const strict = system('strict', { credentials: { accessKey: 'ak-strict', secret: 'sk-strict' }, requireDigest: true })
const plain = system('plain', { scheme: 'static-token', credentials: { token: 'token-plain' } })
const closed: SystemConfig = { id: 'closed', connector: 'closed', area: '330106', prefecture: '3301' }

function signed(from: SystemConfig, to: string, change: Partial<HttpMessage> = {}, when = at): HttpMessage {
  const request = {
    method: 'POST' as const,
    path: `/in/${to}/case`,
    query: {},
    headers: {},
    body: Buffer.from('{}'),
    ...change,
  }
  const { accessKey = '', secret = '' } = from.inbound!.credentials
  return { ...request, headers: { ...irsHeaders({ accessKey, secret }, request, new Date(when)), ...change.headers } }
}

const fresh = () => createAuthenticator([one, two, strict, plain, closed], () => at)
function codeOf(run: () => unknown): string {
  try {
    run()
    return 'passed'
  } catch (error) {
    return isHubError(error) ? `${error.entry.status} ${error.message}` : String(error)
  }
}

describe('irs-hmac', () => {
  it('passes the vector of the gateway manual', () => {
    const call = { method: 'POST' as const, path: '/restapi/prod/IC33000020260302000001/case/push' }
    expect(irsSignature('sk-test-0001', call, 'ak-test-0001', 'Mon, 02 Mar 2026 01:14:07 GMT')).toBe(
      '8hsaOXrpoXBK4irgqycZ1YYbZ773TzqLSHwJnJ4TJEg=',
    )
  })

  it('passes a signed request, and the same bytes again', () => {
    const auth = fresh()
    expect(auth.check(one, signed(one, 'one'))).toMatchObject({ system: 'one' })
    expect(auth.check(one, signed(one, 'one'))).toMatchObject({ system: 'one' })
  })

  it('refuses a signature that was seen with other bytes', () => {
    const auth = fresh()
    auth.check(one, signed(one, 'one'))
    const swapped = signed(one, 'one', { body: Buffer.from('{"x":1}') })
    expect(codeOf(() => auth.check(one, swapped))).toBe('401 Invalid signature: it was used before with another body')
    const other = signed(one, 'one', { body: Buffer.from('{"x":1}'), query: { nonce: '2' } })
    expect(codeOf(() => auth.check(one, other))).toBe('passed')
  })

  it('says what is wrong in the words of the gateway', () => {
    const auth = fresh()
    const header = (name: string, value: string) => signed(one, 'one', { headers: { [name]: value } })
    expect(codeOf(() => auth.check(one, header('x-bg-hmac-access-key', 'nobody')))).toBe('401 Invalid access key')
    expect(codeOf(() => auth.check(one, header('x-bg-hmac-signature', `${'A'.repeat(43)}=`)))).toBe(
      '401 Invalid signature',
    )
    expect(codeOf(() => auth.check(one, header('x-bg-hmac-signature', 'short')))).toBe('401 Invalid signature')
    expect(codeOf(() => auth.check(one, header('x-bg-hmac-algorithm', 'hmac-md5')))).toBe('401 Invalid signature')
    expect(codeOf(() => auth.check(one, header('x-bg-date-time', '2026-03-02T01:14:07Z')))).toBe(
      '401 Clock skew exceeded',
    )
    expect(codeOf(() => auth.check(one, { ...signed(one, 'one'), path: '/in/one/other' }))).toBe(
      '401 Invalid signature',
    )
    expect(codeOf(() => auth.check(one, { ...signed(one, 'one'), headers: {} }))).toBe('401 Invalid access key')
    expect(codeOf(() => auth.check(two, signed(one, 'two')))).toBe('403 The route_id is forbidden.')
    expect(codeOf(() => auth.check(closed, signed(one, 'closed')))).toBe('403 The route_id is forbidden.')
  })

  it('allows 90 seconds of skew, either way, and no more', () => {
    for (const [off, result] of [
      [90, 'passed'],
      [-90, 'passed'],
      [91, '401 Clock skew exceeded'],
      [-91, '401 Clock skew exceeded'],
    ] as const)
      expect(codeOf(() => fresh().check(one, signed(one, 'one', {}, at + off * 1000)))).toBe(result)
  })

  it('checks a digest that is there, and asks for one where configured', () => {
    const digest = (text: string) => `sha-256=:${createHash('sha256').update(text).digest('base64')}:`
    const withDigest = (from: SystemConfig, text: string) =>
      signed(from, from.id, { headers: { 'content-digest': digest(text) } })
    expect(codeOf(() => fresh().check(one, withDigest(one, '{}')))).toBe('passed')
    expect(codeOf(() => fresh().check(one, withDigest(one, '{"x":1}')))).toMatch('401 Invalid digest')
    expect(codeOf(() => fresh().check(strict, signed(strict, 'strict')))).toMatch('401 Invalid digest')
    expect(codeOf(() => fresh().check(strict, withDigest(strict, '{}')))).toBe('passed')
  })
})

describe('static-token', () => {
  const call = (headers: Record<string, string> = {}): HttpMessage => ({
    method: 'POST',
    path: '/in/plain/case',
    headers,
    body: Buffer.from('{}'),
  })

  it('takes the token from the header or from the adapter', () => {
    expect(codeOf(() => fresh().check(plain, call({ authorization: 'Bearer token-plain' })))).toBe('passed')
    expect(codeOf(() => fresh().check(plain, call(), 'token-plain'))).toBe('passed')
    expect(codeOf(() => fresh().check(plain, call(), 'token-plaim'))).toBe('401 Invalid access key')
    expect(codeOf(() => fresh().check(plain, call()))).toBe('401 Invalid access key')
  })

  it('never opens a path that asks for signatures', () => {
    expect(codeOf(() => fresh().check(one, call({ authorization: 'Bearer token-plain' })))).toBe(
      '401 Invalid access key',
    )
    expect(codeOf(() => fresh().check(plain, signed(one, 'plain')))).toBe('401 Invalid access key')
  })
})

describe('checkDigest', () => {
  it('knows sha-256 and sha-512, and leaves others alone', () => {
    const body = Buffer.from('hello')
    const of = (name: string, hash: string) => `${name}=:${createHash(hash).update(body).digest('base64')}:`
    expect(checkDigest(of('sha-512', 'sha512'), body)).toBe('fits')
    expect(checkDigest(`unixsum=:AAAA:, ${of('sha-256', 'sha256')}`, body)).toBe('fits')
    expect(checkDigest(`${of('sha-256', 'sha256')}, sha-512=:AAAA:`, body)).toBe('differs')
    expect(checkDigest('md5=:AAAA:', body)).toBe('none')
    expect(checkDigest(undefined, body)).toBe('none')
  })
})

describe('seenSignatures', () => {
  const name = (n: number) => Buffer.alloc(32, n).toString('base64')
  const body = (n: number) => Buffer.alloc(32, n)

  it('remembers for at least the whole fresh time', () => {
    const seen = seenSignatures(1000)
    expect(seen.note(name(1), body(1), 999)).toBe('new')
    expect(seen.note(name(2), body(1), 1500)).toBe('new')
    expect(seen.note(name(1), body(2), 1998)).toBe('other')
    expect(seen.note(name(2), body(1), 2499)).toBe('same')
  })

  it('forgets what is stale, and refuses rather than forgetting what is fresh', () => {
    const seen = seenSignatures(1000, 2)
    seen.note(name(1), body(1), 0)
    seen.note(name(2), body(1), 0)
    expect(seen.note(name(3), body(1), 0)).toBe('full')
    expect(seen.note(name(1), body(2), 0)).toBe('other')
    expect(seen.note(name(1), body(2), 5000)).toBe('new')
  })
})

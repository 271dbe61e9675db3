import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type HttpMessage, irsHeaders, irsSignature } from '#connectors/sdk.ts'
import { createAuthenticator } from '#gateway/security/authenticate.ts'
import { checkDigest } from '#gateway/security/content-digest.ts'
import { seenSignatures } from '#gateway/security/seen-signatures.ts'
import { HubError, isHubError } from '#schemas/errors.ts'
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

const fresh = (now = at) => createAuthenticator([one, two, strict, plain, closed], () => now)
function codeOf(run: () => unknown): string {
  try {
    run()
    return 'passed'
  } catch (error) {
    return isHubError(error) ? error.code : String(error)
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
    expect(codeOf(() => auth.check(one, swapped))).toBe('HUB_SECURITY_SIGNATURE_REUSED')
    const other = signed(one, 'one', { body: Buffer.from('{"x":1}'), query: { nonce: '2' } })
    expect(codeOf(() => auth.check(one, other))).toBe('passed')
  })

  it.each([
    ['HUB_SECURITY_ACCESS_KEY', 401, 'Invalid access key'],
    ['HUB_SECURITY_SIGNATURE', 401, 'Invalid signature'],
    ['HUB_SECURITY_CLOCK', 401, 'Clock skew exceeded'],
    ['HUB_SECURITY_SIGNATURE_REUSED', 401, 'Invalid signature: it was used before with another body'],
    ['HUB_SECURITY_DIGEST', 401, 'Invalid digest: Content-Digest is missing or does not fit the body'],
    ['HUB_SECURITY_FORBIDDEN', 403, 'The route_id is forbidden.'],
  ] as const)('%s speaks in the words of the gateway', (code, status, words) => {
    const error = new HubError(code)
    expect([error.entry.status, error.message]).toEqual([status, words])
  })

  it('says what is wrong', () => {
    const auth = fresh()
    const header = (name: string, value: string) => signed(one, 'one', { headers: { [name]: value } })
    expect(codeOf(() => auth.check(one, header('x-bg-hmac-access-key', 'nobody')))).toBe('HUB_SECURITY_ACCESS_KEY')
    expect(codeOf(() => auth.check(one, header('x-bg-hmac-signature', `${'A'.repeat(43)}=`)))).toBe(
      'HUB_SECURITY_SIGNATURE',
    )
    expect(codeOf(() => auth.check(one, header('x-bg-hmac-signature', 'short')))).toBe('HUB_SECURITY_SIGNATURE')
    expect(codeOf(() => auth.check(one, header('x-bg-hmac-algorithm', 'hmac-md5')))).toBe('HUB_SECURITY_SIGNATURE')
    expect(codeOf(() => auth.check(one, header('x-bg-date-time', '2026-03-02T01:14:07Z')))).toBe('HUB_SECURITY_CLOCK')
    expect(codeOf(() => auth.check(one, { ...signed(one, 'one'), path: '/in/one/other' }))).toBe(
      'HUB_SECURITY_SIGNATURE',
    )
    expect(codeOf(() => auth.check(one, { ...signed(one, 'one'), headers: {} }))).toBe('HUB_SECURITY_ACCESS_KEY')
    expect(codeOf(() => auth.check(two, signed(one, 'two')))).toBe('HUB_SECURITY_FORBIDDEN')
    expect(codeOf(() => auth.check(closed, signed(one, 'closed')))).toBe('HUB_SECURITY_FORBIDDEN')
  })

  it('allows 90 seconds of skew, either way, and no more', () => {
    for (const [off, result] of [
      [90, 'passed'],
      [-90, 'passed'],
      [91, 'HUB_SECURITY_CLOCK'],
      [-91, 'HUB_SECURITY_CLOCK'],
    ] as const)
      expect(codeOf(() => fresh().check(one, signed(one, 'one', {}, at + off * 1000)))).toBe(result)
    expect(codeOf(() => fresh(at + 90_000).check(one, signed(one, 'one')))).toBe('passed')
    expect(codeOf(() => fresh(at + 90_001).check(one, signed(one, 'one')))).toBe('HUB_SECURITY_CLOCK')
  })

  it('checks a digest that is there, and asks for one where configured', () => {
    const digest = (text: string) => `sha-256=:${createHash('sha256').update(text).digest('base64')}:`
    const withDigest = (from: SystemConfig, text: string) =>
      signed(from, from.id, { headers: { 'content-digest': digest(text) } })
    expect(codeOf(() => fresh().check(one, withDigest(one, '{}')))).toBe('passed')
    expect(codeOf(() => fresh().check(one, withDigest(one, '{"x":1}')))).toBe('HUB_SECURITY_DIGEST')
    expect(codeOf(() => fresh().check(strict, signed(strict, 'strict')))).toBe('HUB_SECURITY_DIGEST')
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
    expect(codeOf(() => fresh().check(plain, call(), 'token-plaim'))).toBe('HUB_SECURITY_ACCESS_KEY')
    expect(codeOf(() => fresh().check(plain, call()))).toBe('HUB_SECURITY_ACCESS_KEY')
  })

  it('checks a digest that is there', () => {
    const wrong = call({ authorization: 'token-plain', 'content-digest': `sha-256=:${'A'.repeat(43)}=:` })
    expect(codeOf(() => fresh().check(plain, wrong))).toBe('HUB_SECURITY_DIGEST')
  })

  it('is no credential for another system', () => {
    const other = system('other', { scheme: 'static-token', credentials: { token: 'token-other' } })
    const auth = createAuthenticator([plain, other], () => at)
    expect(codeOf(() => auth.check(other, call({ authorization: 'token-plain' })))).toBe('HUB_SECURITY_FORBIDDEN')
  })

  it('never opens a path that asks for signatures', () => {
    expect(codeOf(() => fresh().check(one, call({ authorization: 'Bearer token-plain' })))).toBe(
      'HUB_SECURITY_ACCESS_KEY',
    )
    expect(codeOf(() => fresh().check(plain, signed(one, 'plain')))).toBe('HUB_SECURITY_ACCESS_KEY')
  })
})

describe('identify', () => {
  it('tells the system by what it shows, whatever the path', () => {
    const auth = fresh()
    const asked = { method: 'GET' as const, path: '/receipts/x', body: Buffer.alloc(0) }
    expect(auth.identify(signed(two, 'any', asked))).toMatchObject({ system: 'two' })
    expect(auth.identify({ ...asked, headers: { authorization: 'Bearer token-plain' } })).toEqual({ system: 'plain' })
    expect(codeOf(() => auth.identify({ ...asked, headers: {} }))).toBe('HUB_SECURITY_ACCESS_KEY')
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

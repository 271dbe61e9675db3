import { describe, expect, it } from 'vitest'
import { bodyOf, codeOf, isObject, objectOf, outcomeOfStatus, textOf } from '#connectors/sdk.ts'

const answer = (status: number, headers: Record<string, string> = {}) => ({ status, headers, body: Buffer.alloc(0) })

describe('the body of an answer', () => {
  it.each([
    ['{"a":1}', { a: 1 }],
    ['{"a":12345678901234567890}', { a: '12345678901234567890' }],
    ['{"a":"x\ny"}', { a: 'x\ny' }],
    ['[1]', undefined],
    ['null', undefined],
    ['"text"', undefined],
    ['', undefined],
    ['<html>', undefined],
  ])('%j is read as %j', (text, expected) => {
    expect(bodyOf({ body: Buffer.from(text) })).toEqual(expected)
  })

  it('holds objects apart from lists and null', () => {
    expect([{}, [], null, 'a', 1, undefined].map(isObject)).toEqual([true, false, false, false, false, false])
    expect(objectOf({ a: 1 })).toEqual({ a: 1 })
    expect(objectOf([])).toBeUndefined()
  })

  it('gives texts trimmed, and nothing for what is no text', () => {
    expect([' a ', 1, null, undefined, ['a']].map(textOf)).toEqual(['a', '', '', '', ''])
  })
})

it.each([
  ['E0409', 'E0409'],
  [' 00000 ', '00000'],
  [4003, '4003'],
  ['x'.repeat(40), 'x'.repeat(40)],
  ['x'.repeat(41), 'REFUSED'],
  ['虚甲一', 'REFUSED'],
  ['4003: a name', 'REFUSED'],
  ['', 'REFUSED'],
  [null, 'REFUSED'],
  [undefined, 'REFUSED'],
])('the code %j becomes %s in an outcome', (said, code) => {
  expect(codeOf(said)).toBe(code)
})

describe('the HTTP status alone', () => {
  it.each([401, 403, 408, 429, 500, 503, 599])('%i lets the case wait', status => {
    expect(outcomeOfStatus(answer(status))).toEqual({ kind: 'retry', code: `HTTP_${status}` })
  })

  it.each([204, 302, 400, 404, 409, 410, 422])('%i is a refusal', status => {
    expect(outcomeOfStatus(answer(status))).toEqual({ kind: 'refused', code: `HTTP_${status}` })
  })

  it.each([
    ['7', { retryAfterMs: 7000 }],
    ['0', {}],
    ['Mon, 02 Mar 2026 01:45:00 GMT', {}],
  ])('retry-after %j is heard as %j', (said, expected) => {
    const outcome = outcomeOfStatus(answer(503, { 'retry-after': said }))
    expect(outcome).toEqual({ kind: 'retry', code: 'HTTP_503', ...expected })
  })
})

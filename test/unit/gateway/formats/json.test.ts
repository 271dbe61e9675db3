import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maxDepth, parseJson, splitArray } from '#gateway/formats/json.ts'
import { isHubError } from '#schemas/errors.ts'

const ruleOf = (text: string) => {
  try {
    parseJson(text)
  } catch (error) {
    expect(isHubError(error, 'HUB_RECEIVE_UNREADABLE')).toBe(true)
    expect(String((error as Error).stack)).not.toContain('虚甲一')
    return isHubError(error) ? error.facts.rule : ''
  }
  return 'parsed'
}

describe('parseJson', () => {
  it('keeps a whole number beyond 2^53 digit by digit', () => {
    expect(
      parseJson('{"n":3301060000000202605060231,"m":-9007199254740993,"k":9007199254740991,"a":186400.5}'),
    ).toEqual({
      n: '3301060000000202605060231',
      m: '-9007199254740993',
      k: 9007199254740991,
      a: 186400.5,
    })
    expect(parseJson('{"n":"3301060000000202605060231"}')).toEqual({ n: '3301060000000202605060231' })
    expect(parseJson('[12345678901234567.89]')).toEqual(['12345678901234567.89'])
  })

  it('agrees with JSON.parse on everything else', () => {
    const shortNumbers = fc.json().filter(text => !/\d{16}/.test(text))
    fc.assert(fc.property(shortNumbers, text => void expect(parseJson(text)).toEqual(JSON.parse(text))))
  })

  it('takes the last of equal names, and __proto__ as a name like any other', () => {
    expect(parseJson('{"a":1,"a":2}')).toEqual({ a: 2 })
    for (const digits of ['1', '12345678901234567890']) {
      const tree = parseJson(`{"__proto__":{"admin":true},"n":${digits}}`) as { admin?: boolean }
      expect(tree.admin).toBe(undefined)
      expect(Object.keys(tree)).toEqual(['__proto__', 'n'])
    }
  })

  it('survives raw control characters inside a text', () => {
    expect(parseJson('{"t":"一\n二\u0001\\n","n":12345678901234567890}')).toEqual({
      t: '一\n二\u0001\n',
      n: '12345678901234567890',
    })
  })

  it('bounds the nesting', () => {
    expect(ruleOf(`${'['.repeat(maxDepth)}${']'.repeat(maxDepth)}`)).toBe('parsed')
    expect(ruleOf('['.repeat(maxDepth + 1))).toBe(`NESTED_DEEPER_THAN_${maxDepth}`)
    expect(ruleOf('{"a":'.repeat(100_000))).toBe(`NESTED_DEEPER_THAN_${maxDepth}`)
    expect(ruleOf(`{"a":"${'['.repeat(500)}\\"${'{'.repeat(500)}"}`)).toBe('parsed')
  })

  it('says where a text stops being JSON, and nothing of what it says', () => {
    expect(ruleOf('{"xm":"虚甲一",}')).toBe('NOT_JSON_AT_12')
    expect(ruleOf('{"xm":虚甲一}')).toBe('NOT_JSON')
    expect(ruleOf('{"xm":"虚甲一"')).toMatch(/^NOT_JSON/)
    expect(ruleOf('')).toBe('NOT_JSON')
    expect(ruleOf('{"xm":"虚甲一\n",}')).toMatch(/^NOT_JSON/)
  })
})

describe('splitArray', () => {
  it('gives each element as it was sent', () => {
    expect(splitArray(' [ {"a": "],\\"["} , [1,[2]],  3 ]')).toEqual(['{"a": "],\\"["}', '[1,[2]]', '3'])
    expect(splitArray('[]')).toEqual([])
    expect(splitArray('{"a":[1]}')).toBe(undefined)
  })

  it('splits every array into what JSON.parse finds in it', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom(0, 2), (list, spaces) => {
        const items = splitArray(JSON.stringify(list, null, spaces))!
        expect(items.map(item => JSON.parse(item))).toEqual(JSON.parse(JSON.stringify(list)))
      }),
    )
  })
})

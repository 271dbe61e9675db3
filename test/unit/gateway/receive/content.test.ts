import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Json } from '#connectors/sdk.ts'
import { canonicalText, pointerTree, segmentsOf, valueAt, wordAt } from '#gateway/receive/content.ts'

it('writes the same text whatever the order of names', () => {
  expect(canonicalText({ b: [{ d: 1, c: '"' }], a: null })).toBe('{"a":null,"b":[{"c":"\\"","d":1}]}')
  const turned = (value: Json): Json =>
    Array.isArray(value)
      ? value.map(turned)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([name, item]) => [name, turned(item)]),
          )
        : value
  fc.assert(
    fc.property(fc.jsonValue(), tree => {
      expect(canonicalText(turned(tree as Json))).toBe(canonicalText(tree as Json))
      expect(JSON.parse(canonicalText(tree as Json))).toEqual(JSON.parse(JSON.stringify(tree)))
    }),
  )
})

it('writes other texts for other content, also where a name is __proto__', () => {
  const tree = (n: number) => JSON.parse(`{"__proto__":{"n":${n}},"a":1}`) as Json
  expect(canonicalText(tree(1))).not.toBe(canonicalText(tree(2)))
  expect(canonicalText(['1'])).not.toBe(canonicalText([1]))
})

it('leaves transport times out, wherever they stand', () => {
  const without = pointerTree(['/sent', '/a/b~1c', '/list/0/at'])
  expect(canonicalText({ sent: 1, a: { 'b/c': 2, d: 3 }, list: [{ at: 1, x: 2 }, { at: 3 }] }, without)).toBe(
    '{"a":{"d":3},"list":[{"x":2},{"at":3}]}',
  )
})

it('reads by pointer, own fields only', () => {
  const tree: Json = { a: [{ 'x/y': 'word' }], n: 12, blank: ' ', big: 2 ** 60, list: [] }
  expect(valueAt(tree, segmentsOf('/a/0/x~1y'))).toBe('word')
  expect(valueAt(tree, segmentsOf('/toString'))).toBe(undefined)
  expect(valueAt(tree, segmentsOf(''))).toBe(tree)
  expect(['/a/0/x~1y', '/n', '/blank', '/big', '/list', '/none'].map(p => wordAt(tree, segmentsOf(p)))).toEqual([
    'word',
    '12',
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})

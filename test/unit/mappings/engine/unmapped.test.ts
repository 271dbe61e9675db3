import { expect, it } from 'vitest'
import { mostUnmapped, patternOf, unmappedFinder } from '#mappings/engine/unmapped.ts'
import { compile } from '../../../helpers/mapping.ts'

const pointers = (paths: readonly string[], input: unknown) => unmappedFinder(paths)(input).map(one => one.pointer)

it('tells what a mapping neither reads nor ignores, nested and in lists, once a field', () => {
  const mapping = compile(`
from: { connector: x, message: y }
version: 1
own: [/no]
set:
  case.title: { path: /a/title, when: { path: /kind, is: '1' } }
  parties: { each: /people, set: { name: /xm } }
ignore: { /page: paging, /raw: their copy }
`)
  const input = {
    no: 'x',
    kind: '1',
    page: 2,
    raw: { deep: { any: 1 } },
    a: { title: 't', sub: 1 },
    people: [{ xm: 'a' }, { xm: 'b', zj: 'c' }, { zj: 'd' }],
    more: { inner: 'x' },
  }
  expect(mapping.unmapped(input)).toEqual(
    ['/a/sub', '/people/1/zj', '/more'].map(pointer => ({ pointer, rule: 'UNMAPPED', table: null })),
  )
})

it('counts a field with nothing in it for none', () => {
  expect(pointers(['/a'], { a: 1, b: null, c: '', d: ' ', e: [], f: {}, g: 0, h: false })).toEqual(['/g', '/h'])
})

it('finds nothing below what is read whole, nor where a text stands for an object', () => {
  expect(pointers(['/list/*', '/obj/x'], { list: [{ a: 1 }], obj: 'text' })).toEqual([])
  expect(pointers([''], { a: 1 })).toEqual([])
})

it('takes an index for an element wherever it stands', () => {
  expect(pointers(['/list/0/a'], { list: [{ a: 1 }, { a: 2, b: 3 }] })).toEqual(['/list/1/b'])
  expect(pointers(['/list/*/a'], { list: { 0: { a: 1, b: 2 } } })).toEqual(['/list/0/b'])
})

it('hides a name that may say more than the name of a field', () => {
  const odd = ['张三', '330102199003071234', 'p13800000001', 'zhang@example.cn', 'a b', 'x'.repeat(41), 'a/b']
  for (const name of odd) expect(pointers([], { in: { [name]: 1 }, [name]: 1 })).toEqual(['/in', '/?'])
  expect(pointers(['/k/x'], { k: { [odd[0]!]: 1, [odd[1]!]: 2 } })).toEqual(['/k/?'])
  expect(pointers([], { '@id': 1, 'ns:name': 1, addr_2: 1, '#3': 1 })).toEqual(['/@id', '/ns:name', '/addr_2', '/#3'])
})

it('stops at twenty, and walks no further', () => {
  const many = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`f${'abcdefghij'[i % 10]}_${i}`, 1]))
  expect(pointers([], many)).toHaveLength(mostUnmapped)
})

it('makes one name of the places of a field', () => {
  expect(patternOf('/a/12/b/0')).toBe('/a/*/b/*')
})

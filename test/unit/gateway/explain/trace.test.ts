import { expect, it } from 'vitest'
import { dotted, trace, unexplained } from '#gateway/explain/trace.ts'
import { compile, context } from '../../../helpers/mapping.ts'

async function went(set: string, input: object): Promise<Record<string, string[]>> {
  const lines = set.split('\n').map(line => `  ${line}`)
  const mapping = compile(`from: { connector: x, message: y }\nversion: 1\nown: [/no]\nset:\n${lines.join('\n')}\n`)
  const traced = await trace(input, tree => mapping.map(tree, context)[0]!.record)
  return Object.fromEntries(
    traced.map(({ pointer, to }) => [pointer, to.map(({ path, value }) => `${dotted(path)} ${String(value)}`)]),
  )
}

it('says of each field what it decided, through tables, conditions and lists', async () => {
  const set = `case.title: { path: /title, when: { path: /kind, is: '1' } }
case.tags: [/tag, /other]
proceeding.status: { path: /st, table: status }
parties: { each: /people, set: { role: { const: PARTY }, name: /xm } }`
  const input = { title: 't', kind: '1', st: '受理', tag: 'a', other: 'b', people: [{ xm: 'A' }, { xm: 'B' }], x: 1 }
  expect(await went(set, input)).toEqual({
    '/title': ['case.title t'],
    '/kind': ['case.title t'],
    '/st': ['proceeding.status ACCEPTED'],
    '/tag': ['case.tags[0] a'],
    '/other': [],
    // Without its only field the party is gone, and the one behind it moves up.
    '/people/0/xm': ['parties[0].role PARTY', 'parties[0].name A'],
    '/people/1/xm': ['parties[1].role PARTY', 'parties[1].name B'],
    '/x': [],
  })
})

it('follows every element of a list to its own place', async () => {
  expect(await went('case.tags: { each: /tags, value: "" }', { tags: ['a', 'b', 'b'] })).toEqual({
    '/tags/0': ['case.tags[0] a'],
    '/tags/1': ['case.tags[2] b'],
    '/tags/2': ['case.tags[2] b'],
  })
})

it('leaves out what says nothing, and stops when told to', async () => {
  const seen: unknown[] = []
  const traced = await trace(
    { a: null, b: '', c: { d: 0, e: false }, f: 'x' },
    tree => seen.push(tree) && {},
    async () => seen.length < 3,
  )
  expect(traced.map(one => one.pointer)).toEqual(['/c/d', '/c/e'])
})

it('does not change the message', async () => {
  const input = Object.freeze({ list: Object.freeze([Object.freeze({ a: 1 })]) })
  await expect(trace(input, tree => tree)).resolves.toHaveLength(1)
})

it('tells what no single field made: constants, and what a second field would have given', async () => {
  const map = ({ a, b, c }: { a?: string; b?: string; c?: string }) => ({ no: a ?? b, kind: 'x', list: [{ c }] })
  const input = { a: '1', b: '1', c: 'y' }
  const traced = await trace(input, tree => map(tree as typeof input))
  expect(unexplained(map(input), traced)).toEqual(['/no', '/kind'])
})

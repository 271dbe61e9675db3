// What a listener is told of a system: every call and every message, by ids and codes, and nothing while nobody listens.
import { expect, test } from 'vitest'
import { type Heard, heardCall, heardItems } from '#gateway/receive/heard.ts'
import type { Judged } from '#gateway/receive/judge.ts'
import type { Route } from '#gateway/receive/route.ts'
import { HubError } from '#schemas/errors.ts'
import { kit } from '../../../helpers/front-door.ts'

const route = { system: { id: 'toy' }, message: 'case' } as Route
const signed = { headers: { 'x-bg-date-time': 'Mon, 02 Mar 2026 01:14:07 GMT' } }

test('a call is told of with its answer, its fault and the time it was signed by', () => {
  const error = new HubError('HUB_RECEIVE_CONTRACT', { pointer: '/no', rule: 'required' })
  expect(heardCall(route, signed, 422, error)).toEqual({
    system: 'toy',
    message: 'case',
    status: 422,
    fault: { code: 'HUB_RECEIVE_CONTRACT', pointer: '/no', rule: 'required' },
    signedAt: Date.parse('2026-03-02T01:14:07Z'),
    items: [],
  })
  expect(heardCall(route, { headers: {} }, 202)).toMatchObject({ fault: null, signedAt: null })
})

test.each([
  ['whole', { name: '虚甲一' }],
  ['none', { name: 'A' }],
  ['broken', { name: '虚\ufffd一' }],
  ['broken', { name: '锟斤拷' }],
])('Chinese text that is %s is told so', (text, tree) => {
  const judged = { item: { tree }, numberKey: 'n1' } as unknown as Judged
  const heard = heardItems(route, [judged], [{ status: 'received', messageId: 'm1', error: undefined }])
  expect(heard.items).toEqual([{ messageId: 'm1', numberKey: 'n1', status: 'received', fault: null, text }])
})

test('the door tells of a call that is turned away, and of one that is let in', async () => {
  const told: Heard[] = []
  const listener = (system: string) => (system === 'toy' ? (one: Heard) => void told.push(one) : undefined)
  const { post } = kit({ deps: { listener } })
  await post({ no: 'N-1' }, { unsigned: true })
  await post({ no: 'MT33010620260302000017' })
  await post({ no: 'MT33010620260302000017' }, { path: '/in/desk/case' })
  const calls = told.filter(one => one.status !== null).map(one => [one.status, one.fault?.code])
  expect(calls).toEqual([
    [401, 'HUB_SECURITY_ACCESS_KEY'],
    [202, undefined],
  ])
})

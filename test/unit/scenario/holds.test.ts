// The little language of the journeys: a part is enough, a wrong part is not, and what stands there can be learnt.
import { expect, it } from 'vitest'
import { fill, held } from '../../scenario/journeys/holds.ts'

const store = {
  no: 'RT1',
  steps: [
    { by: 'a', says: '已受理' },
    { by: 'b', says: '已退回。不属于' },
  ],
  n: 7,
}

it('takes a part for enough, at any place of a list', () => {
  expect(held({ steps: [{ by: 'b', says: '~已退回' }], n: '7' }, store)).toEqual(new Map())
  expect(held({ steps: { length: 2, '0': { by: 'a' } } }, store)).toEqual(new Map())
})

it('does not put one element together out of two, nor take a part of a text for it', () => {
  expect(held({ steps: [{ by: 'a', says: '~已退回' }] }, store)).toBeUndefined()
  expect(held({ steps: [{ says: '已退回' }] }, store)).toBeUndefined()
  expect(held({ steps: { length: 1 } }, store)).toBeUndefined()
  expect(held({ nothing: 'RT1' }, store)).toBeUndefined()
  expect(held({ nothing: null }, store)).toEqual(new Map())
})

it('learns what stands there, and says it later', () => {
  const words = held({ no: '?own' }, store)!
  expect(fill({ blsm: '~登记（{own}）{other}' }, words)).toEqual({ blsm: '~登记（RT1）{other}' })
  expect(held({ no: '?own' }, { no: '' })).toBeUndefined()
})

import type { RecordsBatch } from '@platformatic/kafka'
import { expect, test } from 'vitest'
import { dropAborted } from '#gateway/kafka/guards/aborted.ts'

const transactional = 0x10
const control = 0x20

function batch(firstOffset: bigint, producerId: bigint, attributes = transactional, type = 0): RecordsBatch {
  const key = Buffer.from([0, 0, 0, type])
  const record = { key: attributes & control ? key : Buffer.from('k'), value: Buffer.from('v') }
  return { firstOffset, lastOffsetDelta: 0, producerId, attributes, records: [record] } as unknown as RecordsBatch
}
const abort = (offset: bigint, producer: bigint) => batch(offset, producer, transactional | control, 0)
const commit = (offset: bigint, producer: bigint) => batch(offset, producer, transactional | control, 1)
const left = (batches: RecordsBatch[]) =>
  batches.filter(one => !(one.attributes & control) && one.records.length > 0).map(one => Number(one.firstOffset))

test('drops each of several aborted transactions of one producer and keeps the committed ones between', () => {
  const batches = [
    batch(0n, 1n),
    abort(1n, 1n),
    batch(2n, 1n),
    commit(3n, 1n),
    batch(4n, 1n),
    abort(5n, 1n),
    batch(6n, 1n),
    commit(7n, 1n),
  ]
  dropAborted(batches, [
    { producerId: 1n, firstOffset: 4n },
    { producerId: 1n, firstOffset: 0n },
  ])
  expect(left(batches)).toEqual([2, 6])
  expect(batches).toHaveLength(8)
})

test('drops the records of an aborted transaction whose marker lies beyond this answer', () => {
  const batches = [batch(0n, 1n), batch(1n, 2n), batch(2n, 1n)]
  dropAborted(batches, [{ producerId: 1n, firstOffset: 0n }])
  expect(left(batches)).toEqual([1])
})

test('keeps records outside transactions, and all where nothing was aborted', () => {
  const batches = [batch(0n, 1n, 0), batch(1n, 1n)]
  dropAborted(batches, null)
  expect(left(batches)).toEqual([0, 1])
  dropAborted(batches, [{ producerId: 1n, firstOffset: 1n }])
  expect(left(batches)).toEqual([0])
})

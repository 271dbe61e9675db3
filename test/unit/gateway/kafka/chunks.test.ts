import { createRecordsBatch } from '@platformatic/kafka'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkSize, cut, prepare } from '#gateway/kafka/chunks.ts'
import type { OutRecord } from '#gateway/kafka/port.ts'
import { batchOverhead, recordBytes } from '#gateway/kafka/sizes.ts'

const record = (value: Buffer | null, key: string | null = 'k', topic = 't'): OutRecord => ({ topic, key, value })

test('a record is never larger on the wire than reckoned, and at most 25 bytes smaller', () => {
  const any = fc.record({
    key: fc.option(fc.string({ maxLength: 200 })),
    value: fc.option(fc.uint8Array({ maxLength: 20_000 }), { freq: 9 }),
    headers: fc.dictionary(fc.string({ minLength: 1, maxLength: 20 }), fc.string({ maxLength: 300 }), { maxKeys: 5 }),
  })
  fc.assert(
    fc.property(any, ({ key, value, headers }) => {
      const out: OutRecord = { topic: 't', key, value: value === null ? null : Buffer.from(value), headers }
      const reckoned = recordBytes(out)
      const real = createRecordsBatch([prepare(out, 1, reckoned).message]).length - batchOverhead
      expect(real).toBeLessThanOrEqual(reckoned)
      expect(reckoned - real).toBeLessThanOrEqual(25)
    }),
  )
})

test('says of each record what it says itself, whatever the records beside it say under the same names', () => {
  const said = [
    { id: '1', of: 'x' },
    { id: '2', of: 'x' },
    { of: 'y', id: '1' },
  ]
  const prepared = said.map(headers => prepare({ ...record(null), headers }, 1, 0))
  const read = prepared.map(({ message }) =>
    Object.fromEntries([...(message.headers as Map<Buffer, Buffer>)].map(pair => pair.map(String))),
  )
  expect(read).toEqual(said)
})

test('cuts by partition, in order, each chunk under the limit of its topic', () => {
  const records = Array.from({ length: 100 }, (_, i) => record(Buffer.alloc(i * 10), i % 3 ? 'a' : 'b'))
  const prepared = records.map(r => prepare(r, 4, recordBytes(r)))
  const lanes = cut(prepared, () => 3000)
  const indexes: number[] = []
  for (const chunks of lanes.values()) {
    const lane = chunks.flatMap(chunk => chunk.indexes)
    expect(lane).toEqual([...lane].sort((a, b) => a - b))
    indexes.push(...lane)
    for (const chunk of chunks) expect(createRecordsBatch(chunk.messages).length).toBeLessThanOrEqual(3000)
  }
  expect(indexes.sort((a, b) => a - b)).toEqual(records.map((_, i) => i))
})

test('a record over the limit is refused with topic, bytes, limit and index', () => {
  expect(() => checkSize(record(Buffer.alloc(1000), null, 'in.x'), 1000, 7)).toThrow(
    expect.objectContaining({
      code: 'HUB_KAFKA_TOO_LARGE',
      facts: { topic: 'in.x', bytes: 1000 + 2 + 1 + 1 + 21 + batchOverhead, limit: 1000, index: 7 },
    }),
  )
  expect(checkSize(record(Buffer.alloc(1000)), 2000, 0)).toBeLessThan(1100)
})

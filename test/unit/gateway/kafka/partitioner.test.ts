import { murmur2 as libraryMurmur2 } from '@platformatic/kafka'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { murmur2, partitionOf } from '#gateway/kafka/partitioner.ts'

// The vectors of Kafka's own UtilsTest.
const vectors: [string, number][] = [
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
]

test('murmur2 gives the numbers of the Java client', () => {
  for (const [text, hash] of vectors) expect(murmur2(Buffer.from(text)), text).toBe(hash)
})

test('murmur2 agrees with the library for any bytes, also with the top bit set', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), bytes => {
      const ascii = bytes.map(byte => byte & 0x7f)
      expect(murmur2(ascii)).toBe(libraryMurmur2(Buffer.from(ascii)))
    }),
  )
})

test('a negative hash gives the partition that Java gives, and a missing key partition 0', () => {
  expect(partitionOf(Buffer.from('foobar'), 7)).toBe((-790332482 & 0x7fffffff) % 7)
  expect(partitionOf(null, 1)).toBe(0)
})

// What waits is read from the log once, whoever takes over how often, and never from a file that cannot be trusted.
import { expect, it, onTestFinished } from 'vitest'
import { followPlaces, type Restored } from '#gateway/deliver/places.ts'
import type { Reader } from '#gateway/kafka/port.ts'
import { openSqliteStore } from '#gateway/store/sqlite.ts'
import { FakeKafka } from './fake-kafka.ts'
import { gapRecordOf, parked, sending } from './parked-records.ts'
import { caseId, topics } from './rig.ts'

function rig(kafka = new FakeKafka(), store = openSqliteStore(':memory:')) {
  const asked: string[] = []
  const clock = { now: 1000 }
  const reader: Reader = {
    ...kafka.reader(),
    page(topic, partition, from, options) {
      // One byte is a look at which topic it is.
      if (options?.maxBytes !== 1) asked.push(`${topic} ${from}`)
      return kafka.reader().page(topic, partition, from, options)
    },
  }
  const log = { warn: () => undefined }
  const places = followPlaces({ reader, store, topics, shards: 1, now: () => clock.now, maxAgeMs: 10_000, log })
  onTestFinished(() => places.stop())
  const restored = () => places.restored('unit', [0])
  return { kafka, store, asked, clock, restored }
}

const shape = ({ lanes, sending, gaps }: Restored) => ({
  lanes: lanes.map(({ caseId, head, rest }) => [caseId[0], head.parkedAt, rest]),
  sending: [...sending],
  gaps: [...gaps],
})

it('tells the lanes in the order of routing, what is under way and what was left out, of one subscription only', async () => {
  const { kafka, restored } = rig()
  // Parked in another order than routed.
  kafka.append(parked('unit', caseId(1), 'd2', { routedAt: 8 }))
  kafka.append(parked('unit', caseId(1), 'd1', { routedAt: 7 }))
  kafka.append(parked('unit', caseId(2), 'd3', { routedAt: 9 }))
  kafka.append(parked('unit2', caseId(3), 'd4', { routedAt: 1 }))
  kafka.append(sending('unit', 'd1'))
  kafka.append(gapRecordOf('unit', caseId(2), '4'))
  kafka.append({ topic: topics.lanes, key: 'unit/door', value: Buffer.from('{}') })
  expect(shape(await restored())).toEqual({
    lanes: [
      ['1', 1, [0]],
      ['2', 2, []],
    ],
    sending: ['d1'],
    gaps: [[caseId(2), '4']],
  })
  kafka.append({ ...parked('unit', caseId(1), 'd1', {}), value: null })
  kafka.append({ ...sending('unit', 'd1'), value: null })
  kafka.append({ ...gapRecordOf('unit', caseId(2), '4'), value: null })
  expect(shape(await restored())).toEqual({
    lanes: [
      ['1', 0, []],
      ['2', 2, []],
    ],
    sending: [],
    gaps: [],
  })
})

it('reads what has come since, also in a process that starts again on its file', async () => {
  const first = rig()
  for (let n = 0; n < 120; n += 1) first.kafka.append(parked('unit', caseId(1), `d${n}`, { routedAt: n }))
  await first.restored()
  first.asked.length = 0
  first.kafka.append(parked('unit', caseId(1), 'late', { routedAt: 200 }))
  expect((await first.restored()).lanes[0]!.rest).toHaveLength(120)
  expect(first.asked).toEqual([`${topics.parking} 120`, `${topics.lanes} 0`])
  const again = rig(first.kafka, first.store)
  await again.restored()
  expect(again.asked).toEqual([`${topics.parking} 121`, `${topics.lanes} 0`])
})

it('throws away a file that is too old to know what was deleted since', async () => {
  const { kafka, restored, clock, asked } = rig()
  kafka.append(parked('unit', caseId(1), 'd1', { routedAt: 1 }))
  kafka.append(parked('unit', caseId(2), 'd2', { routedAt: 2 }))
  await restored()
  kafka.append({ ...parked('unit', caseId(1), 'd1', {}), value: null })
  // Compaction has taken the tombstone with the record.
  kafka.compact(topics.parking)
  clock.now += 10_001
  asked.length = 0
  expect(shape(await restored()).lanes).toEqual([['2', 1, []]])
  expect(asked[0]).toBe(`${topics.parking} start`)
})

it('follows meanwhile, so that a take-over finds little to read', async () => {
  const { kafka, asked } = rig()
  kafka.append(parked('unit', caseId(1), 'd1', { routedAt: 1 }))
  await expect.poll(() => asked, { timeout: 5000 }).toContain(`${topics.parking} start`)
})

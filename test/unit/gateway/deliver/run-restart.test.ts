// A delivery loop that starts on what an earlier one left, and deliveries of unknown outcome.
import { describe, expect, it, vi } from 'vitest'
import type { Result } from '#gateway/deliver/door.ts'
import { HubError } from '#schemas/errors.ts'
import { FakeKafka } from './fake-kafka.ts'
import { caseId, fakeDoor, outcomes, publish, start, topics } from './rig.ts'

const soon = { timeout: 3000, interval: 10 }
const events = (n: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({ caseId: caseId(n), sequence: i + 1 }))
const retry: Result = { kind: 'retry', code: 'HTTP_503' }

describe('a restart', () => {
  it('reads back what waits, in order, and looks before it sends', async () => {
    const kafka = new FakeKafka()
    publish(kafka, events(1, 2))
    const first = start(
      kafka,
      fakeDoor(() => retry),
      { policy: { attempts: 9, firstWaitMs: 2000, maxWaitMs: 2000, deadlineMs: 60_000 } },
    )
    await vi.waitFor(() => expect(kafka.committed).toBe(2), soon)
    await first.stop()
    const door = fakeDoor(undefined, { repeats: 'conflict', canLookUp: true })
    start(kafka, door)
    await vi.waitFor(() => expect(kafka.table(topics.parking).size).toBe(0), soon)
    expect(door.sent).toEqual(['1.1', '1.2'])
    expect(door.entries.map(one => one.doubtful)).toEqual([true, true])
    expect(door.entries[0]!.attempt).toBe(2)
  })

  it('keeps the order of a case after the topic was compacted', async () => {
    const kafka = new FakeKafka()
    publish(kafka, events(1, 3))
    const first = start(
      kafka,
      fakeDoor(() => ({ kind: 'retry', code: 'X', unreached: true })),
      {
        policy: { attempts: 9, firstWaitMs: 1000, maxWaitMs: 1000, deadlineMs: 60_000 },
      },
    )
    // The head is tried again and written anew behind its followers.
    await vi.waitFor(() => expect(kafka.log(topics.parking)).toHaveLength(4), soon)
    await first.stop()
    kafka.compact(topics.parking)
    expect(kafka.log(topics.parking).map(one => one.headers.ce_sequence)).toEqual(['2', '3', '1'])
    const door = fakeDoor()
    start(kafka, door)
    await vi.waitFor(() => expect(door.sent).toEqual(['1.1', '1.2', '1.3']), soon)
  })

  it('leaves a blocked case blocked', async () => {
    const kafka = new FakeKafka()
    publish(kafka, events(1, 2))
    const first = start(
      kafka,
      fakeDoor(() => ({ kind: 'broken', code: 'B' })),
    )
    await vi.waitFor(() => expect(kafka.committed).toBe(2), soon)
    await first.stop()
    const door = fakeDoor()
    const run = start(kafka, door)
    publish(kafka, [{ caseId: caseId(1), sequence: 3 }, ...events(2, 1)])
    await vi.waitFor(() => expect(kafka.committed).toBe(4), soon)
    expect(door.sent).toEqual(['2.1'])
    expect(run.status()).toMatchObject({ parked: 1, blocked: 1 })
    expect(kafka.table(topics.parking).size).toBe(3)
  })

  it('is in doubt about the first events only', async () => {
    const kafka = new FakeKafka()
    publish(kafka, events(1, 1))
    const door = fakeDoor(undefined, { repeats: 'conflict', canLookUp: true })
    start(kafka, door)
    await vi.waitFor(() => expect(kafka.committed).toBe(1), soon)
    publish(
      kafka,
      Array.from({ length: 250 }, (_, i) => ({ caseId: caseId(2), sequence: i + 1 })),
    )
    await vi.waitFor(() => expect(kafka.committed).toBe(251), soon)
    expect(door.entries.filter(one => one.doubtful)).toHaveLength(200)
  })

  it('asks a person when a receiver that takes repeats in twice may have been sent to', async () => {
    const kafka = new FakeKafka()
    publish(kafka, [...events(1, 2), ...events(2, 1)])
    const twice = { repeats: 'duplicates', canLookUp: false } as const
    // The process dies after it announced and sent the first events: no outcome is written.
    kafka.onTransaction = (_outputs, isCommit) => {
      if (isCommit) throw new HubError('HUB_KAFKA_FENCED', { slot: 's' })
    }
    const first = fakeDoor(undefined, twice)
    await start(kafka, first).done
    expect(first.sent.sort()).toEqual(['1.1', '1.2', '2.1'])
    kafka.onTransaction = () => undefined
    publish(kafka, events(3, 1))
    const door = fakeDoor(undefined, twice)
    const run = start(kafka, door)
    await vi.waitFor(() => expect(kafka.committed).toBe(4), soon)
    expect(door.sent).toEqual(['3.1'])
    expect(run.status()).toMatchObject({ parked: 2, blocked: 2 })
    expect(
      JSON.parse(
        kafka
          .table(topics.lanes)
          .get(`unit/${caseId(1)}`)!
          .value!.toString(),
      ),
    ).toMatchObject({ state: 'unknown', code: 'HUB_DELIVER_UNKNOWN' })
    expect([...kafka.table(topics.lanes).keys()].filter(key => key.includes('/sending/'))).toEqual([])
  })
})

describe('an unknown outcome', () => {
  it('is tried again in doubt where the receiver can be asked', async () => {
    const kafka = new FakeKafka()
    publish(kafka, events(1, 1))
    const door = fakeDoor(
      (_entry, attempt) => (attempt === 1 ? { kind: 'unknown', code: 'CUT' } : { kind: 'conflict' }),
      { repeats: 'duplicates', canLookUp: true },
    )
    start(kafka, door)
    await vi.waitFor(() => expect(outcomes(kafka)).toEqual(['1:unknown', '1:conflict']), soon)
    expect(door.entries[1]!.doubtful).toBe(true)
  })

  it('waits for a person where a repeat would count twice', async () => {
    const kafka = new FakeKafka()
    publish(kafka, events(1, 2))
    const door = fakeDoor(() => ({ kind: 'unknown', code: 'CUT' }), { repeats: 'duplicates', canLookUp: false })
    const run = start(kafka, door)
    await vi.waitFor(() => expect(kafka.committed).toBe(2), soon)
    expect(door.sent).toEqual(['1.1'])
    expect(run.status()).toMatchObject({ blocked: 1 })
    expect(kafka.log('dead')).toEqual([])
  })
})

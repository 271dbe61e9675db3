import { describe, expect, it, vi } from 'vitest'
import type { Result } from '#gateway/deliver/door.ts'
import { type LaneOrder, orderName, orderRecord } from '#gateway/deliver/orders.ts'
import { FakeKafka } from './fake-kafka.ts'
import { caseId, fakeDoor, outcomes, publish, quick, start, topics } from './rig.ts'

const soon = { timeout: 3000, interval: 10 }
const retry: Result = { kind: 'retry', code: 'HTTP_503' }
const events = (n: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({ caseId: caseId(n), sequence: i + 1 }))

/** The loop with orders as the topic lanes tells them. */
function rig(answer: Parameters<typeof fakeDoor>[0], more: Parameters<typeof start>[2] = {}) {
  const kafka = new FakeKafka()
  const door = fakeDoor(answer)
  let serial = 0
  const order = (action: LaneOrder['action'], of: string | null, head?: string) => {
    const at = `2026-11-29T00:00:0${serial++}.000Z`
    const what = { action, caseId: of, partition: 0, by: 'op', reason: 'mended', at, ...(head ? { head } : {}) }
    kafka.append(orderRecord(topics.lanes, 'unit', what))
  }
  const orders = () =>
    [...kafka.table(topics.lanes)]
      .filter(([key]) => key.includes('/order/'))
      .map(([, one]) => JSON.parse(one.value!.toString()) as LaneOrder)
  const run = start(kafka, door, { orders, ...more })
  return { kafka, door, order, orders, run }
}

describe('an order about a lane', () => {
  it('retry: after a repair the case drains in order, its head as if for the first time', async () => {
    let well = false
    const { kafka, door, order, orders } = rig(() => (well ? { kind: 'delivered' } : retry))
    publish(kafka, events(1, 3))
    await vi.waitFor(() => expect(kafka.log('dead')).toHaveLength(1), soon)
    await vi.waitFor(() => expect(kafka.committed).toBe(3), soon)
    door.sent.length = 0
    well = true
    order('retry', caseId(1))
    await vi.waitFor(() => expect(kafka.table(topics.parking).size).toBe(0), soon)
    expect(door.sent).toEqual(['1.1', '1.2', '1.3'])
    expect(orders()).toEqual([])
    expect(kafka.table(topics.lanes).size).toBe(0)
  })

  it('skip: the case goes on without its head, and the next event that arrives bears a gap mark', async () => {
    const gaps: (string | undefined)[] = []
    const { kafka, order } = rig(entry => {
      if (entry.headers.ce_sequence === '1') return { kind: 'broken', code: 'B' }
      gaps.push(entry.headers.hub_gap)
      return { kind: 'delivered' }
    })
    publish(kafka, events(1, 3))
    await vi.waitFor(() => expect(kafka.committed).toBe(3), soon)
    order('skip', caseId(1))
    await vi.waitFor(() => expect(kafka.table(topics.parking).size).toBe(0), soon)
    expect(gaps).toEqual(['1', undefined])
    expect(outcomes(kafka)).toContain('1:skipped')
    expect(kafka.table(topics.lanes).size).toBe(0)
  })

  it('skip: the mark is said by an event that comes much later, also after a restart', async () => {
    const { kafka, order, run } = rig(() => ({ kind: 'broken', code: 'B' }))
    publish(kafka, events(1, 1))
    await vi.waitFor(() => expect(kafka.committed).toBe(1), soon)
    order('skip', caseId(1))
    await vi.waitFor(() => expect(kafka.table(topics.parking).size).toBe(0), soon)
    await run.stop()
    const gaps: (string | undefined)[] = []
    const door = fakeDoor(entry => {
      gaps.push(entry.headers.hub_gap)
      return { kind: 'delivered' }
    })
    start(kafka, door)
    publish(
      kafka,
      [2, 3].map(sequence => ({ caseId: caseId(1), sequence })),
    )
    await vi.waitFor(() => expect(kafka.committed).toBe(3), soon)
    expect(gaps).toEqual(['1', undefined])
  })

  it('cancel: every waiting case of the subscription becomes a dead letter, none is discarded, new cases flow', async () => {
    let well = false
    const policy = { firstWaitMs: 60_000, maxWaitMs: 60_000, deadlineMs: 600_000 }
    const { kafka, door, order, run } = rig(() => (well ? { kind: 'delivered' } : retry), { policy })
    publish(
      kafka,
      [1, 2, 3].flatMap(n => events(n, 2)),
    )
    await vi.waitFor(() => expect(kafka.committed).toBe(6), soon)
    order('cancel', null)
    await vi.waitFor(() => expect(kafka.log('dead')).toHaveLength(3), soon)
    expect(kafka.log('dead').map(one => one.headers.hub_error_code)).toEqual(Array(3).fill('HUB_DELIVER_CANCELLED'))
    expect(run.status()).toMatchObject({ parked: 3, blocked: 3 })
    expect(kafka.table(topics.parking).size).toBe(6)
    well = true
    publish(kafka, events(4, 1))
    await vi.waitFor(() => expect(outcomes(kafka)).toContain('4:delivered'), soon)
    door.sent.length = 0
    order('retry', null)
    await vi.waitFor(() => expect(kafka.table(topics.parking).size).toBe(0), soon)
    for (const n of ['1', '2', '3']) expect(door.sent.filter(one => one[0] === n)).toEqual([`${n}.1`, `${n}.2`])
  })

  it('about another head than the present one does nothing', async () => {
    const { kafka, order, orders, run } = rig(() => ({ kind: 'broken', code: 'B' }))
    publish(kafka, events(1, 1))
    await vi.waitFor(() => expect(kafka.committed).toBe(1), soon)
    order('skip', caseId(1), 'another-delivery')
    await vi.waitFor(() => expect(orders()).toEqual([]), soon)
    expect(run.status()).toMatchObject({ parked: 1, blocked: 1 })
  })

  it('is obeyed once, though the topic tells it again for a while', async () => {
    const told: LaneOrder[] = []
    const { kafka, door, run } = rig(() => retry, { orders: () => told })
    publish(kafka, events(1, 1))
    await vi.waitFor(() => expect(kafka.log('dead')).toHaveLength(1), soon)
    const at = '2026-11-29T00:00:00.000Z'
    told.push({ action: 'retry', caseId: caseId(1), partition: 0, by: 'op', reason: 'mended', at })
    await vi.waitFor(() => expect(kafka.log('dead')).toHaveLength(2), soon)
    await new Promise(done => setTimeout(done, 500))
    expect(door.sent).toHaveLength(2 * quick.attempts!)
    expect(run.status()).toMatchObject({ blocked: 1 })
  })

  it('is obeyed though what the lane remembers has moved in parking meanwhile', async () => {
    let well = false
    const { kafka, door, order, orders } = rig(() => (well ? { kind: 'delivered' } : retry), { maxHeldBytes: 0 })
    publish(kafka, events(1, 2))
    await vi.waitFor(() => expect(kafka.log('dead')).toHaveLength(1), soon)
    await vi.waitFor(() => expect(kafka.committed).toBe(2), soon)
    const [head] = kafka.table(topics.parking).values()
    kafka.append(head!)
    kafka.compact(topics.parking)
    well = true
    door.sent.length = 0
    order('retry', caseId(1))
    await vi.waitFor(() => expect(kafka.table(topics.parking).size).toBe(0), soon)
    expect(door.sent).toEqual(['1.1', '1.2'])
    expect(orders()).toEqual([])
  })

  it('is another one for each partition, though all were given in one moment', () => {
    const one = { action: 'retry', caseId: null, by: 'op', reason: 'mended', at: 'now' } as const
    const names = [0, 1, 2].map(partition => orderName({ ...one, partition }))
    expect(new Set(names).size).toBe(3)
  })
})

describe('a dead letter', () => {
  it('lets the case go on where the subscription says so, with a gap mark on the next event', async () => {
    const gaps: (string | undefined)[] = []
    const { kafka, run } = rig(
      entry => {
        if (entry.headers.ce_sequence === '1') return { kind: 'broken', code: 'B' }
        gaps.push(entry.headers.hub_gap)
        return { kind: 'delivered' }
      },
      { onDeadLetter: 'skip' },
    )
    publish(kafka, events(1, 3))
    await vi.waitFor(() => expect(kafka.committed).toBe(3), soon)
    expect(kafka.log('dead')).toHaveLength(1)
    expect(gaps).toEqual(['1', undefined])
    expect(run.status()).toMatchObject({ parked: 0 })
  })

  it('comes of the deadline while the receiver is away, with no attempt made', async () => {
    const policy = { firstWaitMs: 50, maxWaitMs: 50, deadlineMs: 400 }
    const away: Result = { kind: 'retry', code: 'AWAY', unreached: true }
    const { kafka, door, run } = rig(() => away, {
      policy,
      circuit: { threshold: 2, firstRestMs: 60_000, longestRestMs: 60_000 },
    })
    publish(
      kafka,
      [1, 2].flatMap(n => events(n, 1)),
    )
    await vi.waitFor(() => expect(run.status().state).toBe('open'), soon)
    const tried = door.sent.length
    await vi.waitFor(() => expect(kafka.log('dead')).toHaveLength(2), soon)
    expect(door.sent).toHaveLength(tried)
    expect(kafka.log('dead')[0]!.headers).toMatchObject({
      hub_error_code: 'HUB_DELIVER_DEADLINE',
      hub_error_cause: 'AWAY',
    })
  })
})

describe('a receiver that is away for everybody', () => {
  it('stops the loop but for a probe now and then; its position stands still, and all arrives when it is back', async () => {
    let well = false
    const answer = (): Result => (well ? { kind: 'delivered' } : { kind: 'retry', code: 'AWAY', unreached: true })
    const { kafka, door, run } = rig(answer, { circuit: { threshold: 3, firstRestMs: 40, longestRestMs: 80 } })
    publish(
      kafka,
      [1, 2, 3, 4, 5].flatMap(n => events(n, 2)),
    )
    await vi.waitFor(() => expect(run.status().state).toBe('open'), soon)
    await vi.waitFor(() => expect(kafka.committed).toBe(10), soon)
    const before = door.sent.length
    publish(
      kafka,
      [6, 7, 8, 9].flatMap(n => events(n, 50)),
    )
    await new Promise(done => setTimeout(done, 500))
    // One event and two probes each time, not the two hundred that wait.
    expect(kafka.committed).toBeLessThan(30)
    expect(door.sent.length - before).toBeLessThan(50)
    well = true
    await vi.waitFor(() => expect(kafka.committed).toBe(210), soon)
    await vi.waitFor(() => expect(kafka.table(topics.parking).size).toBe(0), soon)
    for (const n of ['1', '5', '9']) {
      const mine = door.sent.filter(one => one[0] === n)
      const first = mine.filter((one, i) => mine.indexOf(one) === i)
      expect(first).toEqual(first.toSorted((a, b) => Number(a.slice(2)) - Number(b.slice(2))))
    }
  })
})

import { describe, expect, it } from 'vitest'
import { type Entry, entryOf } from '#gateway/deliver/entry.ts'
import { Lanes, viewOf } from '#gateway/deliver/lanes.ts'
import { limitTo } from '#gateway/deliver/limit.ts'
import { decideNext, waitBeforeMs } from '#gateway/deliver/next.ts'

function entry(n: number, more: Partial<Entry> = {}): Entry {
  const headers = { ce_subject: 'case', hub_delivery: `d${n}` }
  const record = { topic: 't', partition: 0, offset: BigInt(n), timestamp: 0, key: 'case', headers }
  return { ...entryOf({ ...record, value: Buffer.alloc(10) }), ...more }
}

describe('lanes', () => {
  it('remember where events lie, and hold them only while there is room', () => {
    const lanes = new Lanes(20)
    const lane = lanes.add(entry(1), 101, 0)
    for (const n of [2, 3]) lanes.add(entry(n), 100 + n, 0)
    expect(lane.held.map(one => one.deliveryId)).toEqual(['d1', 'd2'])
    expect(lane.rest).toEqual([102, 103])
    expect(lanes.bytes).toBe(20)
    expect(viewOf(lane)).toMatchObject({ state: 'parked', head: 'd1', waiting: 3 })
  })

  it('hold nothing of a case that waits for a person', () => {
    const lanes = new Lanes(100)
    const head = entry(1)
    const lane = lanes.add(head, 101, 0)
    lanes.add(entry(2), 102, 0)
    head.state = 'dead'
    lanes.update(lane, head)
    lanes.add(entry(3), 103, 0)
    expect(lanes.bytes).toBe(0)
    expect(viewOf(lane)).toMatchObject({ state: 'dead', head: 'd1', waiting: 3 })
    expect(lanes.counts()).toEqual({ parked: 1, blocked: 1 })
  })

  it('make the next one due at once when the head is settled', () => {
    const lanes = new Lanes(100)
    const lane = lanes.add(entry(1, { nextAt: 50 }), 101, 0)
    lanes.add(entry(2, { nextAt: 5000 }), 102, 0)
    expect([...lanes.due(49, 9)]).toEqual([])
    lanes.shift(lane)
    expect([...lanes.due(49, 9)]).toEqual([lane])
    lanes.shift(lane)
    expect(lanes.size).toBe(0)
    expect(lanes.bytes).toBe(0)
  })

  it('do not know the next one where it is not held, only where it lies', () => {
    const lanes = new Lanes(10)
    const lane = lanes.add(entry(1), 101, 0)
    lanes.add(entry(2), 102, 0)
    lanes.shift(lane)
    expect(lane.head).toMatchObject({ deliveryId: null, parkedAt: 102, tries: 0 })
    expect(viewOf(lane)).toMatchObject({ head: null, waiting: 1 })
    // An event that comes now is not the next one: it may not be held in its place.
    lanes.add(entry(3), 103, 0)
    expect(lane.held).toEqual([])
  })
})

describe('what follows an attempt', () => {
  const policy = { attempts: 3, firstWaitMs: 100, maxWaitMs: 1000, deadlineMs: 60_000 }
  const door = { repeats: 'ignored', canLookUp: false } as const

  it('waits with full jitter, doubling up to the longest wait', () => {
    expect([1, 2, 3, 4, 5, 60].map(n => waitBeforeMs(n, policy, () => 1))).toEqual([100, 200, 400, 800, 1000, 1000])
    expect(waitBeforeMs(3, policy, () => 0.5)).toBe(200)
  })

  it('waits at least what the receiver asks for, at most an hour of it', () => {
    const counts = { attempts: 1, tries: 1, doubtful: false, ageMs: 0 }
    const wait = (retryAfterMs: number) =>
      decideNext({ kind: 'retry', code: 'X', retryAfterMs }, counts, policy, door, () => 1)
    expect(wait(5000)).toMatchObject({ waitMs: 5000 })
    expect(wait(9e9)).toMatchObject({ waitMs: 3_600_000 })
    expect(wait(1)).toMatchObject({ waitMs: 100 })
  })

  it('ends in a dead letter when the last attempt fails, whatever its kind', () => {
    const counts = { attempts: 3, tries: 3, doubtful: false, ageMs: 0 }
    for (const kind of ['retry', 'unknown'] as const)
      expect(decideNext({ kind, code: 'X' }, counts, policy, door, () => 1)).toMatchObject({ why: 'used-up' })
  })

  it('ends at the deadline, where nothing ever reached the receiver too, and makes its last attempt right there', () => {
    const at = (ageMs: number) =>
      decideNext(
        { kind: 'retry', code: 'X', unreached: true },
        { attempts: 1, tries: 40, doubtful: false, ageMs },
        policy,
        door,
        () => 1,
      )
    expect(at(59_600)).toMatchObject({ kind: 'retry', waitMs: 400 })
    expect(at(60_000)).toEqual({ kind: 'dead', code: 'X', why: 'deadline' })
  })
})

describe('a limit', () => {
  it('lets so many run at once and the others in turn', async () => {
    const limit = limitTo(2)
    const order: string[] = []
    let running = 0
    let most = 0
    const work = (name: string) => async () => {
      running += 1
      most = Math.max(most, running)
      await new Promise(done => setTimeout(done, 5))
      order.push(name)
      running -= 1
    }
    await Promise.all(['a', 'b', 'c', 'd'].map(name => limit(work(name))))
    expect(most).toBe(2)
    expect(order).toEqual(['a', 'b', 'c', 'd'])
  })
})

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
  it('hold in memory only the head of a case that waits for a person', () => {
    const lanes = new Lanes()
    lanes.add(entry(1), 0)
    const lane = lanes.add(entry(2), 0)
    expect(lanes.bytes).toBe(20)
    lane.queue[0]!.state = 'dead'
    lanes.block(lane)
    lanes.add(entry(3), 0)
    expect(lanes.bytes).toBe(10)
    expect(viewOf(lane)).toMatchObject({ state: 'dead', head: 'd1', waiting: 3 })
  })

  it('make the next one due at once when the head is settled', () => {
    const lanes = new Lanes()
    lanes.add(entry(1, { nextAt: 50 }), 0)
    const lane = lanes.add(entry(2, { nextAt: 5000 }), 0)
    expect(lanes.due(49)).toEqual([])
    lanes.shift(lane)
    expect(lanes.due(49)).toEqual([lane])
    lanes.shift(lane)
    expect(lanes.size).toBe(0)
    expect(lanes.bytes).toBe(0)
  })
})

describe('what follows an attempt', () => {
  const policy = { attempts: 3, firstWaitMs: 100, maxWaitMs: 1000 }
  const door = { repeats: 'ignored', canLookUp: false } as const

  it('waits with full jitter, doubling up to the longest wait', () => {
    expect([1, 2, 3, 4, 5, 60].map(n => waitBeforeMs(n, policy, () => 1))).toEqual([100, 200, 400, 800, 1000, 1000])
    expect(waitBeforeMs(3, policy, () => 0.5)).toBe(200)
  })

  it('waits at least what the receiver asks for, at most an hour of it', () => {
    const counts = { attempts: 1, tries: 1, doubtful: false }
    const wait = (retryAfterMs: number) =>
      decideNext({ kind: 'retry', code: 'X', retryAfterMs }, counts, policy, door, () => 1)
    expect(wait(5000)).toMatchObject({ waitMs: 5000 })
    expect(wait(9e9)).toMatchObject({ waitMs: 3_600_000 })
    expect(wait(1)).toMatchObject({ waitMs: 100 })
  })

  it('ends in a dead letter when the last attempt fails, whatever its kind', () => {
    const counts = { attempts: 3, tries: 3, doubtful: false }
    for (const kind of ['retry', 'unknown'] as const)
      expect(decideNext({ kind, code: 'X' }, counts, policy, door, () => 1)).toEqual({ kind: 'dead', code: 'X' })
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

// A delivery loop whose place is taken from it, and one that meets faults of its own.
import { describe, expect, it, vi } from 'vitest'
import type { Result } from '#gateway/deliver/door.ts'
import { FakeKafka } from './fake-kafka.ts'
import { caseId, fakeDoor, publish, start, topics } from './rig.ts'

const soon = { timeout: 3000, interval: 10 }
const retry: Result = { kind: 'retry', code: 'HTTP_503' }
const events = (n: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({ caseId: caseId(n), sequence: i + 1 }))
const quickly = (ms: number) => new Promise<void>(done => setTimeout(done, Math.min(ms, 5)))

describe('a loop that loses its place', () => {
  it('takes it anew though outcomes wait to be written, and what they said comes again', async () => {
    const kafka = new FakeKafka()
    publish(kafka, events(1, 2))
    let well = false
    const door = fakeDoor(() => (well ? { kind: 'delivered' } : retry))
    const member = kafka.member('out.unit')
    // The place is lost at the moment when the head's outcome is to be written.
    let lose = false
    const losing: typeof member = {
      ...member,
      write: async outputs => {
        if (lose && outputs.length > 0) {
          member.rebalance()
          lose = false
        }
        return member.write(outputs)
      },
    }
    start(kafka, door, {
      member: losing,
      policy: { firstWaitMs: 1100, maxWaitMs: 1100, deadlineMs: 60_000 },
      wait: ms => new Promise(done => setTimeout(done, Math.min(ms, 20))),
    })
    await vi.waitFor(() => expect(kafka.committed).toBe(2), soon)
    well = true
    lose = true
    await vi.waitFor(() => expect(kafka.table(topics.parking).size).toBe(0), soon)
    expect([...new Set(door.sent)]).toEqual(['1.1', '1.2'])
  })
})

describe('a loop with a fault of its own', () => {
  const rig = (isBroken: () => boolean) => {
    const kafka = new FakeKafka()
    kafka.onTransaction = () => {
      if (isBroken()) throw new RangeError('a bug')
    }
    publish(kafka, events(1, 1))
    return { kafka, run: start(kafka, fakeDoor(), { wait: quickly }) }
  }

  it('ends as failed when the fault stays, and says its name: whoever watches it starts another', async () => {
    const { run, kafka } = rig(() => true)
    expect(await run.done).toBe('failed')
    expect(run.status()).toMatchObject({ state: 'failed', reason: { code: 'RangeError' } })
    expect(kafka.committed).toBe(0)
  })

  it('goes on when the fault passes', async () => {
    let left = 4
    const { run, kafka } = rig(() => left-- > 0)
    await vi.waitFor(() => expect(kafka.committed).toBe(1), soon)
    await vi.waitFor(() => expect(run.status().state).toBe('running'), soon)
  })
})

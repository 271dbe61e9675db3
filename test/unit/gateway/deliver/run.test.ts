import { describe, expect, it, vi } from 'vitest'
import type { Result } from '#gateway/deliver/door.ts'
import { HubError } from '#schemas/errors.ts'
import { FakeKafka } from './fake-kafka.ts'
import { caseId, fakeDoor, outcomes, publish, start, topics } from './rig.ts'

const soon = { timeout: 3000, interval: 10 }
const events = (n: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({ caseId: caseId(n), sequence: i + 1 }))
const retry: Result = { kind: 'retry', code: 'HTTP_503' }

describe('the delivery loop', () => {
  it('delivers each event once, a case in order, and moves the offset with the outcome', async () => {
    const kafka = new FakeKafka()
    publish(kafka, [...events(1, 2), ...events(2, 1)])
    const door = fakeDoor()
    start(kafka, door)
    await vi.waitFor(() => expect(kafka.committed).toBe(3), soon)
    expect(door.sent.filter(one => one.startsWith('1'))).toEqual(['1.1', '1.2'])
    expect(outcomes(kafka).sort()).toEqual(['1:delivered', '1:delivered', '2:delivered'])
    expect(kafka.table(topics.parking).size).toBe(0)
  })

  it('begins with partitions only when it knows all that the registry held when it took them', async () => {
    const kafka = new FakeKafka()
    publish(kafka, events(1, 1))
    const door = fakeDoor()
    const known = Promise.withResolvers<void>()
    start(kafka, door, { catchUp: () => known.promise })
    await new Promise(done => setTimeout(done, 100))
    expect(door.sent).toEqual([])
    known.resolve()
    await vi.waitFor(() => expect(door.sent).toEqual(['1.1']), soon)
  })

  it('records the answer in the transaction of the attempt and the offset', async () => {
    const kafka = new FakeKafka()
    publish(kafka, events(1, 1))
    let last: readonly { topic: string }[] = []
    kafka.onTransaction = outputs => {
      last = outputs
    }
    start(
      kafka,
      fakeDoor(() => ({ kind: 'delivered', answer: { tree: { serial: 'S1' } } })),
    )
    await vi.waitFor(() => expect(kafka.committed).toBe(1), soon)
    expect(last.map(one => one.topic)).toEqual([topics.attempts, topics.in])
  })

  it('parks a case that fails and lets the others flow; its later events wait behind it in order', async () => {
    const kafka = new FakeKafka()
    publish(kafka, [...events(1, 3), ...events(2, 3)])
    let well = false
    const door = fakeDoor(entry => (entry.caseId[0] === '1' && !well ? retry : { kind: 'delivered' }))
    start(kafka, door, {
      policy: { attempts: 50, firstWaitMs: 1500, maxWaitMs: 1500, deadlineMs: 60_000 },
      random: () => 0.99,
    })
    await vi.waitFor(() => expect(kafka.committed).toBe(6), soon)
    expect(door.sent.filter(one => one.startsWith('2'))).toEqual(['2.1', '2.2', '2.3'])
    expect(kafka.table(topics.parking).size).toBe(3)
    expect(
      JSON.parse(
        kafka
          .table(topics.lanes)
          .get(`unit/${caseId(1)}`)!
          .value!.toString(),
      ),
    ).toMatchObject({
      state: 'parked',
      waiting: 3,
      code: 'HTTP_503',
    })
    well = true
    await vi.waitFor(() => expect(kafka.table(topics.parking).size).toBe(0), soon)
    expect(door.sent.filter(one => one.startsWith('1'))).toEqual(['1.1', '1.1', '1.2', '1.3'])
    expect(kafka.table(topics.lanes).size).toBe(0)
  })

  it('puts an event that comes while its case is parked behind it', async () => {
    const kafka = new FakeKafka()
    publish(kafka, events(1, 1))
    let well = false
    const door = fakeDoor(() => (well ? { kind: 'delivered' } : retry))
    start(kafka, door, { policy: { attempts: 50, firstWaitMs: 1200, maxWaitMs: 1200, deadlineMs: 60_000 } })
    await vi.waitFor(() => expect(kafka.committed).toBe(1), soon)
    publish(kafka, [{ caseId: caseId(1), sequence: 2 }])
    await vi.waitFor(() => expect(kafka.committed).toBe(2), soon)
    expect(door.sent).toEqual(['1.1'])
    well = true
    await vi.waitFor(() => expect(door.sent).toEqual(['1.1', '1.1', '1.2']), soon)
  })

  it('writes a dead letter with the original bytes when the attempts are used up, and blocks the case', async () => {
    const kafka = new FakeKafka()
    publish(kafka, events(1, 2))
    const door = fakeDoor(() => retry)
    const run = start(kafka, door)
    await vi.waitFor(() => expect(kafka.log('dead')).toHaveLength(1), soon)
    await vi.waitFor(() => expect(kafka.committed).toBe(2), soon)
    const [dead] = kafka.log('dead')
    expect(dead!.value!.equals(kafka.log('out.unit')[0]!.value!)).toBe(true)
    expect(dead!.headers).toMatchObject({
      hub_error_code: 'HUB_DELIVER_USED_UP',
      hub_error_stage: 'deliver',
      hub_error_cause: 'HTTP_503',
      hub_attempts: '3',
      hub_subscription: 'unit',
      hub_origin_topic: 'out.unit',
      hub_origin_offset: '0',
    })
    expect(outcomes(kafka)).toEqual(['1:retry', '1:retry', '1:dead', '1:parked'])
    expect(door.sent).toEqual(['1.1', '1.1', '1.1'])
    expect(run.status()).toMatchObject({ parked: 1, blocked: 1 })
  })

  it('takes a refusal with an answer for an end, and one without for a dead letter', async () => {
    const kafka = new FakeKafka()
    publish(kafka, [...events(1, 2), ...events(2, 2)])
    const door = fakeDoor(entry =>
      entry.caseId[0] === '1' ? { kind: 'refused', code: 'NO', answer: { tree: {} } } : { kind: 'refused', code: 'NO' },
    )
    start(kafka, door)
    await vi.waitFor(() => expect(kafka.committed).toBe(4), soon)
    expect(outcomes(kafka).sort()).toEqual(['1:refused', '1:refused', '2:dead', '2:parked'])
    expect(kafka.log(topics.in)).toHaveLength(2)
  })

  it('never uses up attempts on a system that cannot be reached', async () => {
    const kafka = new FakeKafka()
    publish(kafka, events(1, 1))
    let well = false
    const door = fakeDoor((_entry, attempt) => {
      if (well) return { kind: 'delivered' }
      return attempt > 6 ? retry : { kind: 'retry', code: 'X', unreached: true }
    })
    start(kafka, door)
    // The first two failures that count are the seventh and the eighth try.
    await vi.waitFor(() => expect(door.sent.length).toBeGreaterThan(7), soon)
    well = true
    await vi.waitFor(() => expect(outcomes(kafka).at(-1)).toBe('1:delivered'), soon)
    expect(kafka.log('dead')).toEqual([])
  })

  it('does not let a slow answer of one case hold the others', async () => {
    const kafka = new FakeKafka()
    publish(kafka, [...events(1, 2), ...events(2, 1)])
    let release: (result: Result) => void = () => undefined
    const slow = new Promise<Result>(done => {
      release = done
    })
    const door = fakeDoor(entry =>
      entry.headers.ce_sequence === '1' && entry.caseId[0] === '1' ? slow : { kind: 'delivered' },
    )
    start(kafka, door, { patienceMs: 50 })
    await vi.waitFor(() => expect(kafka.committed).toBe(3), soon)
    expect(outcomes(kafka)).toContain('2:delivered')
    publish(kafka, [{ caseId: caseId(3), sequence: 1 }])
    await vi.waitFor(() => expect(outcomes(kafka)).toContain('3:delivered'), soon)
    expect(door.sent.filter(one => one.startsWith('1'))).toEqual(['1.1'])
    release({ kind: 'delivered' })
    await vi.waitFor(() => expect(kafka.table(topics.parking).size).toBe(0), soon)
    expect(door.sent.filter(one => one.startsWith('1'))).toEqual(['1.1', '1.2'])
  })

  it('does not send again what was delivered when the transaction fails', async () => {
    const kafka = new FakeKafka()
    publish(kafka, events(1, 2))
    let failures = 2
    kafka.onTransaction = () => {
      if (failures-- > 0) throw new HubError('HUB_KAFKA_UNREACHABLE', { operation: 'commit', outcome: 'none' })
    }
    const door = fakeDoor()
    start(kafka, door)
    await vi.waitFor(() => expect(kafka.committed).toBe(2), soon)
    expect(door.sent).toEqual(['1.1', '1.2'])
    expect(outcomes(kafka)).toEqual(['1:delivered', '1:delivered'])
  })

  it('works a batch again when one of its parts fails, and skips nothing', async () => {
    const kafka = new FakeKafka()
    publish(kafka, events(1, 1))
    let failures = 1
    const door = fakeDoor(() => ({ kind: 'delivered', answer: { tree: {} } }))
    start(kafka, door, {
      wait: ms => new Promise(done => setTimeout(done, Math.min(ms, 20))),
      answer: entry => {
        if (failures-- > 0) throw new HubError('HUB_SECURITY_KEY_UNREADABLE', { file: 'x' })
        return { topic: topics.in, key: entry.caseId, value: Buffer.from('{}') }
      },
    })
    await vi.waitFor(() => expect(kafka.committed).toBe(1), soon)
    expect(door.sent).toEqual(['1.1'])
    expect(kafka.log(topics.in)).toHaveLength(1)
  })

  it('shuts its door once, after the last attempt', async () => {
    const kafka = new FakeKafka()
    publish(kafka, [{}])
    const seen: string[] = []
    const door = fakeDoor(
      async () => {
        await new Promise(done => setTimeout(done, 50))
        seen.push('attempted')
        return { kind: 'delivered' }
      },
      { close: async () => void seen.push('shut') },
    )
    const run = start(kafka, door)
    await expect.poll(() => door.sent).toHaveLength(1)
    await run.stop()
    expect(seen).toEqual(['attempted', 'shut'])
  })

  it('stops for good when fenced', async () => {
    const kafka = new FakeKafka()
    publish(kafka, events(1, 1))
    kafka.onTransaction = () => {
      throw new HubError('HUB_KAFKA_FENCED', { slot: 's' })
    }
    const run = start(kafka, fakeDoor())
    expect(await run.done).toBe('fenced')
    expect(run.status().state).toBe('fenced')
  })

  it('makes no attempt while its system is paused', async () => {
    const kafka = new FakeKafka()
    publish(kafka, events(1, 1))
    let paused = true
    const door = fakeDoor()
    const run = start(kafka, door, { isPaused: () => paused })
    await new Promise(done => setTimeout(done, 150))
    expect(door.sent).toEqual([])
    expect(run.status().state).toBe('paused')
    paused = false
    await vi.waitFor(() => expect(outcomes(kafka)).toEqual(['1:delivered']), soon)
  })

  it('takes no new events when too many cases wait, and goes on when they have drained', async () => {
    const kafka = new FakeKafka()
    publish(kafka, events(1, 1))
    let well = false
    const door = fakeDoor(() => (well ? { kind: 'delivered' } : { kind: 'retry', code: 'X', unreached: true }))
    const policy = { attempts: 3, firstWaitMs: 1100, maxWaitMs: 1100, deadlineMs: 60_000 }
    const run = start(kafka, door, { maxLanes: 1, policy })
    await vi.waitFor(() => expect(run.status().state).toBe('full'), soon)
    publish(kafka, events(2, 1))
    await new Promise(done => setTimeout(done, 100))
    expect(door.sent.some(one => one.startsWith('2'))).toBe(false)
    well = true
    await vi.waitFor(() => expect(kafka.committed).toBe(2), soon)
  })

  it('reads back from parking what it has no room to hold, in order', async () => {
    const kafka = new FakeKafka()
    publish(kafka, [...events(1, 40), ...events(2, 3)])
    let well = false
    const door = fakeDoor(() => (well ? { kind: 'delivered' } : retry))
    start(kafka, door, { maxHeldBytes: 0, policy: { firstWaitMs: 1100, maxWaitMs: 1100, deadlineMs: 60_000 } })
    await vi.waitFor(() => expect(kafka.committed).toBe(43), soon)
    well = true
    await vi.waitFor(() => expect(kafka.table(topics.parking).size).toBe(0), soon)
    const first = Array.from({ length: 40 }, (_, i) => `1.${i + 1}`)
    expect(door.sent.filter(one => one.startsWith('1'))).toEqual(['1.1', ...first])
    expect(kafka.table(topics.lanes).size).toBe(0)
  })

  it('reads all back when what it remembers is not where it was', async () => {
    const kafka = new FakeKafka()
    publish(kafka, events(1, 3))
    let well = false
    const door = fakeDoor(() => (well ? { kind: 'delivered' } : retry))
    start(kafka, door, { maxHeldBytes: 0, policy: { firstWaitMs: 1100, maxWaitMs: 1100, deadlineMs: 60_000 } })
    await vi.waitFor(() => expect(kafka.table(topics.parking).size).toBe(3), soon)
    // Another owner has written the head anew meanwhile.
    const [head] = kafka.table(topics.parking).values()
    kafka.append({ topic: topics.parking, key: head!.key, value: head!.value, headers: head!.headers })
    kafka.compact(topics.parking)
    well = true
    await vi.waitFor(() => expect(kafka.table(topics.parking).size).toBe(0), soon)
    expect(door.sent).toEqual(['1.1', '1.1', '1.2', '1.3'])
  })
})

// The delivery loop and the pull door on a real broker: what the fakes of the unit tests promise must hold here.
import { describe, expect, it, vi } from 'vitest'
import type { Result } from '#gateway/deliver/door.ts'
import { readPage } from '#gateway/deliver/page.ts'
import { type DeliverRun, runDeliver } from '#gateway/deliver/run.ts'
import type { OutRecord } from '#gateway/kafka/port.ts'
import { sharedBroker } from '../../helpers/broker.ts'
import { type Kit, kit } from '../../helpers/kafka.ts'
import { FakeKafka } from '../../unit/gateway/deliver/fake-kafka.ts'
import { caseId, fakeDoor, placesOf, publish } from '../../unit/gateway/deliver/rig.ts'

const soon = { timeout: 30_000, interval: 50 }
const compacted = { 'cleanup.policy': 'compact' }

interface Ground {
  readonly parts: Kit
  readonly topics: { attempts: string; parking: string; lanes: string; deadLetters: string; in: string }
  readonly out: string
}

async function ground(): Promise<Ground> {
  const parts = kit(sharedBroker())
  const [out, attempts, parking, lanes, deadLetters, into] = [
    await parts.topic('out.unit'),
    await parts.topic('attempts'),
    await parts.topic('parking', 1, compacted),
    await parts.topic('lanes', 1, compacted),
    await parts.topic('dead-letters'),
    await parts.topic('in.unit', 4),
  ] as [string, string, string, string, string, string]
  return { parts, out, topics: { attempts, parking, lanes, deadLetters, in: into } }
}

function events(from: readonly [number, number][]): OutRecord[] {
  const memory = new FakeKafka()
  publish(
    memory,
    from.map(([n, sequence]) => ({ caseId: caseId(n), sequence })),
  )
  return memory.log('out.unit').map(({ key, value, headers }) => ({ topic: '', key, value, headers }))
}

async function send({ parts, out }: Ground, from: readonly [number, number][]): Promise<void> {
  const producer = await parts.kafka.producer()
  await producer.send(events(from).map(record => ({ ...record, topic: out })))
  await producer.close()
}

async function loop(ground: Ground, door: ReturnType<typeof fakeDoor>): Promise<DeliverRun> {
  const { parts, out, topics } = ground
  const kafka = parts.open()
  return runDeliver({
    about: { subscription: 'unit', system: 'unit', topics },
    door,
    policy: { attempts: 20, firstWaitMs: 1500, maxWaitMs: 1500, deadlineMs: 60_000 },
    member: await kafka.member({
      group: `${parts.prefix}deliver.unit`,
      topics: [out],
      slot: `${parts.prefix}deliver.unit.1`,
      maxRecords: 200,
    }),
    reader: await kafka.reader(),
    places: placesOf(await kafka.reader(), topics),
    now: () => new Date(),
    random: () => 1,
    answer: (entry, tree) => ({ topic: topics.in, key: entry.caseId, value: Buffer.from(JSON.stringify(tree)) }),
    isPaused: () => false,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    patienceMs: 300,
  })
}

async function outcomes({ parts, topics }: Ground): Promise<string[]> {
  const reader = await parts.kafka.reader()
  const page = await reader.page(topics.attempts, 0, 'start')
  await reader.close()
  return page.records.map(one => {
    const { caseId: id, outcome } = JSON.parse(one.value!.toString()) as { caseId: string; outcome: string }
    return `${id[0]}:${outcome}`
  })
}

const fails: Result = { kind: 'retry', code: 'HTTP_503' }

describe('on a real broker', () => {
  it('delivers, takes the answer in, and leaves nothing to do', async () => {
    const place = await ground()
    await send(place, [
      [1, 1],
      [2, 1],
      [1, 2],
    ])
    const door = fakeDoor(() => ({ kind: 'delivered', answer: { tree: { serial: 1 } } }))
    const run = await loop(place, door)
    await vi.waitFor(async () => expect((await outcomes(place)).length).toBe(3), soon)
    await run.stop()
    expect(door.sent.filter(one => one.startsWith('1'))).toEqual(['1.1', '1.2'])
    const admin = await place.parts.kafka.admin()
    expect((await admin.lag(`${place.parts.prefix}deliver.unit`, [place.out])).get(place.out)).toBe(0n)
    await admin.close()
  })

  it('takes over from a loop that was cut off: parked cases, their order, and doubt about what was under way', async () => {
    const place = await ground()
    await send(place, [
      [1, 1],
      [1, 2],
      [2, 1],
    ])
    const first = fakeDoor(entry => (entry.caseId[0] === '1' ? fails : { kind: 'delivered' }))
    const cutOff = await loop(place, first)
    await vi.waitFor(async () => expect(await outcomes(place)).toContain('2:delivered'), soon)
    // The same slot in another process: the first loop is fenced as a dead one would be.
    const door = fakeDoor(undefined, { repeats: 'conflict', canLookUp: true })
    const next = await loop(place, door)
    await vi.waitFor(() => expect(door.sent).toEqual(['1.1', '1.2']), soon)
    expect(door.entries.every(one => one.doubtful)).toBe(true)
    await send(place, [[1, 3]])
    await vi.waitFor(() => expect(door.sent).toEqual(['1.1', '1.2', '1.3']), soon)
    expect(first.sent).not.toContain('1.3')
    expect(await cutOff.done).toBe('fenced')
    await next.stop()
  })

  it('pulls the same events for the same position, across the gaps that transactions leave', async () => {
    const place = await ground()
    const kafka = place.parts.open()
    const member = await kafka.member({
      group: `${place.parts.prefix}w`,
      topics: [place.topics.attempts],
      slot: `${place.parts.prefix}w`,
    })
    for (const n of [1, 2, 3, 4])
      await member.write(
        events([
          [1, n],
          [2, n],
        ]).map(one => ({ ...one, topic: place.out })),
      )
    await member.close()
    const reader = await kafka.reader()
    const options = { topic: place.out, partitions: 1, limit: 3, waitMs: 0, now: Date.now }
    const ids: string[] = []
    let position = null as Awaited<ReturnType<typeof readPage>>['next'] | null
    for (;;) {
      const page = await readPage(reader, position, options)
      const again = await readPage(reader, position, options)
      expect(again.records.map(one => one.headers.ce_id)).toEqual(page.records.map(one => one.headers.ce_id))
      ids.push(...page.records.map(one => one.headers.ce_id!))
      position = page.next
      if (!page.more) break
    }
    expect(ids).toHaveLength(8)
    expect(new Set(ids).size).toBe(8)
    const level = await readPage(reader, position, options)
    expect(level).toMatchObject({ records: [], more: false })
    await expect(
      readPage(reader, { ...position, topicId: '00000000-0000-4000-8000-000000000000' }, options),
    ).rejects.toMatchObject({
      code: 'HUB_CURSOR_FOREIGN',
    })
    await reader.close()
  })
})

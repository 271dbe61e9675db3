import { describe, expect, it } from 'vitest'
import type { Admin } from '#gateway/kafka/port.ts'
import { prepare } from '#gateway/subscriptions/prepare.ts'
import { FakeKafka } from '../deliver/fake-kafka.ts'

function rig(members: () => number) {
  const kafka = new FakeKafka()
  const moved: unknown[] = []
  const admin: Admin = {
    ensureTopics: async specs => specs.map(({ name }) => name),
    topics: async () => [],
    limits: async () => new Map(),
    lag: async () => new Map(),
    members: async () => members(),
    async moveTo(...all) {
      moved.push(all)
    },
    committed: async () => new Map(),
    deleteBefore: async () => undefined,
    disks: async () => [],
    brokers: async () => 1,
    close: async () => undefined,
  }
  const run = () =>
    prepare(
      {
        admin,
        prefix: '',
        reader: kafka.reader(),
        producer: { send: async records => records.map(one => kafka.append(one)), close: async () => undefined },
        topics: { parking: 'parking', lanes: 'lanes' },
        partitions: 1,
        wait: async () => undefined,
      },
      'unit',
    )
  return { kafka, moved, run }
}

const row = (topic: string, key: string) => ({ topic, key, value: Buffer.from('x') })

describe('what a new subscription finds in Kafka', () => {
  it('is nothing of one that had its name: its group stands at the end, what waited is gone, others keep theirs', async () => {
    const { kafka, moved, run } = rig(() => 0)
    for (const key of ['1', '2', '3']) kafka.append(row('out.unit', key))
    for (const key of ['unit/d1', 'unit-2/d2', 'unit/d3']) kafka.append(row('parking', key))
    for (const key of ['unit/door', 'unit/case', 'other/door']) kafka.append(row('lanes', key))
    expect(await run()).toEqual({ topicId: 'id-out.unit', offsets: ['3'] })
    expect(moved).toEqual([['deliver.unit', 'out.unit', [3n]]])
    expect([...kafka.table('parking').keys(), ...kafka.table('lanes').keys()]).toEqual(['unit-2/d2', 'other/door'])
  })

  it('is waited for until the last loop of that name has left its group', async () => {
    let left = 3
    const { moved, run } = rig(() => left--)
    expect(await run()).toEqual({ topicId: 'id-out.unit', offsets: ['0'] })
    expect([left, moved]).toEqual([-1, []])
  })

  it('is refused while such a loop does not end', async () => {
    const { kafka, run } = rig(() => 1)
    kafka.append(row('parking', 'unit/d1'))
    await expect(run()).rejects.toThrow(expect.objectContaining({ code: 'HUB_SUBSCRIPTION_ENDING' }))
    expect(kafka.table('parking').size).toBe(1)
  })
})

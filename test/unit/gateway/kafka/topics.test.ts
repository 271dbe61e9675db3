import { expect, test } from 'vitest'
import { inTopic, outTopic, topicSpecs } from '#gateway/kafka/topics.ts'

const plan = { prefix: 'hub.', systems: ['a'], subscribers: ['b'], brokers: 1 }
const named = (specs: ReturnType<typeof topicSpecs>, name: string) => specs.find(spec => spec.name === name)

test('lists every topic of the flow once, with the prefix', () => {
  expect(topicSpecs(plan).map(({ name }) => name)).toEqual([
    'hub.in.a',
    'hub.canonical',
    'hub.case-events',
    'hub.case-state',
    'hub.out.b',
    'hub.attempts',
    'hub.lanes',
    'hub.parking',
    'hub.invalid',
    'hub.dead-letters',
    'hub.registry',
    'hub.ledger',
    'hub._schemas',
  ])
})

test('one broker: no copies, and what was answered for is on the disk', () => {
  const specs = topicSpecs(plan)
  expect(named(specs, inTopic('hub.', 'a'))).toMatchObject({ partitions: 4, replicas: 1 })
  expect(named(specs, 'hub.in.a')?.configs).toMatchObject({
    'flush.messages': '1',
    'retention.ms': '-1',
    'max.message.bytes': '2097152',
    'cleanup.policy': 'delete',
  })
  expect(named(specs, 'hub.canonical')?.configs).not.toHaveProperty('flush.messages')
})

test('three brokers: three copies, two of them confirmed, no flush', () => {
  for (const spec of topicSpecs({ ...plan, brokers: 3 })) {
    expect(spec.replicas).toBe(3)
    expect(spec.configs['min.insync.replicas']).toBe('2')
    expect(spec.configs).not.toHaveProperty('flush.messages')
  }
})

test('shards set the partitions from canonical on, but not of in.* and of what is kept once', () => {
  const partitions = Object.fromEntries(topicSpecs({ ...plan, shards: 3 }).map(spec => [spec.name, spec.partitions]))
  expect(partitions).toMatchObject({
    'hub.in.a': 4,
    'hub.canonical': 3,
    'hub.case-events': 3,
    [outTopic('hub.', 'b')]: 3,
    'hub.registry': 1,
    'hub._schemas': 1,
  })
})

test('state that is decided by is compacted, and what is set aside takes larger messages', () => {
  const specs = topicSpecs(plan)
  for (const name of ['case-state', 'lanes', 'parking', 'registry', '_schemas']) {
    expect(named(specs, `hub.${name}`)?.configs['cleanup.policy']).toBe('compact')
  }
  for (const name of ['invalid', 'dead-letters', 'parking']) {
    expect(named(specs, `hub.${name}`)?.configs['max.message.bytes']).toBe('3145728')
  }
  expect(named(specs, 'hub.case-events')?.configs['retention.ms']).toBe('-1')
})

test('no topic with a group behind it is emptied by the brokers: they do not know what has been delivered', () => {
  const specs = topicSpecs(plan)
  for (const name of ['in.a', 'canonical', 'case-events', 'out.b'])
    expect([name, named(specs, `hub.${name}`)?.configs['retention.ms']]).toEqual([name, '-1'])
})

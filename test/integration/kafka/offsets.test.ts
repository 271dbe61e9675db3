// G2, G6, G8: offsets move once, together, for members in good standing.
import { Consumer, Producer } from '@platformatic/kafka'
import { expect, onTestFinished, test } from 'vitest'
import { findErrorId } from '#gateway/kafka/errors.ts'
import { commitOffsets, stableOffsets } from '#gateway/kafka/guards/offsets.ts'
import { sharedBroker } from '../../helpers/broker.ts'
import { echo, kit, nextBatch, numbered } from '../../helpers/kafka.ts'

async function joined(brokers: string[], prefix: string, topic: string) {
  const group = `${prefix}plain`
  const consumer = new Consumer({
    clientId: 'plain',
    bootstrapBrokers: brokers,
    groupId: group,
    sessionTimeout: 10_000,
  })
  onTestFinished(() => consumer.close(true))
  consumer.topics.track(topic)
  await consumer.joinGroup({})
  const producer = new Producer({
    clientId: 'plain',
    bootstrapBrokers: brokers,
    transactionalId: `${prefix}plain`,
    idempotent: true,
    producerId: -1n,
    producerEpoch: -1,
    retries: 40,
    retryDelay: 20,
  })
  onTestFinished(() => producer.close(true))
  const partitions = [0, 1, 2, 3].map(partition => ({ topic, partition }))
  const standing = {
    group,
    generation: consumer.generationId,
    memberId: consumer.memberId!,
    instanceId: null as unknown as string,
    coordinator: await consumer.findGroupCoordinator(),
  }
  const identity = () => ({
    id: producer.producerId!,
    epoch: producer.producerEpoch!,
    transactionalId: `${prefix}plain`,
  })
  return { consumer, producer, partitions, standing, identity }
}

test('G2: all offsets of a batch move at once, where four parallel calls of the library move one', async () => {
  const { topic, brokers, prefix } = kit(sharedBroker())
  const name = await topic('in', 4)
  const { consumer, producer, partitions, standing, identity } = await joined(brokers, prefix, name)
  const { generation: generationId, memberId, coordinator: coordinatorId, group: groupId } = standing
  const metadata = { consumer: { groupId, generationId, memberId, coordinatorId } }
  const parallel = await producer.beginTransaction()
  await parallel.addConsumer(consumer)
  await Promise.all(
    partitions.map(({ partition }) => parallel.addOffset({ topic: name, partition, offset: 4n, metadata } as never)),
  )
  await parallel.commit()
  const moved = [...(await stableOffsets(consumer, partitions)).values()].filter(offset => offset === 5n)
  expect(moved).toHaveLength(1)

  const ours = await producer.beginTransaction()
  await ours.addConsumer(consumer)
  await commitOffsets(
    consumer,
    producer,
    standing,
    identity(),
    partitions.map(one => ({ ...one, offset: 9n })),
  )
  await ours.commit()
  expect([...(await stableOffsets(consumer, partitions)).values()]).toEqual([9n, 9n, 9n, 9n])
})

test('G2: offsets under an old generation are refused', async () => {
  const { topic, brokers, prefix } = kit(sharedBroker())
  const name = await topic('in', 4)
  const { consumer, producer, partitions, standing, identity } = await joined(brokers, prefix, name)
  const transaction = await producer.beginTransaction()
  await transaction.addConsumer(consumer)
  const zombie = { ...standing, generation: standing.generation - 1 }
  const moves = commitOffsets(consumer, producer, zombie, identity(), [{ ...partitions[0]!, offset: 1n }])
  expect(await moves.catch(findErrorId)).toBe('ILLEGAL_GENERATION')
  await transaction.abort()
})

test('G6: waits for the offsets of an open transaction, which the library reads past', async () => {
  const { topic, brokers, prefix } = kit(sharedBroker())
  const name = await topic('in', 4)
  const { consumer, producer, partitions, standing, identity } = await joined(brokers, prefix, name)
  const transaction = await producer.beginTransaction()
  await transaction.addConsumer(consumer)
  await commitOffsets(
    consumer,
    producer,
    standing,
    identity(),
    partitions.map(one => ({ ...one, offset: 7n })),
  )
  const past = await consumer.listCommittedOffsets({ topics: [{ topic: name, partitions: [0, 1, 2, 3] }] })
  expect(past.get(name)).toEqual([-1n, -1n, -1n, -1n])
  const waiting = stableOffsets(consumer, partitions)
  setTimeout(() => void transaction.commit(), 300)
  expect([...(await waiting).values()]).toEqual([7n, 7n, 7n, 7n])
})

test('G8: a batch read before a rebalance cannot be committed after it, and comes again to its new owner', async () => {
  const { kafka, topic, prefix, open } = kit(sharedBroker())
  const name = await topic('in', 4)
  const out = await topic('out')
  const producer = await kafka.producer()
  await producer.send(numbered(name, 100))
  const group = `${prefix}g`
  const first = await kafka.member({ group, topics: [name], slot: `${prefix}a`, maxRecords: 100 })
  const batch = await nextBatch(first)
  const second = await open().member({ group, topics: [name], slot: `${prefix}b`, maxRecords: 100 })
  const got: string[] = []
  let over = false
  const joining = (async () => {
    while (!over) {
      const mine = await second.poll()
      if (!mine) continue
      await second.commit(mine, echo(mine, out))
      got.push(...mine.records.map(({ value }) => String(value)))
    }
  })()
  // The heartbeat tells the first one to join again; from then on its batch is void.
  await expect.poll(() => second.reachable, { timeout: 15_000 }).toBe(true)
  await expect(first.commit(batch, echo(batch, out))).rejects.toMatchObject({
    code: 'HUB_KAFKA_UNREACHABLE',
    facts: { cause: 'REBALANCE', outcome: 'none' },
  })
  while (got.length < 100) {
    const mine = await first.poll()
    if (!mine) continue
    await first.commit(mine, echo(mine, out))
    got.push(...mine.records.map(({ value }) => String(value)))
  }
  over = true
  await joining
  expect(got.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i))
  const reader = await kafka.reader()
  const page = await reader.page(out, 0, 'start')
  expect(page.records.map(({ value }) => Number(value)).sort((a, b) => a - b)).toEqual(
    got.map(Number).sort((a, b) => a - b),
  )
})

test('a batch that was handed out and not committed comes again, however its commit failed', async () => {
  const { kafka, topic, prefix } = kit(sharedBroker())
  const [from, to] = [await topic('in'), await topic('out')]
  await (await kafka.producer()).send(numbered(from, 3))
  const member = await kafka.member({ group: `${prefix}again`, topics: [from], slot: `${prefix}again` })
  const batch = await nextBatch(member)
  const nowhere = { topic: `${prefix}nowhere`, key: null, value: Buffer.from('x') }
  await expect(member.commit(batch, [nowhere])).rejects.toMatchObject({ code: 'HUB_KAFKA_UNREACHABLE' })
  const again = await nextBatch(member)
  expect(again.records.map(one => one.offset)).toEqual(batch.records.map(one => one.offset))
  await expect(member.write([nowhere])).rejects.toMatchObject({ code: 'HUB_KAFKA_UNREACHABLE' })
  const third = await nextBatch(member)
  expect(third.records.map(one => one.offset)).toEqual(batch.records.map(one => one.offset))
  await member.commit(third, echo(third, to))
  await expect(member.poll()).resolves.toBeNull()
})

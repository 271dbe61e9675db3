// G1, G3, G4, G9: who a transactional producer is.
import { addPartitionsToTxnV3, kGetApi, Producer } from '@platformatic/kafka'
import { expect, onTestFinished, test } from 'vitest'
import { findErrorId, isFenced } from '#gateway/kafka/errors.ts'
import { GuardedProducer } from '#gateway/kafka/guards/identity.ts'
import { settle } from '#gateway/kafka/settings.ts'
import { sharedBroker } from '../../helpers/broker.ts'
import { kit } from '../../helpers/kafka.ts'

const message = (topic: string) => ({ messages: [{ topic, partition: 0, value: Buffer.from('x') }] })

test('G1: a slot starts again and again, where the library alone is fenced the second time', async () => {
  const { kafka, topic, brokers, prefix } = kit(sharedBroker())
  const name = await topic('out')
  for (let i = 0; i < 3; i++) {
    const member = await kafka.member({ group: `${prefix}g`, topics: [name], slot: `${prefix}s` })
    expect(await member.write([{ topic: name, key: null, value: Buffer.from('x') }])).toHaveLength(1)
    await member.close()
  }
  const outcomes: (string | undefined)[] = []
  for (let i = 0; i < 2; i++) {
    const producer = new Producer({
      clientId: 'plain',
      bootstrapBrokers: brokers,
      transactionalId: `${prefix}plain`,
      idempotent: true,
      retries: 2,
      retryDelay: 100,
    })
    outcomes.push(
      await producer
        .beginTransaction()
        .then(async transaction => {
          await transaction.send(message(name))
          await transaction.commit()
          return 'ok'
        })
        .catch(findErrorId),
    )
    await producer.close(true).catch(() => {})
  }
  expect(outcomes).toEqual(['ok', 'PRODUCER_FENCED'])
})

test('G3: asks for partitions at version 3, where the library takes one that is for brokers only', async () => {
  const { brokers } = kit(sharedBroker())
  const versionOf = (producer: Producer) =>
    new Promise<number>((resolve, reject) => {
      onTestFinished(() => producer.close(true))
      producer[kGetApi]('AddPartitionsToTxn', (error, api) => (error || !api ? reject(error) : resolve(api.version)))
    })
  const ours = new GuardedProducer(settle({ brokers, clientId: 'ours' }), 'any')
  const plain = new Producer({ clientId: 'plain', bootstrapBrokers: brokers })
  expect(await versionOf(ours)).toBe(addPartitionsToTxnV3.api.version)
  expect(await versionOf(plain)).toBeGreaterThan(3)
})

test('G4: a member whose slot was taken over stops for good; the new one commits', async () => {
  const { kafka, topic, prefix, open, logs } = kit(sharedBroker())
  const name = await topic('out')
  const options = { group: `${prefix}g`, topics: [name], slot: `${prefix}s` }
  const record = { topic: name, key: null, value: Buffer.from('x') }
  const old = await kafka.member(options)
  await old.write([record])
  const successor = await open().member(options)
  await successor.write([record])
  await expect(old.write([record])).rejects.toMatchObject({ code: 'HUB_KAFKA_FENCED', facts: { slot: options.slot } })
  await expect(old.poll()).rejects.toMatchObject({ code: 'HUB_KAFKA_FENCED' })
  expect(logs.some(line => line.startsWith('kafka.slot.fenced'))).toBe(true)
  expect(await successor.write([record])).toHaveLength(1)
})

test('G4: a twin that joins under the same slot is found out without any traffic', async () => {
  const { kafka, topic, prefix, open } = kit(sharedBroker())
  const name = await topic('in')
  const options = { group: `${prefix}g`, topics: [name], slot: `${prefix}s` }
  const old = await kafka.member(options)
  while (!old.reachable) await old.poll()
  const twin = await open().member(options)
  while (!twin.reachable) await twin.poll()
  const deadline = performance.now() + 10_000
  const fate = await (async () => {
    while (performance.now() < deadline) await Promise.all([old.poll(), twin.poll()])
    return 'still polling'
  })().catch(error => error.code)
  expect(fate).toBe('HUB_KAFKA_FENCED')
  await twin.poll()
})

test('G4: a transaction that ran out of time is told from a lost slot, and the member goes on', async () => {
  const { open, topic, brokers, prefix } = kit(sharedBroker())
  const name = await topic('out')
  const settings = settle({ brokers, clientId: 'slow', transactionTimeoutMs: 1000 })
  const slow = new GuardedProducer(settings, `${prefix}s`)
  onTestFinished(() => slow.close(true))
  const transaction = await slow.beginTransaction()
  await transaction.send(message(name))
  const known = { id: slow.producerId!, epoch: slow.producerEpoch! }
  // The broker looks for such transactions every ten seconds, unless told otherwise.
  await expect
    .poll(() => transaction.send(message(name)).then(() => false, isFenced), { timeout: 25_000, interval: 500 })
    .toBe(true)
  const again = new GuardedProducer(settings, `${prefix}s`, known)
  onTestFinished(() => again.close(true))
  const next = await again.beginTransaction()
  await next.send(message(name))
  await next.commit()
  const member = await open({ transactionTimeoutMs: 1000 }).member({
    group: `${prefix}g`,
    topics: [name],
    slot: `${prefix}s`,
  })
  expect(await member.write([{ topic: name, key: null, value: Buffer.from('x') }])).toHaveLength(1)
})

test('G9: transactions follow each other within milliseconds, where the library waits a second for the last one', async () => {
  const { kafka, topic, prefix, brokers } = kit(sharedBroker())
  const name = await topic('out')
  const member = await kafka.member({ group: `${prefix}g`, topics: [name], slot: `${prefix}s` })
  const write = () => member.write([{ topic: name, key: null, value: Buffer.from('x') }])
  await write()
  const began = performance.now()
  for (let i = 0; i < 20; i++) await write()
  const ours = (performance.now() - began) / 20
  const plain = new Producer({
    clientId: 'plain',
    bootstrapBrokers: brokers,
    transactionalId: `${prefix}plain`,
    idempotent: true,
    producerId: -1n,
    producerEpoch: -1,
    retries: 5,
  })
  onTestFinished(() => plain.close(true))
  // It waits when the broker is still at the last one's markers, and that is sooner or later.
  let slowest = 0
  for (let i = 0; i < 60 && slowest < 500; i++) {
    const began = performance.now()
    const transaction = await plain.beginTransaction()
    await transaction.send(message(name))
    await transaction.commit()
    slowest = Math.max(slowest, performance.now() - began)
  }
  expect(ours).toBeLessThan(250)
  expect(slowest).toBeGreaterThan(500)
})

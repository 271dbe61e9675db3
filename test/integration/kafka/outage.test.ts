// A broker that goes away and comes back: kill -9 and restart, with the same data.
import { expect, test } from 'vitest'
import { ownBroker, sharedBroker } from '../../helpers/broker.ts'
import { copy, kit, numbered, valuesOf } from '../../helpers/kafka.ts'

const range = (count: number) => Array.from({ length: count }, (_, i) => String(i)).sort()

test('100 transactions across two kills of the broker: every record once, without a restart of ours', {
  timeout: 120_000,
}, async () => {
  const broker = await ownBroker({ heapMb: 384 })
  const { open, topic, prefix, brokers, logs } = kit({ brokers: broker.brokers, prefix: 'o.' })
  // Out of time before the broker is back: the coordinator aborts by itself, and that must not look like a twin.
  const kafka = open({ transactionTimeoutMs: 1500 })
  const [source, out] = [await topic('in', 4), await topic('out', 2)]
  const producer = await kafka.producer()
  await producer.send(numbered(source, 3000))
  const member = await kafka.member({ group: `${prefix}g`, topics: [source], slot: `${prefix}s`, maxRecords: 30 })
  const copying = copy(member, out, 3000)
  for (let i = 0; i < 2; i++) {
    await new Promise(resolve => setTimeout(resolve, 1200))
    broker.current.kill()
    await broker.restart()
  }
  await copying
  expect(logs.filter(line => line.startsWith('kafka.slot.fenced'))).toEqual([])
  expect((await valuesOf(brokers, out)).sort()).toEqual(range(3000))
})

test('the producer rides out a short outage, says so after a long one, and works again by itself', {
  timeout: 120_000,
}, async () => {
  const broker = await ownBroker({ heapMb: 384 })
  const { kafka, topic, brokers } = kit({ brokers: broker.brokers, prefix: 'o.' })
  const out = await topic('out', 4)
  const producer = await kafka.producer()
  await producer.send(numbered(out, 10))

  process.kill(broker.current.pid, 'SIGSTOP')
  setTimeout(() => process.kill(broker.current.pid, 'SIGCONT'), 2000)
  const short = await Promise.all(Array.from({ length: 10 }, (_, i) => producer.send(numbered(out, 1, 10 + i))))
  expect(short.flat()).toHaveLength(10)

  broker.current.kill()
  await broker.current.exited
  const began = performance.now()
  const lost = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => producer.send(numbered(out, 1, 100 + i))))
  expect(lost.map(one => one.status === 'rejected' && one.reason.code)).toEqual(Array(10).fill('HUB_KAFKA_UNREACHABLE'))
  expect(performance.now() - began).toBeGreaterThan(3000)
  expect(performance.now() - began).toBeLessThan(8000)
  const restarting = broker.restart()
  await restarting
  const again = () =>
    producer.send(numbered(out, 10, 20)).then(
      written => written.length,
      () => 0,
    )
  await expect.poll(again, { timeout: 20_000 }).toBe(10)
  const values = await valuesOf(brokers, out)
  expect(new Set(values.filter(value => Number(value) < 100))).toEqual(new Set(range(30)))
  expect(values.filter(value => Number(value) < 20).sort()).toEqual(range(20))
})

test('a reader waits out the absence, and a poll of an absent broker rejects nothing', {
  timeout: 120_000,
}, async () => {
  const broker = await ownBroker({ heapMb: 384 })
  const { kafka, topic, prefix } = kit({ brokers: broker.brokers, prefix: 'o.' })
  const out = await topic('out')
  await (await kafka.producer()).send(numbered(out, 10))
  const reader = await kafka.reader()
  const member = await kafka.member({ group: `${prefix}g`, topics: [out], slot: `${prefix}s` })
  while (!member.reachable) await member.poll()
  expect((await reader.page(out, 0, 'start')).records).toHaveLength(10)
  broker.current.kill()
  await broker.current.exited
  const began = performance.now()
  while (performance.now() - began < 1500) await member.poll()
  expect(member.reachable).toBe(false)
  await expect(reader.page(out, 0, 0n)).rejects.toMatchObject({ code: 'HUB_KAFKA_UNREACHABLE' })
  await broker.restart()
  await expect
    .poll(
      () =>
        reader.page(out, 0, 0n).then(
          page => page.records.length,
          () => 0,
        ),
      { timeout: 20_000 },
    )
    .toBe(10)
  const reached = async () => {
    await member.poll()
    return member.reachable
  }
  await expect.poll(reached, { timeout: 20_000, interval: 10 }).toBe(true)
})

test('a stand-by that owns no partition is reachable all the same', async () => {
  const { kafka, topic, prefix } = kit(sharedBroker())
  const name = await topic('in', 1)
  const members = await Promise.all(
    ['1', '2'].map(slot => kafka.member({ group: `${prefix}g`, topics: [name], slot: `${prefix}g.${slot}` })),
  )
  await expect
    .poll(
      async () => {
        await Promise.all(members.map(member => member.poll()))
        return members.map(member => member.reachable)
      },
      { timeout: 20_000 },
    )
    .toEqual([true, true])
})

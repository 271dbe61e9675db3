// G12: topics that are deleted and created again, or grow, under a running member.
import { expect, test } from 'vitest'
import type { Member } from '#gateway/kafka/port.ts'
import { sharedBroker } from '../../helpers/broker.ts'
import { echo, kit, numbered } from '../../helpers/kafka.ts'

function keepCopying(member: Member, out: string) {
  const values: string[] = []
  let over = false
  const running = (async () => {
    while (!over) {
      const batch = await member.poll()
      if (!batch) continue
      await member.commit(batch, echo(batch, out)).then(
        () => values.push(...batch.records.map(({ value }) => String(value))),
        () => {},
      )
    }
  })()
  return {
    values,
    async stop() {
      over = true
      await running
    },
  }
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => String(from + i))

test('reads a topic that was created anew from its start, not from the old position', async () => {
  const { kafka, topic, library, prefix, logs } = kit(sharedBroker())
  const [source, out] = [await topic('in', 2), await topic('out')]
  const producer = await kafka.producer()
  await producer.send(numbered(source, 100))
  const member = await kafka.member({ group: `${prefix}g`, topics: [source], slot: `${prefix}s` })
  const copying = keepCopying(member, out)
  await expect.poll(() => copying.values.length, { timeout: 20_000 }).toBe(100)

  await library().deleteTopics({ topics: [source] })
  await expect.poll(() => topic('in', 2).catch(() => null), { timeout: 15_000 }).toBe(source)
  // More than before in each partition: with the old positions these would be skipped without a word.
  const again = () =>
    producer.send(numbered(source, 300, 1000)).then(
      written => written.length,
      () => 0,
    )
  await expect.poll(again, { timeout: 15_000 }).toBe(300)
  await expect.poll(() => copying.values.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(400)
  await copying.stop()
  expect(new Set(copying.values.slice(100))).toEqual(new Set(range(1000, 1300)))
  expect(logs.some(line => line.startsWith('kafka.topic.recreated'))).toBe(true)
})

test('takes up the partitions that a topic gets, by itself', async () => {
  const { kafka, topic, library, prefix, logs } = kit(sharedBroker())
  const [source, out] = [await topic('in', 1), await topic('out')]
  const producer = await kafka.producer()
  await producer.send(numbered(source, 20))
  const member = await kafka.member({ group: `${prefix}g`, topics: [source], slot: `${prefix}s` })
  const copying = keepCopying(member, out)
  await expect.poll(() => copying.values.length, { timeout: 20_000 }).toBe(20)
  await library().createPartitions({ topics: [{ name: source, count: 3 }] })
  const spread = numbered(source, 30, 100).map((record, i) => ({ ...record, partition: i % 3 }))
  const send = () =>
    producer.send(spread).then(
      written => written.length,
      () => 0,
    )
  await expect.poll(send, { timeout: 15_000 }).toBe(30)
  await expect.poll(() => new Set(copying.values).size, { timeout: 30_000 }).toBe(50)
  await copying.stop()
  expect(logs.some(line => line.startsWith('kafka.topic.grown'))).toBe(true)
})

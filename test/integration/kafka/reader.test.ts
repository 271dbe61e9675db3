// G5, G11 and cursors: what a reader sees, and what it is told when it asks for what is not there.
import { Consumer } from '@platformatic/kafka'
import { expect, onTestFinished, test } from 'vitest'
import { GuardedProducer } from '#gateway/kafka/guards/identity.ts'
import type { InRecord, Reader } from '#gateway/kafka/port.ts'
import { settle } from '#gateway/kafka/settings.ts'
import { sharedBroker } from '../../helpers/broker.ts'
import { echo, kit, nextBatch, numbered } from '../../helpers/kafka.ts'

async function readAll(reader: Reader, topic: string, maxBytes: number): Promise<InRecord[]> {
  const records: InRecord[] = []
  for (let from: bigint | 'start' = 'start'; ; ) {
    const page = await reader.page(topic, 0, from, { maxBytes })
    records.push(...page.records)
    if (page.next >= page.end) return records
    from = page.next
  }
}

/** Committed and aborted transactions of one producer in turn, several batches each. */
async function mixed(brokers: string[], slot: string, topic: string): Promise<number> {
  const producer = new GuardedProducer(settle({ brokers, clientId: 'mixed' }), slot)
  onTestFinished(() => producer.close(true))
  let good = 0
  for (const [round, fate] of ['C', 'A', 'C', 'A', 'C', 'A', 'A', 'C'].entries()) {
    const transaction = await producer.beginTransaction()
    for (let batch = 0; batch < 5; batch++) {
      const messages = Array.from({ length: 20 }, (_, i) => ({
        topic,
        partition: 0,
        value: Buffer.from(`${fate}-${round}-${batch}-${i}-${'x'.repeat(300)}`),
      }))
      await transaction.send({ messages })
    }
    if (fate === 'C') good += 100
    await (fate === 'C' ? transaction.commit() : transaction.abort())
  }
  return good
}

test('G5: no record of an aborted transaction is seen by reader or member, where the library lets some through', async () => {
  const { kafka, topic, brokers, prefix } = kit(sharedBroker())
  const name = await topic('in')
  const good = await mixed(brokers, `${prefix}mixed`, name)
  const reader = await kafka.reader()
  // A commit is answered before its markers stand in every partition.
  await expect.poll(async () => (await readAll(reader, name, 1 << 20)).length, { timeout: 10_000 }).toBe(good)
  for (const maxBytes of [1 << 20, 30_000]) {
    const records = await readAll(reader, name, maxBytes)
    expect(records.filter(({ value }) => String(value).startsWith('A'))).toEqual([])
    expect(records).toHaveLength(good)
  }
  const member = await kafka.member({ group: `${prefix}g`, topics: [name], slot: `${prefix}s` })
  const values: string[] = []
  while (values.length < good) {
    const batch = await nextBatch(member)
    await member.commit(batch, [])
    values.push(...batch.records.map(({ value }) => String(value)))
  }
  expect(values.filter(value => value.startsWith('A'))).toEqual([])

  const plain = new Consumer({ clientId: 'plain', bootstrapBrokers: brokers, groupId: `${prefix}plain` })
  onTestFinished(() => plain.close(true))
  const stream = await plain.consume({ topics: [name], mode: 'earliest', autocommit: false, maxWaitTime: 200 })
  let leaked = 0
  let last = performance.now()
  stream.on('data', ({ value }) => {
    last = performance.now()
    if (value[0] === 'A'.charCodeAt(0)) leaked++
  })
  await expect.poll(() => performance.now() - last > 1500, { timeout: 10_000 }).toBe(true)
  expect(leaked).toBeGreaterThan(0)
})

test('a page ends where the next one begins, also behind records that nobody may see', async () => {
  const { kafka, topic, brokers, prefix } = kit(sharedBroker())
  const name = await topic('out')
  const producer = new GuardedProducer(settle({ brokers, clientId: 'abort' }), `${prefix}abort`)
  onTestFinished(() => producer.close(true))
  const transaction = await producer.beginTransaction()
  await transaction.send({ messages: [{ topic: name, partition: 0, value: Buffer.from('never') }] })
  await transaction.abort()
  const reader = await kafka.reader()
  await expect.poll(async () => (await reader.page(name, 0, 'start')).next).toBe(2n)
  expect(await reader.page(name, 0, 'start')).toMatchObject({ records: [], next: 2n, end: 2n })
})

test('an open transaction hides what follows it until it ends', async () => {
  const { kafka, topic, brokers, prefix } = kit(sharedBroker())
  const name = await topic('out')
  const holder = new GuardedProducer(settle({ brokers, clientId: 'open' }), `${prefix}open`)
  onTestFinished(() => holder.close(true))
  const transaction = await holder.beginTransaction()
  await transaction.send({ messages: [{ topic: name, partition: 0, value: Buffer.from('held') }] })
  await (await kafka.producer()).send([{ topic: name, key: null, value: Buffer.from('behind') }])
  const reader = await kafka.reader()
  expect(await reader.page(name, 0, 'start')).toMatchObject({ records: [], next: 0n, end: 0n })
  const waiting = reader.page(name, 0, 0n, { waitMs: 5000 })
  await transaction.commit()
  const page = await waiting
  const rest = page.next < 3n ? (await reader.page(name, 0, page.next, { waitMs: 2000 })).records : []
  expect([...page.records, ...rest].map(({ value }) => String(value))).toEqual(['held', 'behind'])
})

test('waits for news, many readers at once, and is told within half a second', async () => {
  const { kafka, topic } = kit(sharedBroker())
  const names = await Promise.all(Array.from({ length: 10 }, (_, i) => topic(`out.${i}`)))
  const reader = await kafka.reader()
  const producer = await kafka.producer()
  for (const name of names) await reader.page(name, 0, 'start')
  const waits = names.flatMap(name =>
    Array.from({ length: 10 }, async () => {
      const page = await reader.page(name, 0, 0n, { waitMs: 10_000 })
      return { count: page.records.length, at: performance.now() }
    }),
  )
  await new Promise(resolve => setTimeout(resolve, 300))
  const sent = performance.now()
  await producer.send(names.map(name => ({ topic: name, key: null, value: Buffer.from('news') })))
  const results = await Promise.all(waits)
  expect(results.every(({ count }) => count === 1)).toBe(true)
  expect(Math.max(...results.map(({ at }) => at)) - sent).toBeLessThan(1500)
  const began = performance.now()
  expect((await reader.page(names[0]!, 0, 1n, { waitMs: 300 })).records).toEqual([])
  expect(performance.now() - began).toBeGreaterThanOrEqual(290)
})

test('a cursor below the start of the log is expired, one past its end or of another topic id is foreign', async () => {
  const { kafka, topic, library } = kit(sharedBroker())
  const name = await topic('out')
  await (await kafka.producer()).send(numbered(name, 50))
  const reader = await kafka.reader()
  const { topicId } = await reader.page(name, 0, 'start')
  await library().deleteRecords({ topics: [{ name, partitions: [{ partition: 0, offset: 20n }] }] })
  await expect(reader.page(name, 0, 19n, { topicId })).rejects.toMatchObject({
    code: 'HUB_CURSOR_EXPIRED',
    facts: { topic: name, position: '19', start: '20' },
  })
  expect((await reader.page(name, 0, 20n, { topicId })).records).toHaveLength(30)
  await expect(reader.page(name, 0, 51n, { topicId })).rejects.toMatchObject({ code: 'HUB_CURSOR_FOREIGN' })
  expect(await reader.page(name, 0, 50n, { topicId })).toMatchObject({ records: [], next: 50n, end: 50n })
})

test('G12: a cursor of a topic that was created anew is foreign, although its offset exists again', async () => {
  const { kafka, topic, library } = kit(sharedBroker())
  const name = await topic('out')
  const producer = await kafka.producer()
  await producer.send(numbered(name, 50))
  const reader = await kafka.reader()
  const { topicId } = await reader.page(name, 0, 'start')
  await library().deleteTopics({ topics: [name] })
  await expect(reader.page(name, 0, 10n, { topicId })).rejects.toMatchObject({ code: 'HUB_CURSOR_FOREIGN' })
  await expect.poll(() => topic('out').catch(() => null), { timeout: 15_000 }).toBe(name)
  await expect
    .poll(
      () =>
        producer.send(numbered(name, 50)).then(
          w => w.length,
          () => 0,
        ),
      { timeout: 15_000 },
    )
    .toBe(50)
  await expect(reader.page(name, 0, 10n, { topicId })).rejects.toMatchObject({ code: 'HUB_CURSOR_FOREIGN' })
  expect((await reader.page(name, 0, 10n)).records).toHaveLength(40)
})

test('finds the offset of a time, and the end for a time to come', async () => {
  const { kafka, topic } = kit(sharedBroker())
  const name = await topic('out', 1, { 'message.timestamp.type': 'LogAppendTime' })
  const producer = await kafka.producer()
  await producer.send(numbered(name, 10))
  await new Promise(resolve => setTimeout(resolve, 20))
  await producer.send(numbered(name, 10, 10))
  const reader = await kafka.reader()
  const { records } = await reader.page(name, 0, 'start')
  expect(await reader.offsetAt(name, 0, records[10]!.timestamp)).toBe(10n)
  expect(await reader.offsetAt(name, 0, records[0]!.timestamp - 1000)).toBe(0n)
  expect(await reader.offsetAt(name, 0, records[19]!.timestamp + 1_000_000)).toBe(20n)
})

test('a member carries keys, headers, tombstones and Chinese text through unchanged', async () => {
  const { kafka, topic, prefix } = kit(sharedBroker())
  const [source, out] = [await topic('in', 4), await topic('out')]
  const headers = { ce_id: '1', hub_path: '/systems/甲' }
  await (await kafka.producer()).send([
    { topic: source, key: '〔2026〕1号', value: Buffer.from('物业费'), headers },
    { topic: source, key: 'gone', value: null },
    { topic: source, key: 'empty', value: Buffer.alloc(0), headers: { blank: '' } },
  ])
  const member = await kafka.member({ group: `${prefix}g`, topics: [source], slot: `${prefix}s` })
  const reader = await kafka.reader()
  for (let done = 0; done < 3; ) {
    const batch = await nextBatch(member)
    await member.commit(batch, echo(batch, out))
    done += batch.records.length
  }
  const { records } = await reader.page(out, 0, 'start')
  const seen = Object.fromEntries(records.map(one => [one.key, [one.value?.toString() ?? null, one.headers]]))
  expect(seen).toEqual({ '〔2026〕1号': ['物业费', headers], gone: [null, {}], empty: ['', { blank: '' }] })
})

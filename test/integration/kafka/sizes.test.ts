// A broker refuses a batch over its topic's limit as a whole; nobody splits it afterwards.

import { ConfigResourceTypes, IncrementalAlterConfigOperationTypes } from '@platformatic/kafka'
import { expect, test } from 'vitest'
import { sharedBroker } from '../../helpers/broker.ts'
import { kit, nextBatch, numbered } from '../../helpers/kafka.ts'

const big = (topic: string, bytes: number) => ({ topic, key: null, value: Buffer.alloc(bytes, 'x') })

test('splits the outputs of one transaction into batches under each limit; all are there, in order', async () => {
  const { kafka, topic, prefix } = kit(sharedBroker())
  const [source, out] = [await topic('in'), await topic('out', 1, { 'max.message.bytes': '10000' })]
  await (await kafka.producer()).send(numbered(source, 1))
  const member = await kafka.member({ group: `${prefix}g`, topics: [source], slot: `${prefix}s` })
  const batch = await nextBatch(member)
  const outputs = Array.from({ length: 100 }, (_, i) => ({ ...big(out, 3000), headers: { n: String(i) } }))
  const written = await member.commit(batch, outputs)
  expect(written.map(({ offset }) => Number(offset))).toEqual(outputs.map((_, i) => i))
  // A commit is answered before its markers are written: readers see it a moment later.
  const { records } = await (await kafka.reader()).page(out, 0, 'start', { waitMs: 5000 })
  expect(records.map(({ headers }) => headers.n)).toEqual(outputs.map((_, i) => String(i)))
})

test('a record over the limit is refused before the transaction begins, and the batch can be committed without it', async () => {
  const { kafka, topic, prefix, logs } = kit(sharedBroker())
  const [source, out] = [await topic('in'), await topic('out', 1, { 'max.message.bytes': '10000' })]
  await (await kafka.producer()).send(numbered(source, 1))
  const member = await kafka.member({ group: `${prefix}g`, topics: [source], slot: `${prefix}s` })
  const batch = await nextBatch(member)
  await expect(member.commit(batch, [big(out, 10), big(out, 10_000)])).rejects.toMatchObject({
    code: 'HUB_KAFKA_TOO_LARGE',
    facts: { topic: out, limit: 10_000, index: 1 },
  })
  expect(logs.filter(line => line.startsWith('kafka.transaction'))).toEqual([])
  expect(await member.commit(batch, [big(out, 10)])).toHaveLength(1)
  await expect(member.write([big(out, 10_000)])).rejects.toMatchObject({ code: 'HUB_KAFKA_TOO_LARGE' })
  await expect((await kafka.producer()).send([big(out, 10_000)])).rejects.toMatchObject({ code: 'HUB_KAFKA_TOO_LARGE' })
})

test('a record just under the limit goes through', async () => {
  const { kafka, topic, prefix } = kit(sharedBroker())
  const out = await topic('out', 1, { 'max.message.bytes': '2097152' })
  const member = await kafka.member({ group: `${prefix}g`, topics: [out], slot: `${prefix}s` })
  expect(await member.write([big(out, 2_097_152 - 61 - 30)])).toHaveLength(1)
  expect(await member.write([big(out, 2_097_152 - 61 - 30), big(out, 1_500_000), big(out, 1_500_000)])).toHaveLength(3)
})

test('a limit that was lowered meanwhile is learnt from the refusal', async () => {
  const { kafka, topic, library } = kit(sharedBroker())
  const out = await topic('out', 1, { 'max.message.bytes': '20000' })
  const producer = await kafka.producer()
  await producer.send([big(out, 15_000)])
  const value = { name: 'max.message.bytes', value: '10000', configOperation: IncrementalAlterConfigOperationTypes.SET }
  await library().incrementalAlterConfigs({
    resources: [{ resourceType: ConfigResourceTypes.TOPIC, resourceName: out, configs: [value] }],
  })
  await expect
    .poll(() => producer.send([big(out, 15_000)]).catch(error => error.code), { timeout: 10_000 })
    .toBe('HUB_KAFKA_TOO_LARGE')
  expect(await producer.send([big(out, 5000)])).toHaveLength(1)
})

// What a member has settled is seen whole by one who takes over at once, though a commit is answered before its markers lie in
// the log.
import { expect, test } from 'vitest'
import type { InRecord } from '#gateway/kafka/port.ts'
import { readThrough } from '#gateway/pipeline/read-through.ts'
import { sharedBroker } from '../../helpers/broker.ts'
import { kit, nextBatch, numbered } from '../../helpers/kafka.ts'

test('all that was committed is read, however soon after the answer', async () => {
  const { kafka, topic, prefix } = kit(sharedBroker())
  const [source, out] = [await topic('in'), await topic('out')]
  await (await kafka.producer()).send(numbered(source, 1))
  const member = await kafka.member({ group: `${prefix}g`, topics: [source], slot: `${prefix}s` })
  await nextBatch(member)
  const reader = await kafka.reader()
  const short: number[] = []
  for (let n = 1; n <= 30; n += 1) {
    await member.write([{ topic: out, key: 'k', value: Buffer.from(String(n)) }])
    const seen: InRecord[] = []
    for await (const page of readThrough(reader, out, 0, 'start')) seen.push(...page.records)
    if (seen.length !== n) short.push(n)
  }
  expect(short).toEqual([])
})

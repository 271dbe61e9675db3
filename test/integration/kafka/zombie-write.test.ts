// A member that the group has put out, and that does not know it yet, writes nothing: not even beside its offsets.
import { Base } from '@platformatic/kafka'
import { expect, onTestFinished, test } from 'vitest'
import { dismiss } from '#gateway/kafka/guards/succession.ts'
import { sharedBroker } from '../../helpers/broker.ts'
import { kit, nextBatch, numbered, valuesOf } from '../../helpers/kafka.ts'

test('what it writes after it lost its place is refused, and it writes again once it is back', async () => {
  const { kafka, topic, prefix, brokers } = kit(sharedBroker())
  const [source, out] = [await topic('in'), await topic('out')]
  await (await kafka.producer()).send(numbered(source, 1))
  const [group, slot] = [`${prefix}g`, `${prefix}g.1`]
  const member = await kafka.member({ group, topics: [source], slot })
  const write = (text: string) => member.write([{ topic: out, key: 'k', value: Buffer.from(text) }])
  await member.commit(await nextBatch(member), [])
  await write('first')
  const other = new Base({ clientId: 'other', bootstrapBrokers: brokers })
  onTestFinished(() => other.close())
  await dismiss(other, group, slot)
  await expect(write('zombie')).rejects.toMatchObject({ code: 'HUB_KAFKA_UNREACHABLE' })
  await expect
    .poll(
      async () => {
        await member.poll()
        return write('back').then(
          () => 'written',
          () => 'refused',
        )
      },
      { timeout: 20_000, interval: 50 },
    )
    .toBe('written')
  expect(await valuesOf(brokers, out)).toEqual(['first', 'back'])
})

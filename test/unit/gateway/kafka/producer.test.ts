// A producer id must never say one sequence number twice with different records: the broker takes the second for a repeat,
// confirms it and drops it.
import type { Producer as LibraryProducer } from '@platformatic/kafka'
import { expect, test, vi } from 'vitest'
import type { TopicBook } from '#gateway/kafka/book.ts'
import type { ChunkSender } from '#gateway/kafka/chunk-sender.ts'
import type { Limits } from '#gateway/kafka/limits.ts'
import { BatchingProducer } from '#gateway/kafka/producer.ts'

interface Sent {
  readonly said: string
  readonly text: string
  readonly settle: (error?: Error) => void
}

function bench() {
  const sent: Sent[] = []
  const openings: (() => void)[] = []
  let ids = 0n
  let under: Promise<object> | null = null
  // As the library does: who asks while a question is under way gets the same answer.
  const initIdempotentProducer = () => {
    under ??= new Promise<object>(done => {
      openings.push(() => {
        under = null
        done({ producerId: ++ids, producerEpoch: 0 })
      })
    })
    return under
  }
  const producer = new BatchingProducer({
    library: { initIdempotentProducer } as unknown as LibraryProducer,
    book: { countOf: async () => 2 } as unknown as TopicBook,
    limits: { learn: async () => {}, of: () => 1 << 20, forget: () => {} } as unknown as Limits,
    sender: {
      send: ({ partition, messages }: Parameters<ChunkSender['send']>[0], identity: { id: bigint }, seq: number) =>
        new Promise<bigint>((resolve, reject) => {
          const settle = (error?: Error): void => (error ? reject(error) : resolve(0n))
          sent.push({ said: `${identity.id}/${partition}/${seq}`, text: String(messages[0]!.value), settle })
        }),
    } as unknown as ChunkSender,
    now: () => performance.now(),
  })
  const say = (partition: number, text: string) => {
    const done = producer.send([{ topic: 't', partition, key: null, value: Buffer.from(text) }])
    done.catch(() => undefined)
    return done
  }
  const nextSent = async (text: string): Promise<Sent> => {
    await vi.waitFor(() => expect(sent.map(one => one.text)).toContain(text), { interval: 1 })
    return sent.find(one => one.text === text)!
  }
  const nextOpening = async (): Promise<void> => {
    await vi.waitFor(() => expect(openings).not.toEqual([]), { interval: 1 })
    openings.shift()!()
  }
  return { say, sent, nextSent, nextOpening, openings }
}

test('a lane that fails late does not part the others from the identity they have just asked for', async () => {
  const { say, sent, nextSent, nextOpening, openings } = bench()
  const late = say(1, 'late')
  say(0, 'first')
  await nextOpening()
  const lost = new Error('lost')
  ;(await nextSent('first')).settle(lost)
  say(0, 'second')
  await vi.waitFor(() => expect(openings).toHaveLength(1), { interval: 1 })
  ;(await nextSent('late')).settle(lost)
  await expect(late).rejects.toThrow()
  say(1, 'other')
  await new Promise(done => setTimeout(done, 20))
  await nextOpening()
  ;(await nextSent('second')).settle()
  await nextSent('other')
  say(0, 'third')
  ;(await nextSent('third')).settle()
  const said = sent.map(one => one.said)
  expect(new Set(said).size).toBe(said.length)
})

test('an identity that could not be had is asked for again', async () => {
  const { say, nextSent, nextOpening, sent } = bench()
  const first = say(0, 'one')
  await nextOpening()
  ;(await nextSent('one')).settle(new Error('lost'))
  await expect(first).rejects.toMatchObject({ code: 'HUB_KAFKA_UNREACHABLE' })
  const second = say(0, 'two')
  await nextOpening()
  ;(await nextSent('two')).settle()
  await expect(second).resolves.toMatchObject([{ offset: 0n }])
  expect(sent.map(one => one.said)).toEqual(['1/0/0', '2/0/0'])
})

test('when 64 MB wait for the broker to confirm, the next is refused at once and not queued for ever', async () => {
  const { say, nextOpening, sent } = bench()
  const large = 'x'.repeat(1_000_000)
  // One batch is under way; behind it 64 MB and a bit may wait.
  for (let n = 0; n < 69; n += 1) say(0, large)
  await nextOpening()
  await vi.waitFor(() => expect(sent).toHaveLength(1), { interval: 1 })
  await expect(say(0, 'one more')).rejects.toMatchObject({
    code: 'HUB_KAFKA_UNREACHABLE',
    facts: { cause: 'queue full' },
  })
})

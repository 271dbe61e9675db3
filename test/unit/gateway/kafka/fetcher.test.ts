// A member that has nothing to fetch costs nothing, however often it is polled.
import type { Admin, Base } from '@platformatic/kafka'
import { expect, it, onTestFinished } from 'vitest'
import type { TopicBook } from '#gateway/kafka/book.ts'
import { Fetcher } from '#gateway/kafka/fetcher.ts'
import type { Start } from '#gateway/kafka/guards/positions.ts'

const timers = () => process.getActiveResourcesInfo().filter(one => one === 'Timeout').length

/** Of a topic whose partitions have no leader now. */
function fetcher(starts: readonly Start[]) {
  let looks = 0
  const partitions = [{ leader: -1, epoch: 0, broker: undefined }]
  const book = {
    look: async (topic: string) => {
      looks += 1
      return { topic, id: 'id', partitions, readAt: 0 }
    },
    forget: () => undefined,
  } as unknown as TopicBook
  const parts = { client: {} as Base, admin: {} as Admin, book, log: () => undefined, moved: () => undefined }
  const made = new Fetcher(parts, starts)
  onTestFinished(() => made.close())
  return { made, looks: () => looks }
}

it('a stand-by without partitions keeps no timer', async () => {
  const before = timers()
  const { made } = fetcher([])
  for (let n = 0; n < 20; n += 1) await made.take(10, 1000, 1)
  expect(timers()).toBeLessThanOrEqual(before)
})

it('one whose partitions have no leader asks again by one timer', async () => {
  const { made, looks } = fetcher([{ topic: 't', partition: 0, topicId: 'id', partitions: 1, from: 0n }])
  for (let n = 0; n < 20; n += 1) await made.take(10, 1000, 1)
  const asked = looks()
  await new Promise(done => setTimeout(done, 450))
  expect(looks() - asked).toBeGreaterThanOrEqual(2)
  expect(looks() - asked).toBeLessThanOrEqual(6)
})

import { expect, it, onTestFinished } from 'vitest'
import type { InRecord, Page, Reader } from '#gateway/kafka/port.ts'
import { followKeys } from '#gateway/security/key-ring.ts'
import { randomKey, wrapKey } from '#gateway/security/sealing.ts'
import { openSqliteStore } from '#gateway/store/sqlite.ts'

const kek = { id: 'kek:1', key: randomKey() }
const wrapped = (key: Buffer) =>
  Buffer.from(JSON.stringify({ kek: kek.id, wrapped: wrapKey(key, kek).toString('base64') }))

/** A log that grows; `topicId` may change under its reader. */
function log() {
  const made = { records: [] as { key: string; value: Buffer | null }[], topicId: 't1', fails: 0 }
  const page = async (_topic: string, _partition: number, from: bigint | 'start' | 'end'): Promise<Page> => {
    await new Promise(done => setTimeout(done, 5))
    if (made.fails > 0) {
      made.fails -= 1
      throw new Error('broker away')
    }
    const end = BigInt(made.records.length)
    const start = from === 'start' ? 0n : from === 'end' ? end : from
    return {
      records: made.records.slice(Number(start)) as unknown as InRecord[],
      next: end,
      end,
      topicId: made.topicId,
    } as Page
  }
  return { ...made, made, reader: { page } as unknown as Reader }
}

async function follow(on: ReturnType<typeof log>, store = openSqliteStore(':memory:')) {
  const warnings: object[] = []
  const ring = await followKeys({
    reader: on.reader,
    store,
    topic: 'case-state',
    keyOf: id => (id === kek.id ? kek.key : expect.unreachable()),
    log: { warn: facts => void warnings.push(facts) },
  })
  onTestFinished(() => ring.stop())
  return { ring, warnings, store }
}

it('waits for a key that is on its way, and keeps it', async () => {
  const on = log()
  const { ring } = await follow(on)
  const key = randomKey()
  const waiting = ring.keyOf('p1')
  on.made.records.push({ key: 's:m1', value: Buffer.from('{}') }, { key: 'k:p1', value: wrapped(key) })
  expect(await waiting).toEqual(key)
  expect(await ring.keyOf('p1')).toEqual(key)
})

it('says null once a key was erased, also after a restart', async () => {
  const on = log()
  const { ring, store } = await follow(on)
  on.made.records.push({ key: 'k:p1', value: wrapped(randomKey()) })
  expect(await ring.keyOf('p1')).not.toBe(null)
  on.made.records.push({ key: 'k:p1', value: null })
  await expect.poll(() => ring.keyOf('p1')).toBe(null)
  await ring.stop()
  const again = await follow(on, store)
  expect(await again.ring.keyOf('p1')).toBe(null)
})

it('throws away what it knows of another topic of the same name', async () => {
  const on = log()
  const first = await follow(on)
  on.made.records.push({ key: 'k:p1', value: wrapped(randomKey()) })
  await first.ring.keyOf('p1')
  await first.ring.stop()
  const renewed = randomKey()
  on.made.topicId = 't2'
  on.made.records.splice(0, 1, { key: 'k:p1', value: wrapped(renewed) })
  const again = await follow(on, first.store)
  expect(await again.ring.keyOf('p1')).toEqual(renewed)
})

it('goes on after the broker was away, and lets nobody wait once it stops', async () => {
  const on = log()
  const { ring, warnings } = await follow(on)
  on.made.fails = 1
  const waiting = ring.keyOf('p9')
  await expect.poll(() => warnings).toEqual([{ error: 'Error' }])
  await ring.stop()
  expect(await waiting).toBe(null)
})

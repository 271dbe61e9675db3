import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { Admin, InRecord, Page, Reader } from '#gateway/kafka/port.ts'
import { type KeptTopic, retain } from '#gateway/retention.ts'
import { fileKeyManager } from '#gateway/security/key-manager.ts'

const dayMs = 86_400_000
const now = new Date('2026-03-20T12:00:00Z')
const agoMs = (days: number) => now.getTime() - days * dayMs

/** One topic of one partition; records by their age in days, oldest first. */
function rig(ages: readonly number[], kept: Partial<KeptTopic>, committed?: bigint) {
  const dir = mkdtempSync(join(tmpdir(), 'keys-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  const keys = fileKeyManager(dir)
  const logs: string[] = []
  const deleted: bigint[] = []
  const records = ages.map(
    (age, at): InRecord => ({
      ...{ topic: 't', partition: 0, offset: BigInt(at), timestamp: agoMs(age), key: null, value: null },
      headers: { ce_time: new Date(agoMs(age)).toISOString() },
    }),
  )
  const end = BigInt(ages.length)
  const reader: Reader = {
    async page(_topic, _partition, from): Promise<Page> {
      const at = from === 'start' ? 0n : from === 'end' ? end : from
      return { records: records.slice(Number(at)), next: end, end, topicId: 'life-2' }
    },
    writtenEnd: async () => end,
    offsetAt: async (_topic, _partition, time) => BigInt(ages.filter(age => agoMs(age) < time).length),
    close: async () => undefined,
  }
  const admin = {
    topics: async () => [{ name: 't', partitions: 1, configs: {} }],
    committed: async () => new Map(committed === undefined ? [] : [[0, committed]]),
    deleteBefore: async (_topic: string, _partition: number, offset: bigint) => void deleted.push(offset),
  } as unknown as Admin
  const topic: KeptTopic = { topic: 't', keepMs: 14 * dayMs, reader: { group: 'g' }, sealed: true, ...kept }
  const log = (_facts: object, text: string) => void logs.push(text)
  const deps = { admin, reader, keys, topics: [topic], now: () => now, log: { info: log, warn: log } }
  return { keys, deleted, logs, deps, look: () => retain(deps) }
}

const isGone = (keys: { keyOf(id: string): Buffer }, id: string): boolean => {
  try {
    keys.keyOf(id)
    return false
  } catch (error) {
    expect(error).toMatchObject({ code: 'HUB_SECURITY_KEY_GONE' })
    return true
  }
}

it('deletes what the group has passed and what is old enough, and no more', async () => {
  const { deleted, look, logs } = rig([30, 20, 15, 10, 1], {}, 4n)
  await look()
  expect(deleted).toEqual([3n])
  expect(logs).toEqual([])
})

it('keeps what the group has not passed, however old it is, and says so', async () => {
  const { deleted, look, logs } = rig([30, 20, 15, 10], {}, 1n)
  await look()
  expect(deleted).toEqual([1n])
  expect(logs).toEqual(['retention.undelivered-kept'])
})

it('keeps everything of a group that has never committed', async () => {
  const { deleted, look } = rig([30, 20], {})
  await look()
  expect(deleted).toEqual([])
})

it('keeps for one who pulls what lies beyond the stored position, up to 90 days', async () => {
  const stored = (offset: bigint, topicId = 'life-2') => ({ stored: () => ({ topicId, offsets: [offset] }) })
  const until = async (reader: KeptTopic['reader']) => {
    const { deleted, look } = rig([100, 95, 40, 20, 1], { reader, sealed: false })
    await look()
    return deleted
  }
  expect(await until(stored(3n))).toEqual([3n])
  expect(await until(stored(0n))).toEqual([2n])
  expect(await until(stored(5n))).toEqual([4n])
  expect(await until({ stored: () => undefined })).toEqual([4n])
  expect(await until(stored(0n, 'life-1'))).toEqual([4n])
})

it('destroys the intake keys of days past retention when all they sealed has been passed on', async () => {
  const { keys, look } = rig([18, 1], {}, 2n)
  const old = keys.intakeKey('2026-03-02').id
  const young = keys.intakeKey('2026-03-20').id
  await look()
  expect([isGone(keys, old), isGone(keys, young)]).toEqual([true, false])
})

it('keeps the intake keys of messages that have not been passed on', async () => {
  const { keys, look } = rig([30, 18, 1], {}, 1n)
  const needed = keys.intakeKey('2026-03-02').id
  const old = keys.intakeKey('2026-02-18').id
  await look()
  expect([isGone(keys, needed), isGone(keys, old)]).toEqual([false, true])
})

it('destroys keys although a topic that they do not seal cannot be looked at', async () => {
  const { keys, look, deps } = rig([18], { sealed: false }, 1n)
  const old = keys.intakeKey('2026-03-02').id
  Object.assign(deps.admin, { committed: () => Promise.reject(new Error('no such topic')) })
  await look()
  expect(isGone(keys, old)).toBe(true)
})

it('destroys no key while a topic cannot be looked at', async () => {
  const { keys, look, deps, logs } = rig([18], {}, 1n)
  const old = keys.intakeKey('2026-03-02').id
  Object.assign(deps.admin, { committed: () => Promise.reject(new Error('away')) })
  await look()
  expect(isGone(keys, old)).toBe(false)
  expect(logs).toEqual(['retention.not-looked-at'])
})

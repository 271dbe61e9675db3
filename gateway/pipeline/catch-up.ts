// Brings a store level with compacted topics: what is in the file is a cache and may be old, missing or foreign.
import type { InRecord, Reader } from '../kafka/port.ts'
import type { Changes, Store } from '../store/port.ts'
import { readThrough } from './read-through.ts'

export interface Followed {
  readonly topic: string
  readonly partition: number
  readonly changes: (record: InRecord) => Changes
}

export interface CatchUp {
  readonly reader: Reader
  readonly store: Store
  /** All that the store holds. */
  readonly followed: readonly Followed[]
  readonly now: () => number
  /** A file older than this may have missed tombstones and is thrown away: half of delete.retention.ms. */
  readonly maxAgeMs: number
}

/** Little, as a process that starts anew reads all there is and keeps what its heap has grown to. */
const pageBytes = 512 << 10

export function positionName(topic: string, partition: number): string {
  return `${topic}/${partition}`
}

/** Reads from the store's positions to what had been written when the reading began. Returns how many records were applied. */
export async function catchUp(deps: CatchUp): Promise<number> {
  const usable = await Promise.all(deps.followed.map(one => isUsable(deps, one)))
  if (usable.includes(false)) deps.store.clear()
  let applied = 0
  for (const one of deps.followed) applied += await read(deps, one)
  return applied
}

async function isUsable({ reader, store, now, maxAgeMs }: CatchUp, { topic, partition }: Followed): Promise<boolean> {
  const name = positionName(topic, partition)
  const known = store.position(name)
  const at = Number(store.position(`${name}#at`) ?? 0)
  if (known === undefined || now() - at > maxAgeMs) return false
  const first = await reader.page(topic, partition, 'start', { maxBytes: 1 })
  return (
    store.position(`${name}#topic`) === first.topicId && BigInt(known) <= (await reader.writtenEnd(topic, partition))
  )
}

async function read({ reader, store, now }: CatchUp, { topic, partition, changes }: Followed): Promise<number> {
  const name = positionName(topic, partition)
  const known = store.position(name)
  let applied = 0
  const from = known === undefined ? 'start' : BigInt(known)
  for await (const page of readThrough(reader, topic, partition, from, pageBytes)) {
    applied += page.records.length
    store.write(
      page.records.flatMap(one => [...changes(one)]),
      {
        [name]: String(page.next),
        [`${name}#topic`]: page.topicId,
        [`${name}#at`]: String(now()),
      },
    )
  }
  return applied
}

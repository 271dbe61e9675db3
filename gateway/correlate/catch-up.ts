// Brings the store level with case-state before the first batch: the file is a cache and may be old, missing or foreign.
import type { Reader } from '../kafka/port.ts'
import { readThrough } from '../pipeline/read-through.ts'
import type { Changes, Store } from '../store/port.ts'

export interface CatchUp {
  readonly reader: Reader
  readonly store: Store
  readonly topic: string
  readonly partition: number
  readonly now: () => number
  /** A file older than this may have missed tombstones and is thrown away: half of delete.retention.ms. */
  readonly maxAgeMs: number
}

export function positionName(topic: string, partition: number): string {
  return `${topic}/${partition}`
}

/** Reads case-state from the store's position to its end. Returns how many records were applied. */
export async function catchUp({ reader, store, topic, partition, now, maxAgeMs }: CatchUp): Promise<number> {
  const name = positionName(topic, partition)
  const first = await reader.page(topic, partition, 'start', { maxBytes: 1 })
  const end = await reader.writtenEnd(topic, partition)
  const at = Number(store.position('at') ?? 0)
  const known = store.position(name)
  const usable =
    known !== undefined && store.position('topic') === first.topicId && BigInt(known) <= end && now() - at <= maxAgeMs
  if (!usable) store.clear()
  let applied = 0
  for await (const page of readThrough(reader, topic, partition, usable ? BigInt(known) : 'start')) {
    const changes: Changes = page.records.filter(one => one.key !== null).map(one => [one.key!, one.value] as const)
    applied += page.records.length
    store.write(changes, { [name]: String(page.next), topic: page.topicId, at: String(now()) })
  }
  return applied
}

// Rebuilds what waits from the topics parking and lanes, for the partitions just taken over.
import type { Reader } from '../kafka/port.ts'
import { readThrough } from '../kafka/read-through.ts'
import { type Entry, restoredEntry } from './entry.ts'

export interface Restored {
  /** In the order in which they were routed. */
  readonly entries: readonly Entry[]
  /** Deliveries said to be under way, whose outcome nobody recorded. */
  readonly sending: ReadonlySet<string>
}

export async function restore(
  reader: Reader,
  topics: { readonly parking: string; readonly lanes: string },
  subscription: string,
  partitions: readonly number[],
): Promise<Restored> {
  const entries: Entry[] = []
  const sending = new Set<string>()
  for (const partition of partitions) {
    const parked = new Map<string, Entry>()
    for await (const record of readAll(reader, topics.parking, partition)) {
      if (!record.key?.startsWith(`${subscription}/`)) continue
      if (record.value === null) parked.delete(record.key)
      else parked.set(record.key, restoredEntry(record))
    }
    entries.push(...[...parked.values()].sort(byOffset))
    const mark = `${subscription}/sending/`
    for await (const record of readAll(reader, topics.lanes, partition)) {
      if (!record.key?.startsWith(mark)) continue
      if (record.value === null) sending.delete(record.key.slice(mark.length))
      else sending.add(record.key.slice(mark.length))
    }
  }
  return { entries, sending }
}

async function* readAll(reader: Reader, topic: string, partition: number) {
  for await (const page of readThrough(reader, topic, partition, 'start')) yield* page.records
}

function byOffset(a: Entry, b: Entry): number {
  const difference = BigInt(a.offset) - BigInt(b.offset)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

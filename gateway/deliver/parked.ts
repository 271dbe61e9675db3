// Reads parked deliveries back by the places where they lie: a lane remembers offsets, not events.
import type { Reader } from '../kafka/port.ts'
import { type Entry, restoredEntry } from './entry.ts'

/** A page is at least one batch of the log, whatever it is asked for. */
const pageBytes = 64 << 10

/** By offset. undefined: one of them is not there any more, so what the lane remembers is out of date. */
export async function readParked(
  reader: Reader,
  topic: string,
  partition: number,
  offsets: readonly number[],
): Promise<ReadonlyMap<number, Entry> | undefined> {
  const wanted = new Set(offsets)
  const found = new Map<number, Entry>()
  for (const offset of offsets.toSorted((a, b) => a - b)) {
    if (found.has(offset)) continue
    const page = await reader.page(topic, partition, BigInt(offset), { maxBytes: pageBytes })
    for (const record of page.records) {
      const at = Number(record.offset)
      if (wanted.has(at) && record.value !== null) found.set(at, restoredEntry(record))
    }
    if (!found.has(offset)) return undefined
  }
  return found
}

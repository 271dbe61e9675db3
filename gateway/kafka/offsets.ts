// Where a partition starts and ends, and which offset a time has. Asked afresh from the leader each time.
import { FetchIsolationLevels, type Admin as LibraryAdmin } from '@platformatic/kafka'
import { unreachable } from './errors.ts'

export const earliest = -2n
export const latest = -1n

/** The last stable offset for `latest`; -1 for a time after the last record. */
export function offsetFor(admin: LibraryAdmin, topic: string, partition: number, timestamp: bigint): Promise<bigint> {
  return ask(admin, topic, partition, timestamp, FetchIsolationLevels.READ_COMMITTED)
}

/** A leader that does not know yet how far its log is confirmed refuses this answer, where a fetch gives what it knows
 *  (KIP-207). */
export function highWatermark(admin: LibraryAdmin, topic: string, partition: number): Promise<bigint> {
  return ask(admin, topic, partition, latest, FetchIsolationLevels.READ_UNCOMMITTED)
}

async function ask(
  admin: LibraryAdmin,
  topic: string,
  partition: number,
  timestamp: bigint,
  isolationLevel: (typeof FetchIsolationLevels)[keyof typeof FetchIsolationLevels],
): Promise<bigint> {
  try {
    const topics = await admin.listOffsets({
      topics: [{ name: topic, partitions: [{ partitionIndex: partition, timestamp }] }],
      isolationLevel,
    })
    return topics[0]?.partitions[0]?.offset ?? -1n
  } catch (error) {
    throw unreachable('list offsets', error)
  }
}

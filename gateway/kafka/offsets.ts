// Where a partition starts and ends, and which offset a time has. Asked afresh from the leader each time.
import { FetchIsolationLevels, type Admin as LibraryAdmin } from '@platformatic/kafka'
import { unreachable } from './errors.ts'

export const earliest = -2n
export const latest = -1n

/** The last stable offset for `latest`; -1 for a time after the last record. */
export async function offsetFor(
  admin: LibraryAdmin,
  topic: string,
  partition: number,
  timestamp: bigint,
): Promise<bigint> {
  try {
    const topics = await admin.listOffsets({
      topics: [{ name: topic, partitions: [{ partitionIndex: partition, timestamp }] }],
      isolationLevel: FetchIsolationLevels.READ_COMMITTED,
    })
    return topics[0]?.partitions[0]?.offset ?? -1n
  } catch (error) {
    throw unreachable('list offsets', error)
  }
}

// Drops records of aborted transactions from a fetch answer (G5). The library's own read_committed filter looks at one
// aborted transaction per producer and lets the others through.
import { IS_CONTROL, IS_TRANSACTIONAL, type RecordsBatch } from '@platformatic/kafka'

export interface AbortedTransaction {
  readonly producerId: bigint
  readonly firstOffset: bigint
}

// A control record's key: version, then type. 0 is abort.
const abortMarker = 0

function isAbortMarker(batch: RecordsBatch): boolean {
  return batch.records[0]?.key?.readInt16BE(2) === abortMarker
}

/** Emptied batches stay in the list, so that positions advance past them. */
export function dropAborted(batches: readonly RecordsBatch[], aborted: readonly AbortedTransaction[] | null): void {
  if (!aborted?.length) return
  const coming = [...aborted].sort((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1))
  const open = new Set<bigint>()
  for (const batch of batches) {
    const last = batch.firstOffset + BigInt(batch.lastOffsetDelta)
    while (coming[0] && coming[0].firstOffset <= last) open.add(coming.shift()!.producerId)
    if (batch.attributes & IS_CONTROL) {
      if (isAbortMarker(batch)) open.delete(batch.producerId)
    } else if (batch.attributes & IS_TRANSACTIONAL && open.has(batch.producerId)) batch.records = []
  }
}

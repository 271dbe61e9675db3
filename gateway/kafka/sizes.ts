// How many bytes a record takes on the wire. Batches are built by these numbers, because a broker refuses a batch
// over max.message.bytes as a whole and nobody splits it afterwards.
import type { OutRecord } from './port.ts'

/** Header of a record batch, format 2. */
export const batchOverhead = 61

// Attributes, and upper bounds for the timestamp delta, the offset delta and the record's own length.
const recordOverhead = 1 + 10 + 5 + 5

function varIntSize(length: number): number {
  if (length < 64) return 1
  // Zigzag doubles the number.
  let rest = Math.floor((length * 2) / 128)
  let size = 1
  while (rest > 0) {
    size++
    rest = Math.floor(rest / 128)
  }
  return size
}

function sized(bytes: number): number {
  return varIntSize(bytes) + bytes
}

/** An upper bound, at most some twenty bytes above the truth. */
export function recordBytes(record: OutRecord): number {
  let bytes = recordOverhead
  bytes += record.key === null ? 1 : sized(Buffer.byteLength(record.key))
  bytes += record.value === null ? 1 : sized(record.value.length)
  const { headers = {} } = record
  let count = 0
  for (const name in headers) {
    count++
    bytes += sized(Buffer.byteLength(name)) + sized(Buffer.byteLength(headers[name]!))
  }
  return bytes + varIntSize(count)
}

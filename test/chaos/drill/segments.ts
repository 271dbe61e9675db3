// Reads the broker's own segment files: how many transactions were aborted, and when each one was committed.
// Shares no code with any client.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Ended {
  readonly kind: 'commit' | 'abort'
  /** When its first records were appended to this partition; null where it wrote none here. */
  readonly firstAt: number | null
  readonly endedAt: number
  readonly records: number
}

/** Ends of transactions in one partition, in order. */
export function transactionsOf(logDir: string, topic: string, partition = 0): Ended[] {
  const directory = join(logDir, `${topic}-${partition}`)
  if (!existsSync(directory)) return []
  const open = new Map<bigint, { firstAt: number; records: number }>()
  const ended: Ended[] = []
  for (const name of readdirSync(directory)
    .filter(one => one.endsWith('.log'))
    .sort()) {
    const bytes = readFileSync(join(directory, name))
    for (let at = 0; at + 61 <= bytes.length; ) {
      const length = bytes.readInt32BE(at + 8)
      if (length <= 0 || at + 12 + length > bytes.length) break
      const attributes = bytes.readInt16BE(at + 21)
      const time = Number(bytes.readBigInt64BE(at + 35))
      const producer = bytes.readBigInt64BE(at + 43)
      if (attributes & 0x20) {
        const was = open.get(producer)
        open.delete(producer)
        const kind = markerType(bytes, at + 61) === 1 ? 'commit' : 'abort'
        ended.push({ kind, firstAt: was?.firstAt ?? null, endedAt: time, records: was?.records ?? 0 })
      } else if (attributes & 0x10) {
        const was = open.get(producer) ?? { firstAt: time, records: 0 }
        open.set(producer, { firstAt: was.firstAt, records: was.records + bytes.readInt32BE(at + 57) })
      }
      at += 12 + length
    }
  }
  return ended
}

// record: length, attributes, timestamp delta, offset delta, key length (all varints but the attributes), then the key: version, type
function markerType(bytes: Buffer, start: number): number {
  let at = skipVarint(bytes, start) + 1
  for (let i = 0; i < 3; i += 1) at = skipVarint(bytes, at)
  return bytes.readInt16BE(at + 2)
}

function skipVarint(bytes: Buffer, at: number): number {
  let next = at
  while (bytes[next]! & 0x80) next += 1
  return next + 1
}

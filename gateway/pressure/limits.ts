// How much must stay free, and how much may be used: what hub.yaml says under `limits`, or what is right for most.
import type { Limits } from '#schemas/files.ts'

export interface Disk {
  /** `hub` for the hub's own data, else the broker: `broker 1`. */
  readonly where: string
  readonly freeBytes: number
  readonly totalBytes: number
}

const unit: Readonly<Record<string, number>> = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 }
const leastFree = 2 ** 30
const usualShare = 0.05
/** Of a large disk a twentieth is more than anybody needs as warning. */
const mostFree = 20 * 2 ** 30

/** Bytes that a word like `2GiB` or `5%` means; of a share the part of `totalBytes`. */
export function bytesOf(word: string, totalBytes: number): number {
  const [, count, name = ''] = /^(\d+(?:\.\d+)?)(%|[KMGT]iB)$/.exec(word) ?? []
  return name === '%' ? (Number(count) / 100) * totalBytes : Number(count) * (unit[name] ?? 1)
}

/** Below so many bytes free on this disk nothing more is taken in. */
export function freeMinOf({ diskFreeMin }: Limits, { totalBytes }: Disk): number {
  if (diskFreeMin !== undefined) return bytesOf(diskFreeMin, totalBytes)
  return Math.max(leastFree, Math.min(usualShare * totalBytes, mostFree))
}

/** Above so many bytes in memory nothing more is taken in; Infinity where nothing bounds the process but its heap.
 *  @param roomBytes what the machine or container gives the process; 0: unknown */
export function memoryMaxOf({ memoryMax }: Limits, roomBytes: number): number {
  if (memoryMax !== undefined) return bytesOf(memoryMax, roomBytes)
  return roomBytes > 0 ? 0.85 * roomBytes : Number.POSITIVE_INFINITY
}

// Which disk is too full. Between the two marks it stays as it was, so that the intake does not flicker.
import type { Limits } from '#schemas/files.ts'
import { type Disk, freeMinOf } from './limits.ts'

export interface FullDisk extends Disk {
  readonly minBytes: number
}

/** Taken in again only with so much more free than the mark. */
const resumeFactor = 1.2

/** The first disk below its mark, or one that was below and has not come far enough.
 *  @param before where it was full at the last look */
export function fullDisk(disks: readonly Disk[], limits: Limits, before: ReadonlySet<string>): FullDisk | undefined {
  for (const disk of disks) {
    const minBytes = freeMinOf(limits, disk)
    const mark = before.has(disk.where) ? minBytes * resumeFactor : minBytes
    if (disk.freeBytes < mark) return { ...disk, minBytes }
  }
  return undefined
}

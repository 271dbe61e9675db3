// One table of a way, as its source sees it.
import type { Find } from '../../sources/port.ts'

/** A table that may hold something to fetch. */
export interface Place {
  readonly table: string
  next(worker: string): Promise<Find | undefined>
}

// The shape of one catalogue entry.
import type { Place } from '../stages.ts'

/** What an error may name: ids, pointers, file names, counts. Never a value from a message. */
export type Facts = Readonly<Record<string, string | number | boolean | undefined>>

export interface Text {
  readonly en: string
  readonly zh: string
}

export interface Entry {
  readonly stage: Place
  /** May the same attempt succeed later, unchanged? */
  readonly retryable: boolean
  /** HTTP status where the error reaches a caller; 0 when it never does. */
  readonly status: number
  /** One sentence: what, where, what was expected. */
  readonly says: (facts: Facts) => Text
  /** What the reader should do. */
  readonly todo: Text
}

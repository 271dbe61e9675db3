// What the delivery loop knows of a push door: try this entry, say what came of it. Native push and webhook are doors.
import type { Json } from '#connectors/sdk.ts'
import type { Entry } from './entry.ts'

/** A receiver's native answer, to go back in through in.<system>. */
export interface NativeAnswer {
  readonly tree: Json
}

export type Result =
  | { readonly kind: 'delivered' | 'conflict'; readonly answer?: NativeAnswer }
  | { readonly kind: 'refused'; readonly code: string; readonly answer?: NativeAnswer }
  /** No outbound message says this event to this system. */
  | { readonly kind: 'skipped'; readonly code: string }
  | {
      readonly kind: 'retry'
      readonly code: string
      readonly retryAfterMs?: number
      /** Nothing was sent: it does not count towards the limit. */
      readonly unreached?: boolean
    }
  | { readonly kind: 'unknown'; readonly code: string }
  /** Can never be sent as it is. */
  | { readonly kind: 'broken'; readonly code: string }
  /** The receiver wants no more deliveries at all. */
  | { readonly kind: 'closed'; readonly code: string }

export interface PushDoor {
  readonly system: string
  /** What the receiver does with a second copy. */
  readonly repeats: 'ignored' | 'conflict' | 'duplicates'
  readonly canLookUp: boolean
  /** Never rejects. When the entry is doubtful and the door can look up, it looks before it sends. */
  attempt(entry: Entry, attempt: number): Promise<Result>
  /** Of doors that hold a connection. */
  close?(): Promise<void>
}

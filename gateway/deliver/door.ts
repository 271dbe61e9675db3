// What the delivery loop knows of a push door: try this entry, say what came of it. What each of them promises besides stands
// in one suite that all of them pass: test/integration/doors/contract.ts.
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
  /** Never rejects, and waits for no other attempt. When the entry is doubtful and the door can look up, it looks before it
   *  sends. A code is one of the hub's or the connector's own, never the receiver's words. */
  attempt(entry: Entry, attempt: number): Promise<Result>
  /** Of doors that hold a connection: lets go of it, and of what is under way. */
  close?(): Promise<void>
}

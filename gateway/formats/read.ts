// What every reader gives, whatever the format: native messages one by one, each with what is needed to refuse it alone.
import type { NativeItem } from '#connectors/sdk.ts'
import type { HubError } from '#schemas/errors.ts'

/** One place of a body or file: a message, or why there is none. `index` counts over the whole of it, from 0. */
export type Read = ReadMessage | UnreadMessage

export interface ReadMessage extends NativeItem {
  readonly index: number
  /** Of `bytes`: with it the stored message is read again, into the same tree. */
  readonly contentType: string
  /** The JSON text it was read from: it may hide what its tree does not show. */
  readonly text?: string
  /** What its bytes say beside the tree: comments and the like. */
  readonly beside?: readonly string[]
}

export interface UnreadMessage {
  readonly index: number
  readonly error: HubError
}

/** A body read whole. */
export interface Whole {
  readonly reads: readonly Read[]
  /** It holds a list, and is answered item by item. */
  readonly many: boolean
}

/** A file as it comes: in pieces of any size. */
export type Source = AsyncIterable<Uint8Array>

/** Messages as they are found, some at a time. A chunk is read only when the one before it has been dealt with; what throws
 *  is a HubError, and all that came before it holds. */
export type ReadStream = AsyncIterable<readonly Read[]>

export function isUnread(read: Read): read is UnreadMessage {
  return 'error' in read
}

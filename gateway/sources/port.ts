// What the hub fetches itself, behind one shape: rows that it claims, files that it takes, pages that it asks for.
// A transport makes a Source of its kind; the loop beside this file does the rest, the same for all of them.
import type { ItemResult } from '#connectors/sdk.ts'
import type { SystemConfig } from '#schemas/files.ts'
import type { WayConfig } from '#schemas/transport.ts'
import type { Read } from '../formats/read.ts'
import type { Connector } from '../loader/connector.ts'
import type { HttpPush } from '../transports/http-push.ts'
import type { Positions } from './positions.ts'

/** Which delivery of ours an answer is about. */
export interface AnswerAbout {
  readonly caseId: string
  readonly deliveryId: string
  readonly eventId: string
}

/** One place of a find, as the readers of gateway/formats give it. */
export type SourceItem = Read & {
  /** Of answers only: items of a message that the manifest marks `answer: true`. */
  readonly about?: AnswerAbout
}

export interface Problem {
  readonly code: string
  readonly zh: string
  readonly en: string
  readonly pointer?: string
  readonly rule?: string
}

/** One thing found and claimed for this process: a batch of rows, a file, a page. */
export interface Find {
  /** Name of the inbound message in the manifest. */
  readonly message: string
  /** For logs: ids of the transport, never words of a message. */
  readonly name: string
  /** Its items in order, in chunks of bounded size. Throws a HubError or an UnreadableError where the rest cannot be read. */
  items(): AsyncIterable<readonly SourceItem[]>
  /** All of a chunk is safely stored, or refused; called chunk after chunk, results in its order. */
  settled(results: readonly ItemResult[]): Promise<void>
  /** Nothing is left of it; with a problem: the rest cannot be read, now or later. */
  end(problem?: Problem): Promise<void>
  /** The hub could not store it: it must be found again, by this process or another. */
  release(): Promise<void>
}

export interface Source {
  /** undefined: nothing to fetch now. Throws HUB_SOURCE_UNREACHABLE and the like; it is asked again later. */
  next(): Promise<Find | undefined>
  close(): Promise<void>
}

/** What a transport makes a source from. */
export interface SourceParts {
  readonly system: SystemConfig
  readonly connector: Connector
  readonly way: WayConfig
  readonly positions: Positions
  readonly push: HttpPush
  readonly now: () => Date
  /** Name of this process among several: claims carry it. */
  readonly slot: string
  /** Something lies there that is not taken: overdue, since its mark is missing for hours; refused, since it must not be read. */
  readonly notice: (kind: 'overdue' | 'refused', name: string) => void
}

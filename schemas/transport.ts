// How messages travel between a system and the hub, as manifests and configurations say it. Kinds, never systems.
import type { TableTransport } from './tables.ts'

/** http-push: the sender calls. http-poll: the hub asks for pages. staging-table: rows in a database between both.
 *  file-drop: files in an exchange folder, local or over SFTP. */
export type WayIn = 'http-push' | FetchedWay
export type WayOut = 'http-push' | 'staging-table' | 'file-drop'

/** Ways by which the hub fetches what a system has laid out. */
export type FetchedWay = 'http-poll' | 'staging-table' | 'file-drop'

/** Where one system's way leads: a database, a folder, an address. Each kind of way takes its own schemes of `url`. */
export interface WayConfig {
  readonly url: string
  readonly credentials?: Readonly<Record<string, string>>
  /** Rest between two looks that found nothing. */
  readonly everyMs?: number
}

export interface Transport {
  /** Ways in that systems of this kind have; the usual one first. */
  readonly inbound: readonly WayIn[]
  /** Ways out; the first one is taken where the configuration names none. */
  readonly outbound: readonly WayOut[]
  /** Authentication schemes a system of this kind may use when it calls. */
  readonly schemes: readonly ('irs-hmac' | 'static-token')[]
  /** What the receiver does with a second copy of the same delivery. */
  readonly repeats: 'ignored' | 'conflict' | 'duplicates'
  /** Outbound path when no adapter builds the request. */
  readonly path?: string
  /** Lists that the hub asks for, where http-poll is a way in. */
  readonly poll?: readonly PollSpec[]
  /** Conventions of the exchange folder, where file-drop is a way. */
  readonly files?: FilesSpec
  /** Tables between both, where staging-table is a way. */
  readonly table?: TableTransport
}

/** How a list is asked for page by page. Texts may hold {page}, {size}, {since} and {ticket}. */
export interface PollSpec {
  readonly message: string
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  /** Items on a full page. */
  readonly size: number
  /** 1 where it is left out. */
  readonly firstPage?: number
  /** Pointer of the list on a JSON page. An XML page is read by the message's own `xml`. */
  readonly items?: string
  /** Pointer of the word by which a page says that there is another; without one, a full page means that there may be. */
  readonly more?: string
  /** What a page says when it is one: a system that answers 200 with an error inside must not pass for an empty list. */
  readonly ok?: { readonly pointer: string; readonly is: readonly string[]; readonly expired?: readonly string[] }
  readonly watermark?: {
    /** Pointer, from the item on, of the time at which it last changed. */
    readonly field: string
    /** How that time is written, and how {since} is. */
    readonly format: string
    /** What is asked for once more each time: a list that moves while it is read skips lines. */
    readonly overlapMs: number
    /** {since} before anything was read. */
    readonly start?: string
  }
}

/** Conventions of an exchange folder. Folders stand below the address of the way and are named as the system names them. */
export interface FilesSpec {
  /** What the system lays out for the hub. */
  readonly in?: {
    readonly folder: string
    /** The first that fits says the message; `*` stands for any characters. */
    readonly names: readonly { readonly like: string; readonly message: string }[]
    /** What says that a file is whole: `<name>.done` beside it (so where it is left out), or that it bears its name at all. */
    readonly complete?: 'done-file' | 'rename'
    /** Lay `<name>.ack` beside a file that was read: true where it is left out. */
    readonly ack?: boolean
  }
  /** What the hub lays out for the system, one file a delivery. */
  readonly out?: {
    readonly folder: string
    /** Holds {case}, {event} and {delivery}, and perhaps {message}. */
    readonly name: string
    /** `<name>.done` follows the file: true where it is left out. */
    readonly done?: boolean
    /** Where the system moves what it has taken; `done` where it is left out. A delivery found there has arrived. */
    readonly archive?: string
    /** Messages whose answer (`<name>.ack`) says something about the case: all where it is left out. The others are put away. */
    readonly answers?: readonly string[]
  }
}

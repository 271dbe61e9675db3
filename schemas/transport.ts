// How messages travel between a system and the hub, as manifests and configurations say it. Kinds, never systems.

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
}

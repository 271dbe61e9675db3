// Types of the files people write: manifest, hub configuration. Their JSON Schemas stand in schemas/files/.
import type { MessageFormat } from './formats.ts'
import type { FetchedWay, Transport, WayConfig, WayOut } from './transport.ts'

export type { CsvFormat, MessageFormat, Wrapping, XmlFormat } from './formats.ts'

/** connectors/<id>/manifest.yaml: one kind of system. */
export interface Manifest {
  readonly id: string
  readonly version: number
  readonly name: { readonly zh: string; readonly en: string }
  readonly owner: string
  /** Canonical proceeding kind that this system owns. */
  readonly kind: string
  readonly messages: Readonly<Record<string, InboundMessage>>
  readonly outbound: readonly OutboundRule[]
  readonly transport: Transport
  readonly retry: RetryPolicy
}

export type AuthScheme = Transport['schemes'][number]

/** When a delivery that failed is tried again: after a random part of a wait that doubles up to the longest one. It becomes a
 *  dead letter at its deadline, or after so many attempts, whichever comes first. */
export interface RetryPolicy {
  /** Attempts that reached the receiver; no limit where absent. */
  readonly attempts?: number
  readonly firstWaitMs: number
  readonly maxWaitMs: number
  /** From the first attempt of the delivery. */
  readonly deadlineMs: number
}

export interface InboundMessage extends MessageFormat {
  readonly contract: string
  /** Where the own numbers stand, the primary first: it keys in.<system>. */
  readonly numbers: readonly string[]
  /** Without an Idempotency-Key header these pointers together make the key (number + native time, sequence or version). */
  readonly repeatKey?: readonly string[]
  /** Transport times left out of the content hash. */
  readonly volatile?: readonly string[]
  /** true: made by the hub out of a receiver's answer; never taken from outside. */
  readonly answer?: boolean
}

/** How an outbound message is written where no adapter writes it; JSON when left out. */
export interface OutboundFormat extends Pick<MessageFormat, 'xml' | 'csv'> {
  readonly format?: 'json' | 'xml' | 'csv'
}

/** First rule that fits an event decides which outbound message says it; none fits: nothing is sent. */
export interface OutboundRule extends OutboundFormat {
  readonly message: string
  readonly when: {
    /** Has the receiver a proceeding of its own in this case? */
    readonly known?: boolean
    /** Is the receiver named by an open hand-over of this event's proceeding? */
    readonly handover?: boolean
    readonly eventTypes?: readonly string[]
    readonly statuses?: readonly string[]
    readonly kinds?: readonly string[]
  }
}

/** One configured instance of a connector. */
export interface SystemConfig {
  readonly id: string
  readonly connector: string
  readonly area: string
  readonly prefecture: string
  /** Area or unit codes whose hand-overs this system works on. */
  readonly serves?: readonly string[]
  /** Base address for outbound calls. */
  readonly url?: string
  readonly inbound?: {
    readonly scheme: AuthScheme
    readonly header?: string
    readonly credentials: Readonly<Record<string, string>>
    readonly requireDigest?: boolean
  }
  readonly outbound?: { readonly credentials: Readonly<Record<string, string>> }
  /** Where the hub fetches what the system lays out, and where it lays out itself, by kind of way. */
  readonly ways?: Readonly<Partial<Record<FetchedWay, WayConfig>>>
  /** How the hub reaches the system, where its kind has more than one way. */
  readonly out?: WayOut
  /** Value-table overrides by table name: code -> canonical. */
  readonly tables?: Readonly<Record<string, Readonly<Record<string, string>>>>
}

export type Purpose = 'HANDLE' | 'ASSIST' | 'ADJUDICATE' | 'MEDIATE' | 'COORDINATE' | 'SUPERVISE' | 'STATS'

export interface SubscriptionFilter {
  readonly areas?: readonly string[]
  readonly categories?: readonly string[]
  readonly notCategories?: readonly string[]
  readonly kinds?: readonly string[]
  readonly notKinds?: readonly string[]
  readonly statuses?: readonly string[]
  readonly eventTypes?: readonly string[]
  readonly systems?: readonly string[]
  readonly tags?: readonly string[]
  /** Only cases in which this system has a proceeding or is named by a hand-over. */
  readonly involved?: boolean
}

export type Door =
  | { readonly kind: 'native' }
  | { readonly kind: 'webhook'; readonly url: string; readonly secrets: readonly string[] }
  | { readonly kind: 'pull' }

export interface Subscription {
  readonly id: string
  readonly system: string
  readonly purpose: Purpose
  readonly basis: string
  readonly filter?: SubscriptionFilter
  /** Narrows the purpose's base rules: field path -> clear | masked | absent. Never widens. */
  readonly profile?: Readonly<Record<string, 'masked' | 'absent'>>
  readonly door: Door
  /** In place of what the system's connector says. */
  readonly retry?: Partial<RetryPolicy>
  /** wait (the default): the later events of a case wait behind its dead letter. skip: they go on, the next one with a gap mark. */
  readonly onDeadLetter?: 'wait' | 'skip'
}

/** hub.yaml, or what the connectors' demo.yaml files add up to. */
export interface HubConfig {
  /** Holds no case of real people: departments certify their systems here, which makes cases. */
  readonly sandbox?: boolean
  readonly systems: readonly SystemConfig[]
  readonly subscriptions: readonly Subscription[]
  /** CIDR ranges that webhooks may reach although they are private. */
  readonly allowedNetworks?: readonly string[]
  readonly limits?: Limits
}

/** When the hub takes nothing more in, and answers 503 or 429 instead of breaking. Words like `2GiB` or `5%`. */
export interface Limits {
  /** Least room on every broker's disk and the hub's own; a share is of the whole disk. */
  readonly diskFreeMin?: string
  /** Most memory of a hub process; a share is of what the container gives it. */
  readonly memoryMax?: string
}

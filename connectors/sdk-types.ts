// The words between the gateway and a connector: messages, calls, outcomes, adapters, simulators.

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** What arrives at, or leaves for, a system over HTTP. `path` has no host; header names are lower case. */
export interface HttpMessage {
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly path: string
  /** Query parameters, unencoded. */
  readonly query?: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** One native message of a request. `tree` is what the contract is checked against; `bytes` is what is stored as sent. */
export interface NativeItem {
  readonly tree: Json
  readonly bytes: Buffer
}

/** What became of one item of a request, for the native answer. */
export interface ItemResult {
  readonly index: number
  readonly status: 'accepted' | 'duplicate' | 'conflict' | 'refused'
  readonly messageId?: string
  /** Own numbers of the item as sent, in the manifest's order. */
  readonly numbers: readonly string[]
  /** Present when refused or in conflict. */
  readonly problem?: {
    readonly code: string
    readonly zh: string
    readonly en: string
    readonly pointer?: string
    readonly rule?: string
  }
}

/** One delivery to a system, as its outbound mapping said it. */
export interface OutboundCall {
  readonly system: string
  /** Name of the outbound message in the manifest. */
  readonly message: string
  readonly native: Json
  /** Stays the same over retries; receivers that can should remember it. */
  readonly deliveryId: string
  /** 1-based. */
  readonly attempt: number
  readonly now: Date
  readonly credentials: Readonly<Record<string, string>>
  /** From `login`, where the connector has one. */
  readonly token?: string
}

/** What an attempt came to.
 *  delivered: taken in. conflict: the receiver already has it (its manifest says what that means). refused: it will never take it.
 *  retry: not taken in, may be later. unknown: it may or may not have been taken in (a cut connection, an unreadable answer).
 *  `answer` is a native message for the connector's `answer` mapping; it goes back in through in.<system>. */
export type DeliveryOutcome =
  | { readonly kind: 'delivered' | 'conflict'; readonly serial?: string; readonly answer?: Json }
  | { readonly kind: 'refused'; readonly code: string; readonly answer?: Json }
  | { readonly kind: 'retry'; readonly code: string; readonly retryAfterMs?: number }
  | { readonly kind: 'unknown'; readonly code: string }

/** OPTIONAL code of a connector: only what its declared transport cannot say. All members are pure. */
export interface Adapter {
  /** Splits a request into native messages; throw `UnreadableError` when it cannot be read. Default: the manifest's format. */
  readonly open?: (request: HttpMessage, message: string) => readonly NativeItem[]
  /** The static token of a request, where it does not stand in the header that the configuration names. */
  readonly token?: (request: HttpMessage) => string | undefined
  /** Native shape of the answer to a request. Default: the hub's own receipts as JSON. */
  readonly answer?: (items: readonly ItemResult[], message: string) => HttpAnswer
  /** Asks for a session token, when calls need one; `token` reads it from the answer. */
  readonly login?: {
    readonly request: (call: Omit<OutboundCall, 'token'>) => HttpMessage
    readonly token: (answer: HttpAnswer) => { readonly value: string; readonly livesMs: number } | undefined
  }
  readonly request?: (call: OutboundCall) => HttpMessage
  readonly outcome?: (answer: HttpAnswer, call: OutboundCall) => DeliveryOutcome
  /** Asks the receiver whether it already holds this delivery, by our number. */
  readonly lookUp?: {
    readonly request: (call: OutboundCall) => HttpMessage
    /** undefined: the receiver does not have it, so it may be sent again. */
    readonly outcome: (answer: HttpAnswer, call: OutboundCall) => DeliveryOutcome | undefined
  }
}

/** A request that cannot be read: answered 400 with the pointer, never stored. */
export class UnreadableError extends Error {
  readonly pointer: string
  readonly rule: string
  constructor(pointer: string, rule: string) {
    super(`unreadable at ${pointer || '/'}: ${rule}`)
    this.pointer = pointer
    this.rule = rule
  }
}

/** How a simulator behaves. `normal` answers as the real system would. */
export interface Behaviour {
  /** normal; refuse: business refusal of all it gets; down: closes connections; error: HTTP 500; cut: takes the message in,
   *  then cuts the connection before answering; slow: waits delayMs; reexport: sends back all it receives, with a new time and its own number. */
  readonly mode: 'normal' | 'refuse' | 'down' | 'error' | 'cut' | 'slow' | 'reexport'
  readonly delayMs?: number
}

export interface SimulatorOptions {
  readonly system: string
  /** 0 takes any free port. */
  readonly port: number
  /** A folder of its own, for systems that exchange files. */
  readonly folder?: string
  /** A PostgreSQL database of its own, for systems that exchange rows. */
  readonly database?: { readonly url: string; readonly credentials: Readonly<Record<string, string>> }
  /** Base address of the hub, no trailing slash. Read at each send, so that it may be known later. */
  readonly hubUrl: () => string
  /** inbound: what the system shows to the hub; outbound: what the hub must show to the system. */
  readonly credentials: {
    readonly inbound: Readonly<Record<string, string>>
    readonly outbound: Readonly<Record<string, string>>
  }
  /** The system's own calendar: its serials and native times. */
  readonly now: () => Date
  /** Time of signatures and of skew checks; the calendar when left out. A story may play on another day. */
  readonly signedAt?: () => Date
  /** 0 inclusive to 1 exclusive. */
  readonly random: () => number
}

/** A stand-in for the real system over real sockets. */
export interface Simulator {
  readonly url: string
  /** What it has for each way by which the hub fetches or lays out, as the hub's configuration wants it. */
  readonly ways?: Readonly<
    Record<string, { readonly url: string; readonly credentials?: Readonly<Record<string, string>> }>
  >
  /** Sends one native message to the hub as the real system would, signed with its own credential. Where it lays a file or
   *  a row out instead, 202 says that it lies there. */
  send(message: string, native: Json, options?: { readonly idempotencyKey?: string }): Promise<HttpAnswer>
  /** All that the system holds, as plain JSON: its own cases by its own number, with what the hub brought. */
  store(): Json
  behave(behaviour: Behaviour): void
  close(): Promise<void>
}

/** Every connectors/<id>/simulator.ts exports `startSimulator` of this type. */
export type StartSimulator = (options: SimulatorOptions) => Promise<Simulator>

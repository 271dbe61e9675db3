// One delivery in hand: an event of out.<subscription> with where it came from and what was tried so far.
import { HubError } from '#schemas/errors.ts'
import type { Decision } from '#schemas/profiles.ts'
import type { Headers, InRecord } from '../kafka/port.ts'

export interface Entry {
  readonly topic: string
  readonly partition: number
  readonly offset: string
  readonly caseId: string
  readonly deliveryId: string
  readonly eventId: string
  readonly messageId: string
  readonly value: Buffer
  /** As routed, without the hub's own marks of parking. */
  readonly headers: Headers
  /** Attempts that count towards the limit. */
  attempts: number
  /** All attempts, those too that never reached the receiver. */
  tries: number
  /** When its first attempt began; 0 before. */
  firstAt: number
  nextAt: number
  /** The receiver may already have it: look before sending. */
  doubtful: boolean
  /** Lies in the topic parking. */
  parked: boolean
  state: ParkedState
  code: string | null
}

/** waiting: tried again by itself. dead, unknown: a person decides. */
export type ParkedState = 'waiting' | 'dead' | 'unknown'

const parkingMarks = [
  'hub_attempts',
  'hub_tries',
  'hub_first_at',
  'hub_next_at',
  'hub_state',
  'hub_error_code',
  'hub_subscription',
  'hub_origin_topic',
  'hub_origin_partition',
  'hub_origin_offset',
]

export function entryOf(record: InRecord): Entry {
  const { headers } = record
  return {
    topic: record.topic,
    partition: record.partition,
    offset: String(record.offset),
    caseId: headers.ce_subject ?? record.key ?? '',
    deliveryId: headers.hub_delivery ?? '',
    eventId: headers.ce_id ?? '',
    messageId: headers.ce_messageid ?? '',
    value: record.value ?? Buffer.alloc(0),
    headers,
    attempts: 0,
    tries: 0,
    firstAt: 0,
    nextAt: 0,
    doubtful: false,
    parked: false,
    state: 'waiting',
    code: null,
  }
}

/** An entry read back from the topic parking. */
export function restoredEntry(record: InRecord): Entry {
  const { headers } = record
  const routed: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) if (!parkingMarks.includes(name)) routed[name] = value
  return {
    ...entryOf({ ...record, headers: routed }),
    topic: headers.hub_origin_topic ?? '',
    partition: Number(headers.hub_origin_partition ?? record.partition),
    offset: headers.hub_origin_offset ?? '0',
    attempts: Number(headers.hub_attempts ?? 0),
    tries: Number(headers.hub_tries ?? 0),
    firstAt: Number(headers.hub_first_at ?? 0),
    nextAt: Number(headers.hub_next_at ?? 0),
    parked: true,
    state: (headers.hub_state as ParkedState) ?? 'waiting',
    code: headers.hub_error_code ?? null,
  }
}

export function parkingHeaders(entry: Entry, subscription: string): Headers {
  return {
    ...entry.headers,
    ...originHeaders(entry, subscription),
    hub_attempts: String(entry.attempts),
    hub_tries: String(entry.tries),
    hub_first_at: String(entry.firstAt),
    hub_next_at: String(entry.nextAt),
    hub_state: entry.state,
    ...(entry.code ? { hub_error_code: entry.code } : {}),
  }
}

export function originHeaders(entry: Entry, subscription: string): Headers {
  return {
    hub_subscription: subscription,
    hub_origin_topic: entry.topic,
    hub_origin_partition: String(entry.partition),
    hub_origin_offset: entry.offset,
  }
}

/** Throws HUB_DELIVER_BROKEN when route left no readable decision: then nothing may be shown. */
export function decisionOf(entry: Entry, system: string): Decision {
  try {
    return JSON.parse(entry.headers.hub_decision ?? '') as Decision
  } catch (cause) {
    throw new HubError('HUB_DELIVER_BROKEN', { event: entry.eventId, system, cause: 'decision' }, cause)
  }
}

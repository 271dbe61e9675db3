// The records by which deliver tells what it did. None holds personal data but the untouched event and the sealed answer.
import type { HubError } from '#schemas/errors.ts'
import type { OutRecord } from '../kafka/port.ts'
import { type Entry, originHeaders, parkingHeaders } from './entry.ts'

export interface DeliverTopics {
  readonly attempts: string
  readonly parking: string
  readonly lanes: string
  readonly deadLetters: string
  readonly in: string
}

export type AttemptOutcome = 'delivered' | 'conflict' | 'refused' | 'retry' | 'unknown' | 'skipped' | 'parked' | 'dead'

export interface About {
  readonly subscription: string
  readonly system: string
  readonly topics: DeliverTopics
}

export interface AttemptFacts {
  readonly outcome: AttemptOutcome
  readonly at: Date
  readonly ms: number
  readonly code?: string | undefined
}

export function attemptRecord(about: About, entry: Entry, { outcome, at, ms, code }: AttemptFacts): OutRecord {
  const value = {
    deliveryId: entry.deliveryId,
    eventId: entry.eventId,
    subscription: about.subscription,
    system: about.system,
    caseId: entry.caseId,
    messageId: entry.messageId,
    attempt: entry.tries,
    at: at.toISOString(),
    outcome,
    ...(code ? { code } : {}),
    ms,
  }
  return { topic: about.topics.attempts, key: entry.deliveryId, value: Buffer.from(JSON.stringify(value)) }
}

/** The event's bytes untouched, with what was tried and where it came from. Same partition as its event: a shard stays whole. */
export function parkingKey(subscription: string, deliveryId: string): string {
  return `${subscription}/${deliveryId}`
}

export function parkingRecord(about: About, entry: Entry): OutRecord {
  return {
    topic: about.topics.parking,
    key: parkingKey(about.subscription, entry.deliveryId),
    value: entry.value,
    partition: entry.partition,
    headers: parkingHeaders(entry, about.subscription),
  }
}

export function unparkRecord(about: About, entry: Entry): OutRecord {
  const key = parkingKey(about.subscription, entry.deliveryId)
  return { topic: about.topics.parking, key, value: null, partition: entry.partition }
}

export interface LaneView {
  readonly state: 'parked' | 'dead' | 'unknown'
  readonly since: number
  /** null: it has not been looked at since it became the head. */
  readonly head: string | null
  readonly waiting: number
  readonly code: string | null
}

/** null: the lane is open again. */
export function laneRecord(about: About, caseId: string, partition: number, lane: LaneView | null): OutRecord {
  const value = lane === null ? null : { ...lane, since: new Date(lane.since).toISOString() }
  return {
    topic: about.topics.lanes,
    key: `${about.subscription}/${caseId}`,
    value: value && Buffer.from(JSON.stringify(value)),
    partition,
  }
}

export function sendingKey(subscription: string, deliveryId = ''): string {
  return `${subscription}/sending/${deliveryId}`
}

/** Says, before it is sent, that a delivery is under way: for receivers that take a repeat in twice and cannot be asked. */
export function sendingRecord(about: About, entry: Entry, sending: boolean): OutRecord {
  return {
    topic: about.topics.lanes,
    key: sendingKey(about.subscription, entry.deliveryId),
    value: sending ? Buffer.from('{}') : null,
    partition: entry.partition,
  }
}

export function deadLetterRecord(about: About, entry: Entry, error: HubError): OutRecord {
  return {
    topic: about.topics.deadLetters,
    key: entry.deliveryId,
    value: entry.value,
    headers: {
      ...entry.headers,
      ...originHeaders(entry, about.subscription),
      hub_attempts: String(entry.attempts),
      hub_error_code: error.code,
      hub_error_stage: error.entry.stage,
      hub_error_cause: entry.code ?? '',
    },
  }
}

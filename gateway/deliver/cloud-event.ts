// The visible record as a CloudEvent, for the doors that speak JSON: webhook and pull.
import type { Headers } from '../kafka/port.ts'
import type { VisibleRecord } from './visible.ts'

export interface CloudEvent {
  readonly specversion: '1.0'
  /** The event id. */
  readonly id: string
  readonly source: string
  readonly type: string
  /** The case id. */
  readonly subject: string
  readonly time: string
  readonly datacontenttype: 'application/json'
  /** Rises within a case. */
  readonly sequence: string
  readonly proceedingid: string
  /** Rises within a proceeding: ignore a lower or equal one. */
  readonly proceedingversion: number
  readonly messageid: string
  readonly systemid: string
  readonly causationid?: string
  readonly traceparent?: string
  /** The same over all attempts. */
  readonly deliveryid: string
  /** The delivery of this event that this one repeats on purpose. */
  readonly replayof?: string
  /** Events of this case up to this sequence were left out: the data hold the whole present state. */
  readonly gap?: string
  readonly data: VisibleRecord
}

export function cloudEventOf(headers: Headers, data: VisibleRecord): CloudEvent {
  return {
    specversion: '1.0',
    id: headers.ce_id ?? '',
    source: headers.ce_source ?? '',
    type: headers.ce_type ?? '',
    subject: headers.ce_subject ?? '',
    time: headers.ce_time ?? '',
    datacontenttype: 'application/json',
    sequence: headers.ce_sequence ?? '0',
    proceedingid: headers.ce_proceedingid ?? '',
    proceedingversion: Number(headers.ce_proceedingversion ?? 0),
    messageid: headers.ce_messageid ?? '',
    systemid: headers.ce_systemid ?? '',
    ...(headers.ce_causationid ? { causationid: headers.ce_causationid } : {}),
    ...(headers.traceparent ? { traceparent: headers.traceparent } : {}),
    deliveryid: headers.hub_delivery ?? '',
    ...(headers.hub_replay_of ? { replayof: headers.hub_replay_of } : {}),
    ...(headers.hub_gap ? { gap: headers.hub_gap } : {}),
    data,
  }
}

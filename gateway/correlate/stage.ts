// The stage correlate: the only stateful one and the only writer of case-events.
import type { CaseRecord } from '#schemas/canonical/types.ts'
import type { InRecord, OutRecord } from '../kafka/port.ts'
import { type DecideDeps, decide, type Said } from './decide.ts'
import type { CorrelateState } from './state.ts'

export interface CorrelateDeps extends DecideDeps {
  readonly state: CorrelateState
  readonly eventsTopic: string
}

/** The events of one record of canonical. State changes lie in the overlay until the batch is committed. */
export function correlateRecord(deps: CorrelateDeps, input: InRecord): readonly OutRecord[] {
  if (input.value === null) return []
  const { hub_hash, hub_key, hub_personal, traceparent } = input.headers
  const said: Said = {
    record: deps.decode(input.value),
    keyId: hub_key ?? null,
    hash: hub_hash ?? '',
    personal: hub_personal ?? '',
  }
  return decide(deps, deps.state, said).map(({ record }) => eventRecord(deps, record, traceparent))
}

function eventRecord(deps: CorrelateDeps, record: CaseRecord, traceparent: string | undefined): OutRecord {
  const { envelope, proceeding } = record
  const caseId = record.case.caseId!
  return {
    topic: deps.eventsTopic,
    key: caseId,
    value: deps.encode(record),
    headers: {
      ce_specversion: '1.0',
      ce_id: envelope.eventId!,
      ce_type: `hub.case.${envelope.eventType}`,
      ce_source: `/systems/${envelope.system}`,
      ce_subject: caseId,
      ce_time: new Date(envelope.occurredAt ?? envelope.receivedAt).toISOString(),
      ce_sequence: String(record.case.sequence),
      ce_proceedingid: proceeding.proceedingId!,
      ce_proceedingversion: String(proceeding.version),
      ce_messageid: envelope.messageId,
      ce_systemid: envelope.system,
      hub_path: envelope.hubPath.join(','),
      hub_received: new Date(envelope.receivedAt).toISOString(),
      ...(envelope.causationId ? { ce_causationid: envelope.causationId } : {}),
      ...(traceparent ? { traceparent } : {}),
    },
  }
}

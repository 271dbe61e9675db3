// Events and systems for the tests of route and deliver.
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { InRecord } from '#gateway/kafka/port.ts'
import type { Assignment, CaseRecord, Party, ProceedingRef } from '#schemas/canonical/types.ts'
import type { Subscription, SystemConfig } from '#schemas/files.ts'
import type { ProfileTable } from '#schemas/profiles.ts'
import { caseCodec, message, numberRef } from '../../../helpers/records.ts'

export const table = parse(
  readFileSync(new URL('../../../../schemas/profiles/purposes.yaml', import.meta.url), 'utf8'),
) as ProfileTable

export function system(id: string, more: Partial<SystemConfig> = {}): SystemConfig {
  return { id, connector: 'toy', area: '330106', prefecture: '3301', ...more }
}

export function subscription(
  id: string,
  purpose: Subscription['purpose'],
  more: Partial<Subscription> = {},
): Subscription {
  return { id, system: id, purpose, basis: 'test', door: { kind: 'native' }, ...more }
}

export function assignment(more: Partial<Assignment> = {}): Assignment {
  return {
    assignmentId: 's1',
    from: null,
    to: { code: 'UNIT', name: null, area: '330106004000', level: null, line: null },
    action: 'DISPATCH',
    sentAt: 1,
    dueAt: null,
    signedAt: null,
    returnedAt: null,
    returnReason: null,
    finishedAt: null,
    lead: true,
    parallelGroup: null,
    ...more,
  }
}

export function proceeding(systemId: string, status = 'ACCEPTED', kind = 'OTHER'): ProceedingRef {
  return {
    proceedingId: `p-${systemId}`,
    system: systemId,
    kind,
    status,
    numbers: [numberRef('toy', `NO-${systemId}`)],
    openedAt: 1,
    closedAt: null,
    version: 1,
  }
}

export function party(partyRef: string, more: Partial<Party> = {}): Party {
  return {
    partyRef,
    role: 'APPLICANT',
    type: 'NATURAL',
    certType: null,
    uscc: null,
    anonymous: false,
    wantsSecrecy: false,
    ...more,
  }
}

export interface EventSketch {
  readonly from?: string
  readonly caseId?: string
  readonly assignments?: Assignment[]
  readonly proceedings?: ProceedingRef[]
  readonly parties?: Party[]
  readonly sequence?: number
  readonly status?: string
  readonly categoryCode?: string
  readonly sealed?: CaseRecord['sealed']
}

export function event(sketch: EventSketch = {}): CaseRecord {
  const from = sketch.from ?? 'sender'
  const base = message({ system: from, own: [numberRef('toy', `NO-${from}`)], status: sketch.status ?? 'ACCEPTED' })
  const caseId = sketch.caseId ?? '11111111-1111-5111-8111-111111111111'
  const sequence = sketch.sequence ?? 1
  return {
    ...base,
    envelope: {
      ...base.envelope,
      eventId: `${caseId.slice(0, 24)}${String(sequence).padStart(12, '0')}`,
      eventType: sequence === 1 ? 'CaseRegistered' : 'ProgressReported',
    },
    case: {
      ...base.case,
      caseId,
      sequence,
      placeCode: '330106004000',
      ...(sketch.categoryCode ? { categoryCode: sketch.categoryCode } : {}),
      proceedings: sketch.proceedings ?? [proceeding(from)],
    },
    proceeding: { ...base.proceeding, proceedingId: `p-${from}`, version: sequence },
    assignments: sketch.assignments ?? [],
    parties: sketch.parties ?? [],
    sealed: sketch.sealed ?? null,
  }
}

export function inRecord(record: CaseRecord, offset = 0n, headers: Record<string, string> = {}): InRecord {
  return {
    topic: 'hub.case-events',
    partition: 0,
    offset,
    timestamp: 1,
    key: record.case.caseId,
    value: caseCodec.encode(record),
    headers: {
      ce_specversion: '1.0',
      ce_id: record.envelope.eventId!,
      ce_type: `hub.case.${record.envelope.eventType}`,
      ce_source: `/systems/${record.envelope.system}`,
      ce_subject: record.case.caseId!,
      ce_time: '2026-03-02T01:14:00.000Z',
      ce_sequence: String(record.case.sequence),
      ce_proceedingid: record.proceeding.proceedingId!,
      ce_proceedingversion: String(record.proceeding.version),
      ce_messageid: record.envelope.messageId,
      ce_systemid: record.envelope.system,
      hub_path: record.envelope.system,
      ...headers,
    },
  }
}

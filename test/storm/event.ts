// An event as correlate writes it to case-events, made from the schema file alone. It says nothing personal: no sealed part.
import { readFileSync } from 'node:fs'
import avsc from 'avsc'
import type { Endpoint, Planned } from './plan.ts'

const schemaFile = new URL('../../schemas/canonical/case-record/v1.avsc', import.meta.url)
const type = avsc.Type.forSchema(JSON.parse(readFileSync(schemaFile, 'utf8')))
/** Byte 0 and the id of the schema's first version, as Confluent's format has it. */
const prefix = Buffer.from([0, 0, 0, 0, 1])

/** As if each receiver were told by one system alone; none of these is configured, so that nothing is anyone's own echo. */
export const tellerOf = (endpoint: Endpoint): string => `teller-${endpoint}`
const kind = 'CONSUMER_COMPLAINT'

export interface KafkaRecord {
  readonly key: string
  readonly value: Buffer
  readonly headers: Record<string, string>
}

export function eventRecord(planned: Planned, receivedAt: number): KafkaRecord {
  const { caseId, eventId, version, serial } = planned
  const system = tellerOf(planned.endpoint)
  const proceedingId = caseId.replace(/^.{8}/, '5f5f5f5f')
  const eventType = version === 1 ? 'CaseRegistered' : 'ProgressReported'
  return {
    key: caseId,
    value: Buffer.concat([prefix, type.toBuffer(recordOf(planned, { proceedingId, eventType, receivedAt }))]),
    headers: {
      ce_specversion: '1.0',
      ce_id: eventId,
      ce_type: `hub.case.${eventType}`,
      ce_source: `/systems/${system}`,
      ce_subject: caseId,
      ce_time: new Date(receivedAt).toISOString(),
      ce_sequence: String(version),
      ce_proceedingid: proceedingId,
      ce_proceedingversion: String(version),
      ce_messageid: messageIdOf(eventId),
      ce_systemid: system,
      hub_path: '',
      hub_received: new Date(receivedAt).toISOString(),
      traceparent: `00-${caseId.replaceAll('-', '')}-${String(serial).padStart(16, '1')}-01`,
    },
  }
}

const messageIdOf = (eventId: string): string => eventId.replace(/^.{8}/, 'a5a5a5a5')

interface About {
  readonly proceedingId: string
  readonly eventType: string
  readonly receivedAt: number
}

function recordOf(planned: Planned, { proceedingId, eventType, receivedAt }: About): object {
  const { caseId, eventId, version, serial } = planned
  const system = tellerOf(planned.endpoint)
  const status = version === 1 ? 'REGISTERED' : 'IN_PROGRESS'
  const at = { openedAt: receivedAt, closedAt: null }
  return {
    envelope: {
      eventId,
      eventType,
      messageId: messageIdOf(eventId),
      part: 0,
      system,
      connector: 'storm',
      tenant: '330106',
      nativeMessage: 'complaint',
      occurredAt: receivedAt,
      receivedAt,
      contentHash: eventId,
      dataLevel: 'GENERAL',
      classMax: 'S1',
      mapping: 'storm/complaint@1',
    },
    case: {
      caseId,
      openTitle: `消费纠纷 · 虚构街道 · 2026-03 · ${serial}`,
      categoryCode: '0701',
      ...at,
      version,
      sequence: version,
      proceedings: [{ proceedingId, system, kind, status, numbers: [], ...at, version }],
    },
    proceeding: { proceedingId, kind, system, status, statusSince: receivedAt, ...at, version },
  }
}

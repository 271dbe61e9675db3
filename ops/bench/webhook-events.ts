// Events as route hands them to a webhook: the bench's messages translated and sealed by the real stages, each of a case of its own.
import {
  type DeliveryEntry,
  deliveryEntry,
  type Headers,
  type InRecord,
  routeRecord,
  sealBytes,
  topicNames,
  translateDeps,
  translateRecord,
} from '#gateway/index.ts'
import type { CaseRecord } from '#schemas/canonical/types.ts'
import { HubError } from '#schemas/errors.ts'
import type { HubConfig } from '#schemas/files.ts'
import type { openBenchGround } from './ground.ts'
import type { Setting } from './setting.ts'

type Ground = Awaited<ReturnType<typeof openBenchGround>>

const numbered = (n: number) => `00000000-0000-5000-8000-${String(n).padStart(12, '0')}`

export function webhookEvents(setting: Setting, ground: Ground, config: HubConfig, prefix: string, count: number) {
  const { schemas } = ground
  const translating = translateDeps(ground)
  const decode = (bytes: Buffer) => schemas.caseRecord.decode(bytes)
  const routing = {
    subscriptions: config.subscriptions,
    systems: config.systems,
    table: schemas.profiles,
    machine: schemas.machine,
    decode,
    outTopic: (id: string) => topicNames.outTopic(prefix, id),
  }
  const key = translating.intakeKey(new Date().toISOString().slice(0, 10))
  const topic = topicNames.inTopic(prefix, setting.traffic.from.system)
  return Array.from({ length: count }, (_, n): DeliveryEntry => {
    const stored = sealBytes(Buffer.from(setting.traffic.textOf(n + 1)), key)
    const canonical = translateRecord(translating, recordOf(topic, n, stored, storedHeaders(setting, n)))[0]
    const event = eventOf(decode(canonical!.value!), n)
    const input = recordOf(topic, n, schemas.caseRecord.encode(event), eventHeaders(event))
    const [out] = routeRecord(routing, input)
    if (!out) throw new HubError('HUB_CLI_BENCH', { process: 'webhook', what: 'found no event for the webhook' })
    return deliveryEntry({ ...input, headers: out.headers! })
  })
}

function recordOf(topic: string, n: number, value: Buffer, headers: Headers): InRecord {
  return { topic, partition: 0, offset: BigInt(n), key: numbered(n), value, headers, timestamp: Date.now() }
}

function storedHeaders({ traffic }: Setting, n: number): Headers {
  return {
    ce_id: numbered(n),
    ce_time: new Date().toISOString(),
    hub_hash: '0'.repeat(64),
    hub_message: traffic.from.message,
  }
}

/** What correlate adds. */
function eventOf(record: CaseRecord, n: number): CaseRecord {
  return {
    ...record,
    envelope: { ...record.envelope, eventId: numbered(n), eventType: 'CaseRegistered' },
    case: { ...record.case, caseId: numbered(n), sequence: 1 },
    proceeding: { ...record.proceeding, proceedingId: numbered(n), version: 1 },
  }
}

function eventHeaders({ envelope, case: of, proceeding }: CaseRecord): Headers {
  return {
    ce_specversion: '1.0',
    ce_id: envelope.eventId!,
    ce_type: `hub.case.${envelope.eventType}`,
    ce_source: `/systems/${envelope.system}`,
    ce_subject: of.caseId!,
    ce_time: new Date().toISOString(),
    ce_sequence: String(of.sequence),
    ce_proceedingid: proceeding.proceedingId!,
    ce_proceedingversion: String(proceeding.version),
    ce_messageid: envelope.messageId,
    ce_systemid: envelope.system,
    hub_path: envelope.system,
  }
}

// A receiver's answer as a message of its own system: it goes in through in.<system>, as if the system had sent it.
import { createHash } from 'node:crypto'
import type { Json } from '#connectors/sdk.ts'
import type { NumberRef } from '#schemas/canonical/types.ts'
import type { SystemConfig } from '#schemas/files.ts'
import { uuid5 } from '#schemas/uuid.ts'
import type { OutRecord } from '../kafka/port.ts'
import type { Connector } from '../loader/connector.ts'
import { type NamedKey, sealBytes } from '../security/sealing.ts'

export interface AnswerDeps {
  readonly system: SystemConfig
  readonly connector: Connector
  /** The connector with the mappings in force now. */
  readonly inForce: () => Connector
  readonly topic: string
  readonly intakeKey: (day: string) => NamedKey
  readonly messageNamespace: string
}

/** The delivery that an answer is about. */
export interface Answered {
  readonly caseId: string
  readonly deliveryId: string
  readonly eventId: string
  readonly traceparent?: string | undefined
}

/** The message by which a receiver's answers go in, where the connector has one. */
export function answerMessage({ manifest }: Connector): string | undefined {
  return Object.entries(manifest.messages).find(([, one]) => one.answer)?.[0]
}

/** undefined when the connector has no message for answers. */
export function answerRecord(deps: AnswerDeps, entry: Answered, tree: Json, now: Date): OutRecord | undefined {
  const { system, connector } = deps
  const message = answerMessage(connector)
  if (message === undefined) return undefined
  const bytes = Buffer.from(JSON.stringify(tree))
  const hash = createHash('sha256').update(bytes).digest('hex')
  const day = new Date(now.getTime() + 8 * 3_600_000).toISOString().slice(0, 10)
  return {
    topic: deps.topic,
    key: keyOf(deps, message, tree, entry, day, now.getTime()),
    value: sealBytes(bytes, deps.intakeKey(day)),
    headers: {
      ce_specversion: '1.0',
      // Named by its delivery: the same words about two cases are two messages.
      ce_id: uuid5(`${system.id}\nanswer\n${entry.deliveryId}\n${hash}`, deps.messageNamespace),
      ce_source: `/systems/${system.id}`,
      ce_type: `hub.in.${message}`,
      ce_time: now.toISOString(),
      'content-type': 'application/json',
      hub_message: message,
      hub_hash: hash,
      hub_idem: 'content',
      hub_case: entry.caseId,
      hub_delivery: entry.deliveryId,
      hub_event: entry.eventId,
      ...(entry.traceparent ? { traceparent: entry.traceparent } : {}),
    },
  }
}

// The key of its own number, so that the answer keeps its place among the system's own messages about the same case.
function keyOf(
  deps: AnswerDeps,
  message: string,
  tree: Json,
  entry: Answered,
  today: string,
  receivedAt: number,
): string {
  return ownNumbers(deps, message, tree, entry, { today, receivedAt })[0]?.numberKey ?? entry.caseId
}

/** The numbers that the receiver names as its own in an answer. */
export function ownNumbers(
  { system, inForce }: Pick<AnswerDeps, 'system' | 'inForce'>,
  message: string,
  tree: Json,
  { caseId, deliveryId }: Pick<Answered, 'caseId' | 'deliveryId'>,
  at: { readonly today: string; readonly receivedAt: number },
): readonly NumberRef[] {
  const { id, area, prefecture } = system
  const about = { system: id, area6: area, prefecture4: prefecture, ...at, caseId, deliveryId }
  return inForce().inbound.get(message)?.compiled.map(tree, about)[0]?.own ?? []
}

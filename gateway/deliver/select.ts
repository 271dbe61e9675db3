// Which outbound message says an event to a system: the first rule of its manifest that fits.
import type { CaseRecord } from '#schemas/canonical/types.ts'
import type { OutboundRule } from '#schemas/files.ts'
import type { Decision } from '#schemas/profiles.ts'

/** A link changes no words of the proceeding: its snapshot went out with the event beside it, so a rule must ask for it. */
const linkEvent = 'CaseLinked'

export function selectMessage(
  rules: readonly OutboundRule[],
  record: CaseRecord,
  decision: Pick<Decision, 'known' | 'handover'>,
): string | undefined {
  const { envelope, proceeding } = record
  const one = (list: readonly string[] | undefined, value: string | null) =>
    list === undefined || (value !== null && list.includes(value))
  return rules.find(
    ({ when }) =>
      (when.known === undefined || when.known === decision.known) &&
      (when.handover === undefined || when.handover === (decision.handover !== null)) &&
      (when.eventTypes === undefined ? envelope.eventType !== linkEvent : one(when.eventTypes, envelope.eventType)) &&
      one(when.statuses, proceeding.status) &&
      one(when.kinds, proceeding.kind),
  )?.message
}

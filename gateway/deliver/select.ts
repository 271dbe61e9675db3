// Which outbound message says an event to a system: the first rule of its manifest that fits.
import type { CaseRecord } from '#schemas/canonical/types.ts'
import type { OutboundRule } from '#schemas/files.ts'
import type { Decision } from '#schemas/profiles.ts'

/** A link changes no words of the proceeding: its snapshot went out with the event beside it, so a rule must ask for it. */
const linkEvent = 'CaseLinked'

/** What else a first message tells goes out behind its registration, which alone opens the matter at a new receiver. */
function isBehindRegistration({ envelope, proceeding }: CaseRecord): boolean {
  return proceeding.version === 1 && envelope.eventType !== 'CaseRegistered'
}

/** Without being asked for by name, does an event fit a rule? */
function isOrdinary(when: OutboundRule['when'], record: CaseRecord): boolean {
  if (record.envelope.eventType === linkEvent) return false
  return when.known !== false || !isBehindRegistration(record)
}

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
      (when.eventTypes === undefined ? isOrdinary(when, record) : one(when.eventTypes, envelope.eventType)) &&
      one(when.statuses, proceeding.status) &&
      one(when.kinds, proceeding.kind),
  )?.message
}

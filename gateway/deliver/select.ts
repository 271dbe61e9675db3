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

/** @param showsEvent does this message say which event it tells? One that does not would say the registration's words again */
export function selectMessage(
  rules: readonly OutboundRule[],
  record: CaseRecord,
  decision: Pick<Decision, 'known' | 'handover'>,
  showsEvent: (message: string) => boolean,
): string | undefined {
  const { envelope, proceeding } = record
  const one = (list: readonly string[] | undefined, value: string | null) =>
    list === undefined || (value !== null && list.includes(value))
  const isOrdinary = ({ message, when }: OutboundRule) => {
    if (envelope.eventType === linkEvent) return false
    return !isBehindRegistration(record) || (when.known !== false && showsEvent(message))
  }
  return rules.find(
    rule =>
      (rule.when.known === undefined || rule.when.known === decision.known) &&
      (rule.when.handover === undefined || rule.when.handover === (decision.handover !== null)) &&
      (rule.when.eventTypes === undefined ? isOrdinary(rule) : one(rule.when.eventTypes, envelope.eventType)) &&
      one(rule.when.statuses, proceeding.status) &&
      one(rule.when.kinds, proceeding.kind),
  )?.message
}

// Which events one message tells about its proceeding, in their order (domain.md 7.4).
import type { CaseRecord } from '#schemas/canonical/types.ts'
import { type Fact, rowOf, type StatusMachine } from '#schemas/status-machine.ts'

/** @param said event type that the mapping read from the message
 *  @param before status before the message; undefined for the first one of its proceeding */
export function eventTypesOf(
  machine: StatusMachine,
  snapshot: CaseRecord,
  said: string | null,
  before: string | undefined,
): readonly string[] {
  if (before === undefined) return firstTold(machine, snapshot, said)
  if (said) return [said]
  if (snapshot.envelope.correction) return ['PartyCorrected']
  const { status } = snapshot.proceeding
  return [status === before ? 'ProgressReported' : rowOf(machine, status).event]
}

/** A proceeding may be well on its way when it is first heard of: what has come about already is told behind the registration. */
function firstTold(machine: StatusMachine, snapshot: CaseRecord, said: string | null): readonly string[] {
  const facts = machine.facts.filter(one => isIn(one, snapshot)).map(one => one.event)
  const row = rowOf(machine, snapshot.proceeding.status)
  const reached = row.outcome ? [row.event] : []
  return [...new Set(['CaseRegistered', ...facts, ...reached, ...(said ? [said] : [])])]
}

function isIn({ part, notKinds, notDocuments }: Fact, { proceeding, ...parts }: CaseRecord): boolean {
  const { [part]: found, decision } = parts
  if (found === null || (Array.isArray(found) && found.length === 0)) return false
  if (notKinds?.includes(proceeding.kind)) return false
  return decision === null || notDocuments?.includes(decision.docType) !== true
}

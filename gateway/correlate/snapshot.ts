// The snapshot of a proceeding after a message: what the message says stands, what it leaves out stays.
import type { CaseRecord, CaseSummary } from '#schemas/canonical/types.ts'
import type { Standing } from '#schemas/status-machine.ts'
import { unionNumbers } from './identify.ts'

export interface Merge {
  readonly before: CaseRecord | null
  readonly message: CaseRecord
  readonly late: boolean
  readonly standing: Standing
  readonly caseId: string
  readonly proceedingId: string
  readonly ended: boolean
}

/** New snapshot with the message's envelope. A late message adds numbers and hand-overs, and changes nothing else. */
export function mergeSnapshot({ before, message, late, standing, caseId, proceedingId, ended }: Merge): CaseRecord {
  const base = before && late ? { ...before, envelope: message.envelope } : message
  const said = before && late ? before.case : foldCase(before?.case, message.case)
  const proceeding = { ...(before ? overlay(before.proceeding, base.proceeding) : base.proceeding) }
  proceeding.proceedingId = proceedingId
  proceeding.numbers = unionNumbers(before?.proceeding.numbers ?? [], message.proceeding.numbers)
  proceeding.cited = unionCited(before?.proceeding.cited ?? [], message.proceeding.cited)
  proceeding.status = standing.status
  const moved = before?.proceeding.status !== standing.status
  proceeding.statusSince = moved
    ? (message.proceeding.statusSince ?? message.envelope.occurredAt ?? message.envelope.receivedAt)
    : before!.proceeding.statusSince
  proceeding.openedAt =
    before?.proceeding.openedAt ??
    message.proceeding.openedAt ??
    message.envelope.occurredAt ??
    message.envelope.receivedAt
  proceeding.closedAt = ended
    ? (message.proceeding.closedAt ?? before?.proceeding.closedAt ?? proceeding.statusSince)
    : null
  return {
    ...base,
    case: { ...said, caseId },
    proceeding,
    parties: keepList(before?.parties, base.parties),
    assignments: unionAssignments(before?.assignments ?? [], message.assignments),
    mediation: base.mediation ?? before?.mediation ?? null,
    agreement: base.agreement ?? before?.agreement ?? null,
    decision: base.decision ?? before?.decision ?? null,
    supervisions: keepList(before?.supervisions, base.supervisions),
    emergencies: keepList(before?.emergencies, base.emergencies),
    consultations: keepList(before?.consultations, base.consultations),
    followUps: keepList(before?.followUps, base.followUps),
    attachments: keepList(before?.attachments, base.attachments),
    deadlines: before?.deadlines ?? [],
  }
}

function keepList<T>(had: T[] | undefined, said: T[]): T[] {
  return said.length > 0 ? said : (had ?? [])
}

// Values said now win over values said before; null says nothing.
function overlay<T extends object>(had: T, said: T): T {
  const out = { ...had }
  for (const [name, value] of Object.entries(said)) if (value !== null) out[name as keyof T] = value
  return out
}

function foldCase(had: CaseSummary | undefined, said: CaseSummary): CaseSummary {
  if (!had) return said
  const out = overlay(had, said)
  out.tags = [...new Set([...had.tags, ...said.tags])]
  out.categoryNative = keepList(had.categoryNative, said.categoryNative)
  out.collective = had.collective || said.collective
  return out
}

function unionCited(
  had: CaseRecord['proceeding']['cited'],
  said: CaseRecord['proceeding']['cited'],
): CaseRecord['proceeding']['cited'] {
  const keys = new Set(had.map(one => one.number.numberKey + one.source))
  return [...had, ...said.filter(one => !keys.has(one.number.numberKey + one.source))]
}

function unionAssignments(had: CaseRecord['assignments'], said: CaseRecord['assignments']): CaseRecord['assignments'] {
  const fresh = new Set(said.map(one => one.assignmentId))
  return [...had.filter(one => !fresh.has(one.assignmentId)), ...said]
}

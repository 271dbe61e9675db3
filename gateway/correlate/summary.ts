// The summary of a case, folded from what its proceedings say, in the order in which they joined.
import type { CaseSummary } from '#schemas/canonical/types.ts'
import { isOpen, rowOf, type StatusMachine } from '#schemas/status-machine.ts'
import type { CaseState, MemberState } from './state.ts'

const firstWins = [
  'caseNo',
  'openTitle',
  'categoryCode',
  'scale',
  'level',
  'peopleCount',
  'amount',
  'occurredOn',
  'placeCode',
  'gridCode',
  'outcome',
] as const

/** A case closes only when no proceeding is open (domain.md 7.5, 9.5). */
export function hasOpen(machine: StatusMachine, members: readonly MemberState[]): boolean {
  return openMembers(machine, members).length > 0
}

/** What was handed on is open until a proceeding joins after it: that one carries the case from then on. A returned
 *  hand-over ends with the proceeding it was part of; where there is none, or that one handed the matter on, it is open. */
function openMembers(machine: StatusMachine, members: readonly MemberState[]): readonly MemberState[] {
  const last = members.length - 1
  const working = members.filter(
    (one, at) => (isOpen(machine, one.status) && one.status !== 'RETURNED') || (one.handedOn && at === last),
  )
  if (working.length > 0 || members.some(one => !isOpen(machine, one.status) && !one.handedOn)) return working
  return members.filter(one => one.status === 'RETURNED')
}

export function stageOf(machine: StatusMachine, members: readonly MemberState[]): string {
  const open = openMembers(machine, members)
  const pool = open.length > 0 ? open : members
  const top = pool.reduce((best, one) =>
    rowOf(machine, one.status).rank > rowOf(machine, best.status).rank ? one : best,
  )
  if (open.length > 0 && members.some(one => one.status === 'TRANSFERRED')) {
    const stage = rowOf(machine, top.status).stage
    return stage === 'INTAKE' || stage === 'HANDLING' ? 'LEGAL_PROCEDURE' : stage
  }
  return rowOf(machine, top.status).stage
}

export function summarise(machine: StatusMachine, state: CaseState): CaseSummary {
  const [first, ...rest] = state.members
  const out: CaseSummary = { ...first!.said }
  const set = out as unknown as Record<string, unknown>
  for (const { said } of rest) {
    for (const name of firstWins) if (out[name] === null) set[name] = said[name]
    out.collective ||= said.collective
    out.urgent ||= said.urgent
    out.majorEmergency ||= said.majorEmergency
  }
  out.tags = [...new Set(state.members.flatMap(one => one.said.tags))]
  out.categoryNative = uniqueCategories(state.members)
  out.caseId = state.id
  out.links = [...state.links]
  out.openedAt = state.openedAt
  out.closedAt = state.closedAt
  out.caseStatus = state.closedAt === null ? (state.reopened ? 'REOPENED' : 'OPEN') : 'CLOSED'
  out.stage = stageOf(machine, state.members)
  out.version = state.version
  out.sequence = state.sequence
  out.proceedings = state.members.map(({ said: _said, handedOn: _handedOn, numbers, ...one }) => ({
    ...one,
    numbers: [...numbers],
  }))
  return out
}

function uniqueCategories(members: readonly MemberState[]): CaseSummary['categoryNative'] {
  const all = new Map<string, CaseSummary['categoryNative'][number]>()
  for (const one of members.flatMap(member => member.said.categoryNative))
    all.set(`${one.system}\n${one.code}\n${one.name}`, one)
  return [...all.values()]
}

// What part a system has in a case, read off one event: its own proceedings and the hand-overs that name it.
import type { Assignment, CaseRecord, ProceedingRef } from '#schemas/canonical/types.ts'
import type { SystemConfig } from '#schemas/files.ts'
import { handsOver, isOpen, type StatusMachine } from '#schemas/status-machine.ts'

export interface Involvement {
  /** Its proceedings in this case, open or not. */
  readonly own: readonly ProceedingRef[]
  /** Those that give rights: open, and not given back. */
  readonly openOwn: readonly ProceedingRef[]
  /** Named by any hand-over of this event's proceeding, open or not. */
  readonly named: boolean
  readonly handovers: readonly Assignment[]
  /** Of the open hand-overs, those in which it is the one who works on the case, not a co-handler. */
  readonly leads: readonly Assignment[]
}

export interface InvolvementDeps {
  readonly systems: readonly SystemConfig[]
  readonly machine: StatusMachine
  /** Actions that give no right. */
  readonly noRight: readonly string[]
}

export function involvementOf(deps: InvolvementDeps, record: CaseRecord, system: SystemConfig): Involvement {
  const own = record.case.proceedings.filter(one => one.system === system.id)
  const openOwn = own.filter(one => isOpen(deps.machine, one.status) && one.status !== 'RETURNED')
  const toIt = record.assignments.filter(one => isFor(deps.systems, one, system))
  // A transfer waits for the receiver's own proceeding; from then on that one gives the rights, or takes them back.
  const waiting = isOpen(deps.machine, record.proceeding.status) || own.length === 0
  const handovers = toIt.filter(one => waiting && isOpenHandover(deps, record, one))
  const leads = handovers.filter(one => one.lead || !hasOtherLead(deps, record, one))
  return { own, openOwn, named: toIt.length > 0, handovers, leads }
}

/** A unit code decides before an area: a hand-over to a unit that one system serves is not for all systems of its area. */
export function isFor(systems: readonly SystemConfig[], assignment: Assignment, system: SystemConfig): boolean {
  const { code, area } = assignment.to ?? { code: null, area: null }
  if (code !== null && systems.some(one => one.serves?.includes(code))) return system.serves?.includes(code) === true
  return area !== null && (system.serves ?? []).some(served => isWithin(area, served))
}

/** Division codes nest by prefix; the zeros that fill a code up to 6, 9 or 12 digits mean "all of it". */
export function isWithin(area: string, outer: string): boolean {
  if (!/^\d{2,12}$/.test(outer)) return area === outer
  return area.startsWith(outer.length > 6 ? outer.replace(/(000)+$/, '') : outer.replace(/(00)+$/, ''))
}

function isOpenHandover(deps: InvolvementDeps, record: CaseRecord, one: Assignment): boolean {
  if (deps.noRight.includes(one.action)) return false
  if (one.returnedAt !== null || one.finishedAt !== null || record.case.closedAt !== null) return false
  const { status } = record.proceeding
  return isOpen(deps.machine, status) || handsOver(deps.machine, status, one.action)
}

function hasOtherLead(deps: InvolvementDeps, record: CaseRecord, one: Assignment): boolean {
  return record.assignments.some(
    other =>
      other.assignmentId !== one.assignmentId &&
      other.lead &&
      other.parallelGroup === one.parallelGroup &&
      isOpenHandover(deps, record, other),
  )
}

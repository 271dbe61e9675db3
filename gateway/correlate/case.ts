// What a proceeding's new version does to its case: the member, the summary, the events with their order.
import type { CaseRecord } from '#schemas/canonical/types.ts'
import { handsOver, type StatusMachine } from '#schemas/status-machine.ts'
import { uuid5 } from '#schemas/uuid.ts'
import type { Joined } from './join.ts'
import { linksTo, type Related } from './relate.ts'
import type { CaseState, CorrelateState, MemberState } from './state.ts'
import { hasOpen, summarise } from './summary.ts'

export interface Happening {
  readonly record: CaseRecord
}

export interface CaseChange {
  readonly snapshot: CaseRecord
  readonly joined: Joined
  /** What the message tells, in order. */
  readonly types: readonly string[]
  readonly isNew: boolean
  readonly related: readonly Related[]
}

export interface CaseDeps {
  readonly machine: StatusMachine
  readonly decode: (bytes: Buffer) => CaseRecord
}

const linkEvent = 'CaseLinked'

export const eventNamespace = '5d1c9a77-40f1-5f5e-9a3f-1b0c2d4e6f81'

/** Puts the case into the overlay and returns its events: what the message tells first, then one link event where a link was
 *  made, then what else it tells; at the end those of the cases it was linked to. */
export function applyToCase(deps: CaseDeps, state: CorrelateState, change: CaseChange): readonly Happening[] {
  const { machine } = deps
  const { snapshot, joined } = change
  const at = snapshot.envelope.receivedAt
  const before = state.get('c', joined.caseId)
  const links = linksTo(before, change.related)
  const members = placeMember(before?.members ?? [], memberOf(machine, snapshot))
  const open = hasOpen(machine, members)
  let now: CaseState = {
    id: joined.caseId,
    members,
    links: [...(before?.links ?? []), ...links],
    openedAt: before?.openedAt ?? snapshot.proceeding.openedAt ?? at,
    closedAt: open ? null : (before?.closedAt ?? snapshot.proceeding.closedAt ?? at),
    reopened: (before?.reopened ?? false) || (before?.closedAt != null && open),
    version: (before?.version ?? 0) + 1,
    sequence: before?.sequence ?? 0,
  }
  const linked = (joined.rule !== null && change.isNew) || links.length > 0
  const types = change.types.toSpliced(1, 0, ...(linked ? [linkEvent] : []))
  const happenings = types.map(type => {
    now = { ...now, sequence: now.sequence + 1 }
    const { messageId, part } = snapshot.envelope
    const eventId = uuid5(`${messageId}\n${part}\n${type}\n${snapshot.proceeding.version}`, eventNamespace)
    return {
      record: {
        ...snapshot,
        envelope: { ...snapshot.envelope, eventId, eventType: type },
        case: summarise(machine, now),
      },
    }
  })
  state.put('c', joined.caseId, now)
  const others = change.related.map(other => toldToOther(deps, state, change, other))
  return [...happenings, ...others.filter(one => one !== undefined)]
}

function memberOf(machine: StatusMachine, record: CaseRecord): MemberState {
  const { case: said, proceeding, envelope, assignments } = record
  const { status, numbers, openedAt, closedAt, version, kind } = proceeding
  const standing = assignments.filter(one => one.returnedAt === null && one.finishedAt === null)
  return {
    proceedingId: proceeding.proceedingId!,
    system: envelope.system,
    kind,
    status,
    numbers,
    openedAt,
    closedAt,
    version,
    handedOn: standing.some(one => handsOver(machine, status, one.action)),
    said,
  }
}

function placeMember(members: readonly MemberState[], fresh: MemberState): MemberState[] {
  const at = members.findIndex(one => one.proceedingId === fresh.proceedingId)
  return at < 0 ? [...members, fresh] : members.with(at, fresh)
}

/** The other case of a link hears of it by an event of its own: its proceeding as it stands, named by the message that told. */
function toldToOther(deps: CaseDeps, state: CorrelateState, change: CaseChange, other: Related): Happening | undefined {
  const { snapshot, joined } = change
  const before = state.get('c', other.caseId)
  const [link] = linksTo(before, [{ ...other, caseId: joined.caseId }])
  const shown = state.get('p', other.proceedingId)
  if (!before || !link || !shown) return undefined
  const now = {
    ...before,
    links: [...before.links, link],
    version: before.version + 1,
    sequence: before.sequence + 1,
  }
  state.put('c', other.caseId, now)
  const { messageId, part } = snapshot.envelope
  const eventId = uuid5(`${messageId}\n${part}\n${linkEvent}\n${other.caseId}`, eventNamespace)
  return {
    record: {
      ...deps.decode(Buffer.from(shown.snapshot, 'base64')),
      envelope: { ...snapshot.envelope, eventId, eventType: linkEvent },
      case: summarise(deps.machine, now),
    },
  }
}

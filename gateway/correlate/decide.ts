// The decision about one canonical record: repeat, conflict, unchanged, or a new version of a proceeding with its events.
import type { CaseRecord } from '#schemas/canonical/types.ts'
import { decideMove, isOpen, type Move, type StatusMachine } from '#schemas/status-machine.ts'
import { uuid5 } from '#schemas/uuid.ts'
import { applyToCase, type Happening } from './case.ts'
import { contentOf } from './content.ts'
import { type Identity, identify } from './identify.ts'
import { awaitedBy, caseNamespace, caseOfNumber, type Joined, joinCase, knownCase } from './join.ts'
import type { ProceedingKeys } from './keys.ts'
import { isApart, relatedOf } from './relate.ts'
import { mergeSnapshot } from './snapshot.ts'
import type { CorrelateState, ProceedingState, SeenState } from './state.ts'
import { eventTypesOf } from './told.ts'

/** One record of canonical, decoded. */
export interface Said {
  readonly record: CaseRecord
  /** Name of the idempotency key, where the message has one. */
  readonly keyId: string | null
  readonly hash: string
  readonly personal: string
}

export interface DecideDeps {
  readonly machine: StatusMachine
  readonly keys: ProceedingKeys
  readonly encode: (record: CaseRecord) => Buffer
  readonly decode: (bytes: Buffer) => CaseRecord
}

/** The events this message makes (none for a repeat, a conflict, or when nothing changed). State changes are in the overlay. */
export function decide(deps: DecideDeps, state: CorrelateState, said: Said): readonly Happening[] {
  const { record } = said
  const seenId =
    record.envelope.part === 0 ? record.envelope.messageId : `${record.envelope.messageId}#${record.envelope.part}`
  const earlier = said.keyId ? state.get('q', `${said.keyId}#${record.envelope.part}`) : undefined
  if (earlier && earlier.hash !== said.hash)
    return settle(state, seenId, said, { outcome: 'conflict', proceedingId: null, caseId: null, events: [], flags: [] })
  if (earlier) return []
  if (said.keyId) state.put('q', `${said.keyId}#${record.envelope.part}`, { hash: said.hash })

  const identity = identify(state, record.envelope.system, record.proceeding.numbers)
  const before = state.get('p', identity.proceedingId)
  const seen = state.get('s', seenId)
  if (before && said.keyId === null && isRepeat(before, seen, said)) return []
  const flags = seen && record.envelope.occurredAt === null ? ['UNTIMED_REPEAT'] : []
  return apply(deps, state, { said, seenId, identity, before, flags })
}

// Without a key: equal to the latest one, or a timed message seen before that is not newer than where the proceeding stands.
function isRepeat(before: ProceedingState, seen: SeenState | undefined, said: Said): boolean {
  if (before.hash === said.hash) return true
  const at = said.record.envelope.occurredAt
  return seen !== undefined && at !== null && before.standing.at !== null && at <= before.standing.at
}

interface Case {
  readonly said: Said
  readonly seenId: string
  readonly identity: Identity
  readonly before: ProceedingState | undefined
  readonly flags: readonly string[]
}

function apply(deps: DecideDeps, state: CorrelateState, now: Case): readonly Happening[] {
  const { said, seenId, before } = now
  const draft = draftOf(deps, state, now)
  const { snapshot, joined, move, late, content } = draft
  const { proceedingId } = now.identity
  const flags = late ? [...now.flags, 'LATE'] : now.flags
  if (before && before.content === content) {
    state.put('p', proceedingId, { ...before, standing: move.standing, hash: late ? before.hash : said.hash })
    // A copy that comes after its successor says nothing new: the receipt still tells what the first one made.
    if (state.get('s', seenId)?.outcome === 'events') return []
    return settle(state, seenId, said, { outcome: 'unchanged', proceedingId, caseId: before.caseId, events: [], flags })
  }
  snapshot.sealed = sealedOf(deps, state, now, draft)
  const hubPath = [...snapshot.envelope.hubPath, snapshot.envelope.system]
  snapshot.envelope = { ...snapshot.envelope, flags: [...flags], hubPath }
  snapshot.proceeding.version = (before?.version ?? 0) + 1
  const related = relatedOf(deps.machine, state, snapshot, !before)
  const types = eventTypesOf(deps.machine, snapshot, said.record.envelope.eventType, before?.standing.status)
  const happenings = applyToCase(deps, state, { snapshot, joined, types, isNew: !before, related })
  remember(deps, state, now, draft)
  const events = happenings.map(one => one.record.envelope.eventId!)
  const settled = { outcome: 'events', proceedingId, caseId: joined.caseId, events, flags } as const
  return settle(state, seenId, said, settled, happenings)
}

/** What the proceeding would look like after this message. */
interface Draft {
  readonly snapshot: CaseRecord
  readonly was: CaseRecord | null
  readonly joined: Joined
  readonly move: Move
  readonly late: boolean
  readonly personal: string
  readonly content: string
}

function draftOf(deps: DecideDeps, state: CorrelateState, { said, identity, before }: Case): Draft {
  const cited = citedOf(said.record, identity)
  const message = { ...said.record, proceeding: { ...said.record.proceeding, numbers: [...identity.own], cited } }
  const { proceedingId } = identity
  const joined: Joined = before
    ? { caseId: before.caseId, rule: null, confidence: 1, numberKey: null }
    : joinCase(
        state,
        proceedingId,
        message,
        cited.filter(one => !isApart(deps.machine, message.proceeding, one)),
      )
  const { occurredAt: at, nativeSequence: sequence, correction } = message.envelope
  const words = { status: message.proceeding.status, at, sequence, correction }
  const move = decideMove(deps.machine, before?.standing ?? null, words)
  const late = move.kind === 'late'
  const was = before ? deps.decode(Buffer.from(before.snapshot, 'base64')) : null
  const ended = !isOpen(deps.machine, move.standing.status)
  const place = { standing: move.standing, caseId: joined.caseId, proceedingId, ended }
  const snapshot = mergeSnapshot({ before: was, message, late, ...place })
  const personal = said.record.sealed && !late ? said.personal : (before?.personal ?? said.personal)
  return { snapshot, was, joined, move, late, personal, content: contentOf(snapshot, personal) }
}

function sealedOf(deps: DecideDeps, state: CorrelateState, now: Case, { was, late }: Draft): CaseRecord['sealed'] {
  const { record } = now.said
  const partial = record.parties.length === 0 && (was?.parties.length ?? 0) > 0
  const key = deps.keys.of(state, now.identity.proceedingId)
  return late && was?.sealed ? was.sealed : deps.keys.reseal(key, record.sealed, was?.sealed ?? null, partial)
}

function citedOf(record: CaseRecord, identity: Identity): CaseRecord['proceeding']['cited'] {
  return [...record.proceeding.cited, ...identity.foreign.map(number => ({ number, source: 'FIELD', label: null }))]
}

function remember(deps: DecideDeps, state: CorrelateState, { said, identity, before }: Case, draft: Draft): void {
  const { snapshot, late, content, personal, move } = draft
  const { proceeding, envelope } = snapshot
  const id = identity.proceedingId
  state.put('p', id, {
    id,
    caseId: snapshot.case.caseId!,
    system: envelope.system,
    kind: proceeding.kind,
    standing: move.standing,
    hash: late && before ? before.hash : said.hash,
    content,
    version: proceeding.version,
    snapshot: deps.encode(snapshot).toString('base64'),
    personal,
  })
  rememberNumbers(deps.machine, state, id, snapshot)
  const asked = said.record.case.caseId
  if (asked !== null && !knownCase(state, asked)) awaitOwner(state, asked, id)
  if (!before) rememberPlace(state, id, snapshot.case.caseId!)
}

function rememberPlace(state: CorrelateState, id: string, caseId: string): void {
  const own = uuid5(id, caseNamespace)
  if (caseId !== own) state.put('r', own, { caseId })
  if (state.get('a', own)) state.put('a', own, null)
}

function rememberNumbers(machine: StatusMachine, state: CorrelateState, id: string, record: CaseRecord): void {
  const { proceeding, envelope } = record
  for (const { numberKey } of proceeding.numbers) {
    if (!state.get('n', numberKey)) state.put('n', numberKey, { proceedingId: id, system: envelope.system })
    for (const table of ['a', 'w'] as const) if (state.get(table, numberKey)) state.put(table, numberKey, null)
  }
  for (const one of proceeding.cited) {
    if (one.source !== 'FIELD' || caseOfNumber(state, one)) continue
    const awaited = awaitedBy(one)
    // Once apart, always apart: a later message of a refused petition is no reason to take its owner in.
    const apart = isApart(machine, proceeding, one) || state.get('w', awaited)?.includes(id)
    awaitOwner(state, awaited, id, apart ? 'w' : 'a')
  }
}

function awaitOwner(state: CorrelateState, awaited: string, id: string, table: 'a' | 'w' = 'a'): void {
  const waiting = state.get(table, awaited) ?? []
  if (!waiting.includes(id)) state.put(table, awaited, [...waiting, id])
}

function settle(
  state: CorrelateState,
  seenId: string,
  said: Said,
  outcome: Pick<SeenState, 'outcome' | 'caseId' | 'proceedingId' | 'events' | 'flags'>,
  happenings: readonly Happening[] = [],
): readonly Happening[] {
  const { system, receivedAt } = said.record.envelope
  state.put('s', seenId, { ...outcome, hash: said.hash, system, receivedAt })
  return happenings
}

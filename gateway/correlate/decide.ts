// The decision about one canonical record: repeat, conflict, unchanged, or a new version of a proceeding with its events.
import type { CaseRecord } from '#schemas/canonical/types.ts'
import { decideMove, isOpen, rowOf, type StatusMachine } from '#schemas/status-machine.ts'
import { applyToCase, type Happening } from './case.ts'
import { contentOf } from './content.ts'
import { type Identity, identify } from './identify.ts'
import { type Joined, joinCase, relatedCases } from './join.ts'
import type { ProceedingKeys } from './keys.ts'
import { mergeSnapshot } from './snapshot.ts'
import type { CorrelateState, ProceedingState, SeenState } from './state.ts'

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

function apply(
  deps: DecideDeps,
  state: CorrelateState,
  { said, seenId, identity, before, flags }: Case,
): readonly Happening[] {
  const message: CaseRecord = {
    ...said.record,
    proceeding: { ...said.record.proceeding, numbers: [...identity.own], cited: citedOf(said.record, identity) },
  }
  const joined: Joined = before
    ? { caseId: before.caseId, rule: null, confidence: 1, numberKey: null }
    : joinCase(state, identity.proceedingId, message, message.proceeding.cited)
  const { envelope, proceeding } = message
  const move = decideMove(deps.machine, before?.standing ?? null, {
    status: proceeding.status,
    at: envelope.occurredAt,
    sequence: envelope.nativeSequence,
    correction: envelope.correction,
  })
  const late = move.kind === 'late'
  const was = before ? deps.decode(Buffer.from(before.snapshot, 'base64')) : null
  const snapshot = mergeSnapshot({
    before: was,
    message,
    late,
    standing: move.standing,
    caseId: joined.caseId,
    proceedingId: identity.proceedingId,
    ended: !isOpen(deps.machine, move.standing.status),
  })
  const personal = said.record.sealed && !late ? said.personal : (before?.personal ?? said.personal)
  const content = contentOf(snapshot, personal)
  const allFlags = late ? [...flags, 'LATE'] : flags
  if (before && before.content === content) {
    state.put('p', identity.proceedingId, { ...before, standing: move.standing, hash: late ? before.hash : said.hash })
    return settle(state, seenId, said, {
      outcome: 'unchanged',
      proceedingId: before.id,
      caseId: before.caseId,
      events: [],
      flags: allFlags,
    })
  }
  const partial = message.parties.length === 0 && (was?.parties.length ?? 0) > 0
  const key = deps.keys.of(state, identity.proceedingId)
  snapshot.sealed =
    late && was?.sealed ? was.sealed : deps.keys.reseal(key, said.record.sealed, was?.sealed ?? null, partial)
  snapshot.envelope = {
    ...snapshot.envelope,
    flags: [...allFlags],
    hubPath: [...snapshot.envelope.hubPath, envelope.system],
  }
  snapshot.proceeding.version = (before?.version ?? 0) + 1
  const moved = move.standing.status !== before?.standing.status
  const type =
    envelope.eventType ??
    (before
      ? envelope.correction
        ? 'PartyCorrected'
        : moved
          ? rowOf(deps.machine, move.standing.status).event
          : 'ProgressReported'
      : 'CaseRegistered')
  const links = before ? relatedCases(state, before.caseId, message.proceeding.cited) : []
  const happenings = applyToCase(deps.machine, state, { snapshot, joined, type, isNew: !before, related: links })
  remember(deps, state, { snapshot, said, identity, content, personal, standing: move.standing, late, before })
  return settle(
    state,
    seenId,
    said,
    {
      outcome: 'events',
      proceedingId: identity.proceedingId,
      caseId: joined.caseId,
      events: happenings.map(one => one.record.envelope.eventId!),
      flags: allFlags,
    },
    happenings,
  )
}

function citedOf(record: CaseRecord, identity: Identity): CaseRecord['proceeding']['cited'] {
  return [...record.proceeding.cited, ...identity.foreign.map(number => ({ number, source: 'FIELD', label: null }))]
}

function remember(
  deps: DecideDeps,
  state: CorrelateState,
  now: {
    snapshot: CaseRecord
    said: Said
    identity: Identity
    content: string
    personal: string
    standing: ProceedingState['standing']
    late: boolean
    before: ProceedingState | undefined
  },
): void {
  const { proceeding, envelope } = now.snapshot
  const id = now.identity.proceedingId
  state.put('p', id, {
    id,
    caseId: now.snapshot.case.caseId!,
    system: envelope.system,
    kind: proceeding.kind,
    standing: now.standing,
    hash: now.late && now.before ? now.before.hash : now.said.hash,
    content: now.content,
    version: proceeding.version,
    snapshot: deps.encode(now.snapshot).toString('base64'),
    personal: now.personal,
  })
  for (const number of proceeding.numbers) {
    if (!state.get('n', number.numberKey))
      state.put('n', number.numberKey, { proceedingId: id, system: envelope.system })
    if (state.get('a', number.numberKey)) state.put('a', number.numberKey, null)
  }
  for (const { number, source } of proceeding.cited) {
    if (source !== 'FIELD' || number.family === 'hub-case' || state.get('n', number.numberKey)) continue
    const waiting = state.get('a', number.numberKey) ?? []
    if (!waiting.includes(id)) state.put('a', number.numberKey, [...waiting, id])
  }
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

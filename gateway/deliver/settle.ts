// From the result of an attempt to what is recorded about it, and to where its entry stands now.

import type { Json } from '#connectors/sdk.ts'
import { HubError } from '#schemas/errors.ts'
import type { RetryPolicy } from '#schemas/files.ts'
import type { OutRecord } from '../kafka/port.ts'
import type { PushDoor, Result } from './door.ts'
import type { Entry } from './entry.ts'
import type { Gaps } from './gaps.ts'
import { type DeadWhy, decideNext, type Next } from './next.ts'
import {
  type About,
  type AttemptOutcome,
  attemptRecord,
  deadLetterRecord,
  parkingRecord,
  unparkRecord,
} from './records.ts'

export interface SettleDeps {
  readonly about: About
  readonly door: PushDoor
  readonly policy: RetryPolicy
  /** skip: a case goes on past its dead letters. */
  readonly onDeadLetter?: 'wait' | 'skip' | undefined
  readonly now: () => Date
  readonly random: () => number
  /** The receiver's answer as a record of in.<system>. */
  readonly answer: (entry: Entry, tree: Json, now: Date) => OutRecord | undefined
}

export interface Settled {
  readonly next: Next
  readonly outcome: AttemptOutcome
  readonly code: string | undefined
  /** The case may go on to its next event. */
  readonly isOver: boolean
  /** Without the parking of the entry: whether it is parked at all is the caller's to say. */
  readonly records: readonly OutRecord[]
}

type Deps = SettleDeps & { readonly gaps: Gaps }

/** Counts the attempt on the entry and moves its state; nothing is written here. */
export function settle(deps: Deps, entry: Entry, result: Result, ms: number): Settled {
  const { door, policy, random } = deps
  const now = deps.now()
  if (entry.firstAt === 0) entry.firstAt = now.getTime() - ms
  const ageMs = now.getTime() - entry.firstAt
  const counts = { attempts: entry.attempts + 1, tries: entry.tries + 1, doubtful: entry.doubtful, ageMs }
  const next = decideNext(result, counts, policy, door, random)
  entry.tries += 1
  if (next.kind !== 'closed' && !(next.kind === 'retry' && !next.counts)) entry.attempts += 1
  const code = 'code' in result ? result.code : undefined
  entry.code = code ?? null
  if (next.kind === 'retry') {
    entry.nextAt = now.getTime() + next.waitMs
    entry.doubtful = next.doubtful
  }
  if (next.kind === 'closed') entry.nextAt = now.getTime() + 1000
  if (next.kind === 'ask') entry.state = 'unknown'
  return recordsOf(deps, entry, next, { outcome: outcomeOf(next, result), code, ms, now, result })
}

/** Ends an entry that was tried before as a dead letter, without another attempt. */
export function giveUp(deps: Deps, entry: Entry, why: DeadWhy): Settled {
  const next: Next = { kind: 'dead', code: entry.code ?? why, why }
  const told = { outcome: 'dead' as const, code: codeOfDeath[why], ms: 0, now: deps.now(), result: undefined }
  return recordsOf(deps, entry, next, told)
}

/** What the topic parking must say of an entry that was settled so. */
export function parkingAfter(about: About, entry: Entry, { isOver }: Settled): OutRecord[] {
  if (!isOver) return [parkingRecord(about, entry)]
  return entry.parked ? [unparkRecord(about, entry)] : []
}

interface Told {
  readonly outcome: AttemptOutcome
  readonly code: string | undefined
  readonly ms: number
  readonly now: Date
  readonly result: Result | undefined
}

function recordsOf(deps: Deps, entry: Entry, next: Next, { outcome, code, ms, now, result }: Told): Settled {
  const { about, gaps } = deps
  const records = [attemptRecord(about, entry, { outcome, at: now, ms, code })]
  const skips = next.kind === 'dead' && deps.onDeadLetter === 'skip'
  if (next.kind === 'dead') {
    entry.state = 'dead'
    records.push(deadLetterRecord(about, entry, errorOf(about, entry, next)))
    if (skips) records.push(gaps.raise(entry))
  }
  if (next.kind === 'done') {
    if (next.outcome === 'delivered') records.push(...gaps.close(entry))
    const tree = result && 'answer' in result ? result.answer?.tree : undefined
    const answer = tree === undefined ? undefined : deps.answer(entry, tree, now)
    if (answer) records.push(answer)
  }
  return { next, outcome, code, isOver: next.kind === 'done' || skips, records }
}

function outcomeOf(next: Next, result: Result): AttemptOutcome {
  if (next.kind === 'done') return next.outcome
  if (next.kind === 'dead') return 'dead'
  return result.kind === 'unknown' ? 'unknown' : 'retry'
}

const codeOfDeath: Readonly<
  Record<DeadWhy, 'HUB_DELIVER_BROKEN' | 'HUB_DELIVER_USED_UP' | 'HUB_DELIVER_DEADLINE' | 'HUB_DELIVER_CANCELLED'>
> = {
  broken: 'HUB_DELIVER_BROKEN',
  refused: 'HUB_DELIVER_USED_UP',
  'used-up': 'HUB_DELIVER_USED_UP',
  deadline: 'HUB_DELIVER_DEADLINE',
  cancelled: 'HUB_DELIVER_CANCELLED',
}

function errorOf({ system }: About, entry: Entry, { code, why }: Extract<Next, { kind: 'dead' }>): HubError {
  return new HubError(codeOfDeath[why], { event: entry.eventId, attempts: entry.attempts, system, cause: code })
}

// From the result of an attempt to what is recorded about it, and to where its entry stands now.

import type { Json } from '#connectors/sdk.ts'
import { HubError } from '#schemas/errors.ts'
import type { RetryPolicy } from '#schemas/files.ts'
import type { OutRecord } from '../kafka/port.ts'
import type { PushDoor, Result } from './door.ts'
import type { Entry } from './entry.ts'
import { decideNext, type Next } from './next.ts'
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
  readonly now: () => Date
  readonly random: () => number
  /** The receiver's answer as a record of in.<system>. */
  readonly answer: (entry: Entry, tree: Json, now: Date) => OutRecord | undefined
}

export interface Settled {
  readonly next: Next
  readonly outcome: AttemptOutcome
  readonly code: string | undefined
  /** Without the parking of the entry: whether it is parked at all is the caller's to say. */
  readonly records: readonly OutRecord[]
}

/** Counts the attempt on the entry and moves its state; nothing is written here. */
export function settle(deps: SettleDeps, entry: Entry, result: Result, ms: number): Settled {
  const { about, door, policy, random } = deps
  const counts = { attempts: entry.attempts + 1, tries: entry.tries + 1, doubtful: entry.doubtful }
  const next = decideNext(result, counts, policy, door, random)
  const now = deps.now()
  entry.tries += 1
  if (next.kind !== 'closed' && !(next.kind === 'retry' && !next.counts)) entry.attempts += 1
  const code = 'code' in result ? result.code : undefined
  entry.code = code ?? null
  const records: OutRecord[] = []
  if (next.kind === 'retry') {
    entry.nextAt = now.getTime() + next.waitMs
    entry.doubtful = next.doubtful
  }
  if (next.kind === 'closed') entry.nextAt = now.getTime() + 1000
  if (next.kind === 'ask') entry.state = 'unknown'
  if (next.kind === 'dead') {
    entry.state = 'dead'
    records.push(deadLetterRecord(about, entry, errorOf(about, entry, result, code)))
  }
  const outcome = outcomeOf(next, result)
  records.unshift(attemptRecord(about, entry, { outcome, at: now, ms, code }))
  if (next.kind === 'done' && 'answer' in result && result.answer) {
    const answer = deps.answer(entry, result.answer.tree, now)
    if (answer) records.push(answer)
  }
  return { next, outcome, code, records }
}

/** What the topic parking must say of an entry that was settled so. */
export function parkingAfter(about: About, entry: Entry, next: Next): OutRecord[] {
  if (next.kind !== 'done') return [parkingRecord(about, entry)]
  return entry.parked ? [unparkRecord(about, entry)] : []
}

function outcomeOf(next: Next, result: Result): AttemptOutcome {
  if (next.kind === 'done') return next.outcome
  if (next.kind === 'dead') return 'dead'
  return result.kind === 'unknown' ? 'unknown' : 'retry'
}

function errorOf(about: About, entry: Entry, result: Result, code: string | undefined): HubError {
  const { system } = about
  if (result.kind === 'broken') return new HubError('HUB_DELIVER_BROKEN', { event: entry.eventId, system, cause: code })
  return new HubError('HUB_DELIVER_USED_UP', { attempts: entry.attempts, system, cause: code })
}

// Decides what follows an attempt: done, try again later, dead letter, or a person's decision.
// Pure: same result, counts and policy in, same decision out.
import type { RetryPolicy } from '#schemas/files.ts'
import type { PushDoor, Result } from './door.ts'

export type Next =
  | { readonly kind: 'done'; readonly outcome: 'delivered' | 'conflict' | 'refused' | 'skipped' }
  | {
      readonly kind: 'retry'
      readonly code: string
      readonly waitMs: number
      readonly counts: boolean
      readonly doubtful: boolean
    }
  | { readonly kind: 'dead'; readonly code: string; readonly why: DeadWhy }
  | { readonly kind: 'ask'; readonly code: string }
  | { readonly kind: 'closed'; readonly code: string }

/** broken, refused: trying again would not help. used-up, deadline: it was tried long enough. cancelled: an operator said so. */
export type DeadWhy = 'broken' | 'refused' | 'used-up' | 'deadline' | 'cancelled'

export interface Counts {
  /** Attempts that count, this one included. */
  readonly attempts: number
  /** All attempts, this one included. */
  readonly tries: number
  readonly doubtful: boolean
  /** Since the first attempt began. */
  readonly ageMs: number
}

const longestRetryAfterMs = 3_600_000

export function decideNext(
  result: Result,
  counts: Counts,
  policy: RetryPolicy,
  door: Pick<PushDoor, 'repeats' | 'canLookUp'>,
  random: () => number,
): Next {
  switch (result.kind) {
    case 'delivered':
    case 'conflict':
    case 'skipped':
      return { kind: 'done', outcome: result.kind }
    case 'refused':
      // A refusal that the hub can take in closes the loop as a returned hand-over; a mute one needs a person.
      return result.answer ? { kind: 'done', outcome: 'refused' } : { kind: 'dead', code: result.code, why: 'refused' }
    case 'broken':
      return { kind: 'dead', code: result.code, why: 'broken' }
    case 'closed':
      return { kind: 'closed', code: result.code }
    case 'unknown':
      if (door.repeats === 'duplicates' && !door.canLookUp) return { kind: 'ask', code: result.code }
      return again(result.code, counts, policy, random, { doubtful: true, counts: true })
    case 'retry':
      return again(result.code, counts, policy, random, {
        doubtful: counts.doubtful,
        counts: !result.unreached,
        leastMs: result.retryAfterMs,
      })
  }
}

function again(
  code: string,
  counts: Counts,
  policy: RetryPolicy,
  random: () => number,
  more: { doubtful: boolean; counts: boolean; leastMs?: number | undefined },
): Next {
  if (more.counts && policy.attempts !== undefined && counts.attempts >= policy.attempts)
    return { kind: 'dead', code, why: 'used-up' }
  const left = policy.deadlineMs - counts.ageMs
  if (left <= 0) return { kind: 'dead', code, why: 'deadline' }
  const leastMs = Math.min(more.leastMs ?? 0, longestRetryAfterMs)
  // The last attempt is made at the deadline, not long before it.
  const waitMs = Math.max(leastMs, Math.min(left, waitBeforeMs(counts.tries, policy, random)))
  return { kind: 'retry', code, waitMs, counts: more.counts, doubtful: more.doubtful }
}

/** Milliseconds to wait after attempt `n` (1-based). Full jitter, so that a system coming back from an outage is not hit by
 *  all waiting deliveries in the same second. */
export function waitBeforeMs(
  n: number,
  policy: Pick<RetryPolicy, 'firstWaitMs' | 'maxWaitMs'>,
  random: () => number,
): number {
  return Math.floor(random() * Math.min(policy.maxWaitMs, policy.firstWaitMs * 2 ** Math.min(n - 1, 30)))
}

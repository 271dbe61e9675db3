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
  | { readonly kind: 'dead'; readonly code: string }
  | { readonly kind: 'ask'; readonly code: string }
  | { readonly kind: 'closed'; readonly code: string }

export interface Counts {
  /** Attempts that count, this one included. */
  readonly attempts: number
  /** All attempts, this one included. */
  readonly tries: number
  readonly doubtful: boolean
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
      return result.answer ? { kind: 'done', outcome: 'refused' } : { kind: 'dead', code: result.code }
    case 'broken':
      return { kind: 'dead', code: result.code }
    case 'closed':
      return { kind: 'closed', code: result.code }
    case 'unknown':
      if (door.repeats === 'duplicates' && !door.canLookUp) return { kind: 'ask', code: result.code }
      if (counts.attempts >= policy.attempts) return { kind: 'dead', code: result.code }
      return retry(result.code, counts, policy, random, { doubtful: true })
    case 'retry':
      if (!result.unreached && counts.attempts >= policy.attempts) return { kind: 'dead', code: result.code }
      return retry(result.code, counts, policy, random, {
        doubtful: counts.doubtful,
        counts: !result.unreached,
        leastMs: result.retryAfterMs,
      })
  }
}

function retry(
  code: string,
  counts: Counts,
  policy: RetryPolicy,
  random: () => number,
  more: { doubtful: boolean; counts?: boolean; leastMs?: number | undefined },
): Next {
  const leastMs = Math.min(more.leastMs ?? 0, longestRetryAfterMs)
  const waitMs = Math.max(leastMs, waitBeforeMs(counts.tries, policy, random))
  return { kind: 'retry', code, waitMs, counts: more.counts ?? true, doubtful: more.doubtful }
}

/** Milliseconds to wait after attempt `n` (1-based). Full jitter, so that a system coming back from an outage is not hit by
 *  all waiting deliveries in the same second. */
export function waitBeforeMs(n: number, policy: RetryPolicy, random: () => number): number {
  return Math.floor(random() * Math.min(policy.maxWaitMs, policy.firstWaitMs * 2 ** Math.min(n - 1, 30)))
}

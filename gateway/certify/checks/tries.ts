// Delivery attempts as evidence, and what the last of them says about the system.
import { type FindingCode, finding } from '../findings.ts'
import type { Tried } from '../observer.ts'
import type { Evidence, Finding } from '../types.ts'

const shown = 20

/** The attempts that tell: not those in which nothing was to be sent, or only waited. */
export function telling(tries: readonly Tried[]): readonly Tried[] {
  return tries.filter(one => one.outcome !== 'skipped' && one.outcome !== 'parked')
}

/** What the checks read off an attempt. */
type Said = Pick<Tried, 'outcome' | 'code'>

/** A refusal that no answer message can take in ends as a dead letter, and is a refusal all the same. */
export function isRefused(tries: readonly Said[]): boolean {
  const last = tries.at(-1)?.outcome
  return last === 'refused' || (last === 'dead' && tryFinding(tries).code === 'REFUSED')
}

export function isTaken({ outcome }: Tried): boolean {
  return outcome === 'delivered' || outcome === 'conflict'
}

export function isFailure({ outcome }: Tried): boolean {
  return outcome === 'retry' || outcome === 'unknown'
}

/** Why what was sent is not taken in. */
export function tryFinding(tries: readonly Said[]): Finding {
  const last = tries.at(-1)
  if (last === undefined) return finding('NOT_TRIED')
  const said = byCode.find(([pattern]) => pattern.test(last.code ?? ''))?.[1]
  return finding(said ?? byOutcome[outcomeBehind(tries, last)] ?? 'REFUSED')
}

// A dead letter that came of the last of many failures bears that failure's code.
function outcomeBehind(tries: readonly Said[], last: Said): string {
  const before = tries.at(-2)
  return last.outcome === 'dead' && before && before.code === last.code ? before.outcome : last.outcome
}

const byCode: readonly (readonly [RegExp, FindingCode])[] = [
  [/^(HUB_DELIVER_UNREACHABLE|HUB_DELIVER_ADDRESS|HUB_DELIVER_CERT_[A-Z]+|NO_ADDRESS)$/, 'UNREACHABLE'],
  [/^HUB_DELIVER_CUT$/, 'NO_ANSWER'],
  [/^(HUB_DELIVER_ANSWER|UNREADABLE)$/, 'UNREADABLE_ANSWER'],
  [/^(HUB_DELIVER_LOGIN|HTTP_401|HTTP_403|TOKEN)$/, 'HUB_NOT_LET_IN'],
  [/^HTTP_(5\d\d|408|429)$/, 'SERVER_ERROR'],
  [/^HUB_DELIVER_BROKEN$/, 'NOT_TRIED'],
]

const byOutcome: Readonly<Record<string, FindingCode>> = {
  conflict: 'ALREADY_THERE',
  unknown: 'UNREADABLE_ANSWER',
  retry: 'SERVER_ERROR',
  parked: 'NOT_TRIED',
}

export function tryEvidence(tries: readonly Tried[]): Evidence[] {
  return tries.slice(-shown).map(({ at, outcome, attempt, code, ms, deliveryId }) => ({
    at,
    says: { zh: `第 ${attempt} 次投递:${outcome},${ms} 毫秒`, en: `attempt ${attempt}: ${outcome}, ${ms} ms` },
    ...(code ? { code } : {}),
    id: deliveryId,
  }))
}

// Delivery attempts as evidence, and what the last of them says about the system.
import { type FindingCode, finding } from '../findings.ts'
import type { Tried } from '../observer.ts'
import type { Evidence, Finding } from '../types.ts'

const shown = 20

/** The attempts that tell: not those in which nothing was to be sent, or only waited. */
export function telling(tries: readonly Tried[]): readonly Tried[] {
  return tries.filter(one => one.outcome !== 'skipped' && one.outcome !== 'parked')
}

/** A refusal that no answer message can take in ends as a dead letter, and is a refusal all the same. */
export function isRefusal({ outcome, code = '' }: Tried): boolean {
  return outcome === 'refused' || (outcome === 'dead' && codeFinding(code) === 'REFUSED')
}

export function isTaken({ outcome }: Tried): boolean {
  return outcome === 'delivered' || outcome === 'conflict'
}

export function isFailure({ outcome }: Tried): boolean {
  return outcome === 'retry' || outcome === 'unknown'
}

/** Why what was sent is not taken in. */
export function tryFinding(last: Pick<Tried, 'outcome' | 'code'> | undefined): Finding {
  if (last === undefined) return finding('NOT_TRIED')
  if (last.outcome === 'conflict') return finding('ALREADY_THERE')
  if (last.outcome === 'refused') return finding('REFUSED')
  const said = codeFinding(last.code ?? '')
  return finding(last.outcome === 'unknown' && said === 'REFUSED' ? 'UNREADABLE_ANSWER' : said)
}

const byCode: readonly (readonly [RegExp, FindingCode])[] = [
  [/^(HUB_DELIVER_UNREACHABLE|NO_ADDRESS)$/, 'UNREACHABLE'],
  [/^HUB_DELIVER_CUT$/, 'NO_ANSWER'],
  [/^HUB_DELIVER_ANSWER$/, 'UNREADABLE_ANSWER'],
  [/^(HUB_DELIVER_LOGIN|HTTP_401|HTTP_403|TOKEN)$/, 'HUB_NOT_LET_IN'],
  [/^HTTP_(5\d\d|408|429)$/, 'SERVER_ERROR'],
  [/^HUB_DELIVER_BROKEN$/, 'NOT_TRIED'],
]

function codeFinding(code: string): FindingCode {
  return byCode.find(([pattern]) => pattern.test(code))?.[1] ?? 'REFUSED'
}

export function tryEvidence(tries: readonly Tried[]): Evidence[] {
  return tries.slice(-shown).map(({ at, outcome, attempt, code, ms, deliveryId }) => ({
    at,
    says: { zh: `第 ${attempt} 次投递:${outcome},${ms} 毫秒`, en: `attempt ${attempt}: ${outcome}, ${ms} ms` },
    ...(code ? { code } : {}),
    id: deliveryId,
  }))
}

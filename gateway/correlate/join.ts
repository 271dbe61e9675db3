// Which case does a new proceeding belong to? Field-cited numbers decide; text needs a second signal (domain.md 9.7).
import type { CaseRecord, CaseSummary, CitedNumber } from '#schemas/canonical/types.ts'
import { uuid5 } from '#schemas/uuid.ts'
import type { CaseState, CorrelateState } from './state.ts'

export const caseNamespace = '3f6f2b0e-1d5b-5b6d-8f6c-7a4e9d2c5b10'

export interface Joined {
  readonly caseId: string
  /** null: the proceeding opens a new case. */
  readonly rule: 'ANSWER' | 'CITED_FIELD' | 'CITED_CASE' | 'AWAITED' | 'CITED_TEXT' | null
  readonly confidence: number
  readonly numberKey: string | null
}

/** The case that a new proceeding joins, or a new one named by it. */
export function joinCase(
  state: CorrelateState,
  proceedingId: string,
  record: CaseRecord,
  cited: readonly CitedNumber[],
): Joined {
  const answered = record.case.caseId && knownCase(state, record.case.caseId)
  if (answered) return { caseId: answered, rule: 'ANSWER', confidence: 1, numberKey: null }
  for (const one of cited) {
    if (one.source !== 'FIELD') continue
    // Two that cite the same number are about the same case, also before its owner has spoken.
    const caseId = caseOfNumber(state, one) ?? caseAwaiting(state, awaitedBy(one))
    if (caseId)
      return {
        caseId,
        rule: one.number.family === 'hub-case' ? 'CITED_CASE' : 'CITED_FIELD',
        confidence: 1,
        numberKey: one.number.numberKey,
      }
  }
  for (const number of record.proceeding.numbers) {
    const caseId = caseAwaiting(state, number.numberKey)
    if (caseId) return { caseId, rule: 'AWAITED', confidence: 1, numberKey: number.numberKey }
  }
  const own = uuid5(proceedingId, caseNamespace)
  const asked = caseAwaiting(state, own)
  if (asked) return { caseId: asked, rule: 'AWAITED', confidence: 1, numberKey: null }
  for (const one of cited) {
    if (one.source !== 'TEXT' || one.label === null) continue
    const caseId = caseOfNumber(state, one)
    if (caseId && secondSignal(state.get('c', caseId), record.case)) {
      return { caseId, rule: 'CITED_TEXT', confidence: 0.9, numberKey: one.number.numberKey }
    }
  }
  return { caseId: own, rule: null, confidence: 1, numberKey: null }
}

/** What a citation waits under until its owner speaks: the number's key, or the case itself. */
export function awaitedBy({ number }: CitedNumber): string {
  return number.family === 'hub-case' ? number.normalized : number.numberKey
}

/** Case ids follow from who came first; in another order the same proceeding may have joined instead of opening its own. */
export function knownCase(state: CorrelateState, caseId: string): string | undefined {
  return state.get('c', caseId)?.id ?? state.get('r', caseId)?.caseId
}

function caseAwaiting(state: CorrelateState, awaited: string): string | undefined {
  const first = state.get('a', awaited)?.[0]
  return first && state.get('p', first)?.caseId
}

/** The case of the proceeding that owns the number, or the cited case itself. */
export function caseOfNumber(state: CorrelateState, cited: CitedNumber): string | undefined {
  if (cited.number.family === 'hub-case') return knownCase(state, cited.number.normalized)
  const owner = state.get('n', cited.number.numberKey)
  return owner && state.get('p', owner.proceedingId)?.caseId
}

// Date and amount together. Why no party counts: ops/handbook/decisions/0010.
function secondSignal(known: CaseState | undefined, said: CaseSummary): boolean {
  if (!known || said.amount === null || said.occurredOn === null) return false
  return known.members.some(one => one.said.amount === said.amount && one.said.occurredOn === said.occurredOn)
}

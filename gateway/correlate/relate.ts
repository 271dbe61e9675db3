// Cases that stay apart and know of each other: linked RELATED on both sides, with the rule and the number that say why.
import type { CaseRecord, CitedNumber } from '#schemas/canonical/types.ts'
import type { StatusMachine } from '#schemas/status-machine.ts'
import { caseOfNumber } from './join.ts'
import type { CaseState, CorrelateState } from './state.ts'

export interface Related {
  readonly caseId: string
  /** The proceeding of that case by which it is told of the link. */
  readonly proceedingId: string
  /** Rule and evidence: the key of the number. */
  readonly ruleId: string
}

type Link = CaseState['links'][number]

/** Does a proceeding stand apart from the case of a number that it cites, because it was refused for that number's sake (9.13)? */
export function isApart(
  machine: StatusMachine,
  { kind, status }: CaseRecord['proceeding'],
  cited: CitedNumber,
): boolean {
  return machine.apart.some(
    one => one.kind === kind && one.status === status && one.families.includes(cited.number.family),
  )
}

/** The other cases that a proceeding's new version has to do with. A new proceeding joined what it cites, save what it is kept
 *  apart from; one that was known stays in its case. */
export function relatedOf(
  machine: StatusMachine,
  state: CorrelateState,
  snapshot: CaseRecord,
  isNew: boolean,
): readonly Related[] {
  const { proceeding } = snapshot
  const found = new Map<string, Related>()
  const add = (other: string | undefined, proceedingId: string | undefined, ruleId: string) => {
    if (!other || !proceedingId || other === snapshot.case.caseId || found.has(other)) return
    found.set(other, { caseId: other, proceedingId, ruleId })
  }
  for (const one of proceeding.cited) {
    const apart = isApart(machine, proceeding, one)
    if (one.source !== 'FIELD' || (isNew && !apart)) continue
    const other = caseOfNumber(state, one)
    const owner = state.get('n', one.number.numberKey)?.proceedingId ?? firstOf(state, other)
    add(other, owner, `${apart ? 'REFUSED_FOR' : 'CITED_FIELD'}:${one.number.numberKey}`)
  }
  for (const { numberKey } of proceeding.numbers)
    for (const id of state.get('w', numberKey) ?? []) add(state.get('p', id)?.caseId, id, `REFUSED_FOR:${numberKey}`)
  return [...found.values()]
}

function firstOf(state: CorrelateState, caseId: string | undefined): string | undefined {
  return caseId === undefined ? undefined : state.get('c', caseId)?.members[0]?.proceedingId
}

export function linksTo(before: CaseState | undefined, related: readonly Related[]): readonly Link[] {
  const known = new Set(before?.links.map(one => one.otherCaseId))
  return related
    .filter(one => !known.has(one.caseId))
    .map(({ caseId, ruleId }) => ({ otherCaseId: caseId, kind: 'RELATED', confidence: 1, ruleId, decidedBy: 'hub' }))
}

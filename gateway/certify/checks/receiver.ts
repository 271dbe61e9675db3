// What the system does with a delivery that it has: gives it a number, recognises a second copy, answers a look-up.
import type { Expected } from '#schemas/exchanges.ts'
import type { Result } from '../../deliver/door.ts'
import { failed, finding } from '../findings.ts'
import type { Stand } from '../stand.ts'
import { type Check, type Evidence, type Known, type Verdict, waiting } from '../types.ts'
import { tryFinding } from './tries.ts'

/** How long a receiver that numbers later may take to make a second record out of a second copy. */
const quietMs = 3000

export function joined(stand: Stand, expect: Expected<'joined'>): Check {
  const { caseId = '' } = stand.known(expect.of)!
  const own = () => [...stand.ownNumbers(caseId).values()].flat()
  return {
    look() {
      const [numberKey] = own()
      if (numberKey === undefined) return waiting
      return { kind: 'passed', known: { ...stand.known(expect.of), caseId, numberKey, ownKeys: own() } }
    },
    overdue: () => finding('NO_OWN_NUMBER'),
    seen: () =>
      stand.deps.observer.events
        .filter(one => one.caseId === caseId)
        .map(one => ({
          at: new Date(one.at).toISOString(),
          says: {
            zh: `本系统程序,状态 ${one.status},编号 ${one.ownKeys.length} 个`,
            en: `its own proceeding, status ${one.status}, ${one.ownKeys.length} numbers`,
          },
          id: one.proceedingId,
        })),
  }
}

export function copy(stand: Stand, expect: Expected<'copy'>): Check {
  const base = stand.known(expect.of)!
  const { receiving, connector } = stand.deps
  const { repeats } = connector.manifest.transport
  const seen: Evidence[] = []
  let came: Result | undefined
  let at = 0
  return {
    async begin() {
      came = await receiving!.door.attempt({ ...entryOf(stand, base), doubtful: false }, 2)
      at = stand.deps.now()
      seen.push(resultEvidence(at, { zh: '第二份相同的推送', en: 'the second copy' }, came, base))
    },
    look() {
      const own = stand.ownNumbers(base.caseId ?? '')
      const verdict = copyVerdict(repeats, came!, numbersIn(stand, came!), [...own.values()].flat())
      if (verdict.kind === 'failed') return verdict
      if (own.size > 1) return failed('SECOND_RECORD')
      return stand.deps.now() - at < quietMs ? waiting : verdict
    },
    overdue: () => finding('SECOND_RECORD'),
    seen: () => seen,
  }
}

function copyVerdict(repeats: string, came: Result, said: readonly string[], own: readonly string[]): Verdict {
  if (came.kind !== 'delivered' && came.kind !== 'conflict') return { kind: 'failed', finding: resultFinding(came) }
  if (said.length > 0 && own.length > 0 && !said.some(key => own.includes(key))) return failed('SECOND_RECORD')
  if (repeats === 'conflict' && came.kind === 'delivered') return failed('REPEAT_NOT_NAMED')
  return { kind: 'passed', known: {} }
}

// The numbers in an answer are read by the mapping of the connector's answer message, as translate would.
function numbersIn({ deps }: Stand, came: Result): string[] {
  const { connector, system } = deps
  const message = Object.entries(connector.manifest.messages).find(([, one]) => one.answer)?.[0]
  if (!('answer' in came) || !came.answer || message === undefined) return []
  const context = { system: system.id, area6: system.area, prefecture4: system.prefecture, today: '', receivedAt: 0 }
  const mapped = connector.inbound.get(message)?.compiled.map(came.answer.tree, context) ?? []
  return mapped.flatMap(one => one.own.filter(own => own.family !== 'hand-over').map(own => own.numberKey))
}

export function lookUp(stand: Stand, expect: Expected<'look-up'>): Check {
  const base = stand.known(expect.of)!
  const { door } = stand.deps.receiving!
  const seen: Evidence[] = []
  let verdict: Verdict = waiting
  return {
    async begin() {
      const entry = entryOf(stand, base)
      const there = await door.ask(entry)
      const invented = await door.ask(stand.neverSent(entry))
      const at = stand.deps.now()
      seen.push(resultEvidence(at, { zh: '查询已推送的', en: 'asked for what was sent' }, there, base))
      seen.push(resultEvidence(at, { zh: '查询未推送的', en: 'asked for what was never sent' }, invented, {}))
      if (there === undefined) verdict = failed('LOOK_UP_FAILED')
      else if (!isHeld(there)) verdict = failed('LOOK_UP_FAILED')
      else if (invented !== undefined) verdict = failed(isHeld(invented) ? 'LOOK_UP_INVENTS' : 'LOOK_UP_FAILED')
      else verdict = { kind: 'passed', known: {} }
    },
    look: () => verdict,
    overdue: () => finding('LOOK_UP_FAILED'),
    seen: () => seen,
  }
}

function isHeld({ kind }: Result): boolean {
  return kind === 'delivered' || kind === 'conflict'
}

function entryOf(stand: Stand, { messageId = '', deliveryId = '' }: Known) {
  return stand.entry(messageId, deliveryId)!
}

function resultFinding(came: Result) {
  if (came.kind === 'refused') return finding('REPEAT_NOT_NAMED')
  return tryFinding([{ outcome: came.kind, ...('code' in came ? { code: came.code } : {}) }])
}

function resultEvidence(at: number, what: Evidence['says'], came: Result | undefined, { deliveryId }: Known): Evidence {
  const kind = came?.kind ?? 'not there'
  return {
    at: new Date(at).toISOString(),
    says: { zh: `${what.zh}:${kind}`, en: `${what.en}: ${kind}` },
    ...(came && 'code' in came ? { code: came.code } : {}),
    ...(deliveryId ? { id: deliveryId } : {}),
  }
}

// Exchanges in which the system sends: something new, the same once more, or something that must be turned away.
import type { Expected } from '#schemas/exchanges.ts'
import { finding } from '../findings.ts'
import type { CaseSeen } from '../observer.ts'
import type { Stand } from '../stand.ts'
import { type Check, type Evidence, waiting } from '../types.ts'
import { callEvidence, faultsOf, type Item, refusedFinding, takenItems } from './calls.ts'

export function taken(stand: Stand, expect: Expected<'taken'>): Check {
  const since = stand.deps.now()
  const used = stand.usedKeys()
  const base = expect.updates === undefined ? undefined : stand.known(expect.updates)
  const isAsked = (item: Item) =>
    base
      ? item.numberKey === base.numberKey && item.messageId !== base.messageId
      : item.numberKey === null || !used.has(item.numberKey)
  const reached = (event: CaseSeen) => expect.reaches?.includes(event.status) ?? true
  const calls = () => stand.calls(since)
  const asked = () => takenItems(calls(), expect.message).filter(isAsked)
  const eventsOf = (item: Item) => stand.deps.observer.events.filter(one => one.messageId === item.messageId)
  return {
    look() {
      for (const item of asked()) {
        const event = eventsOf(item).find(reached)
        if (!event) continue
        const { messageId, numberKey } = item
        const ids = { ...(messageId ? { messageId } : {}), ...(numberKey ? { numberKey } : {}) }
        return { kind: 'passed', known: { ...ids, caseId: event.caseId, ownKeys: event.ownKeys } }
      }
      return waiting
    },
    overdue() {
      const items = asked()
      if (items.some(item => eventsOf(item).length > 0)) return finding('STATUS_NOT_REACHED')
      const receipts = items.map(item => stand.deps.receipt(item.messageId ?? '')?.status)
      if (receipts.includes('invalid')) return finding('INVALID')
      if (items.length > 0) return finding('NOT_NEW')
      if (takenItems(calls(), expect.message).length > 0) return finding(base ? 'OTHER_NUMBER' : 'NOT_NEW')
      return refusedFinding(calls(), 'NO_CALL')
    },
    seen: () => [...callEvidence(calls()), ...asked().flatMap(item => eventsOf(item).map(eventEvidence))],
  }
}

function eventEvidence({ at, messageId, status, flaws }: CaseSeen): Evidence {
  const marks = flaws.map(one => `${one.pointer} ${one.rule}`).join(', ')
  return {
    at: new Date(at).toISOString(),
    says: {
      zh: `案件状态 ${status}${marks ? `;存疑字段:${marks}` : ''}`,
      en: `case event, status ${status}${marks ? `; flaws: ${marks}` : ''}`,
    },
    id: messageId,
  }
}

export function repeat(stand: Stand, expect: Expected<'repeat'>): Check {
  const since = stand.deps.now()
  const base = stand.known(expect.of)!
  const calls = () => stand.calls(since)
  return {
    look: () =>
      takenItems(calls()).some(item => item.messageId === base.messageId) ? { kind: 'passed', known: base } : waiting,
    overdue() {
      if (takenItems(calls()).some(item => item.numberKey === base.numberKey)) return finding('REPEAT_CHANGED')
      return refusedFinding(calls(), 'NO_REPEAT')
    },
    seen: () => callEvidence(calls()),
  }
}

export function refused(stand: Stand, expect: Expected<'refused'>): Check {
  const since = stand.deps.now()
  const calls = () => stand.calls(since).filter(call => expect.message === undefined || call.message === expect.message)
  return {
    look: () =>
      faultsOf(calls()).some(fault => expect.codes.includes(fault.code)) ? { kind: 'passed', known: {} } : waiting,
    overdue: () => finding('NO_REFUSAL'),
    seen: () => callEvidence(stand.calls(since)),
  }
}

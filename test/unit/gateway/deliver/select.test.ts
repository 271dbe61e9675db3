import { describe, expect, it } from 'vitest'
import { selectMessage } from '#gateway/deliver/select.ts'
import { event } from '../route/sketch.ts'

const rules = [
  { message: 'notice', when: { known: true } },
  { message: 'alarm', when: { known: false, eventTypes: ['EmergencyReported'] } },
  { message: 'referral', when: { known: false, handover: true } },
]

/** Message for an event of a proceeding's version that a receiver is handed. */
function chosen(eventType: string, version: number, known: boolean, shows = true): string | undefined {
  const record = event({ sequence: version })
  const told = { ...record, envelope: { ...record.envelope, eventType } }
  return selectMessage(rules, told, { known, handover: 's1' }, () => shows)
}

describe('choosing the outbound message', () => {
  it('opens a matter at a new receiver by the registration alone, not again by what else the first message tells', () => {
    expect(chosen('CaseRegistered', 1, false)).toBe('referral')
    expect(chosen('AgreementSigned', 1, false)).toBeUndefined()
    expect(chosen('AgreementSigned', 2, false)).toBe('referral')
  })

  it('tells a receiver that knows the case all of it, links aside', () => {
    expect(chosen('AgreementSigned', 1, true)).toBe('notice')
    expect(chosen('CaseLinked', 1, true)).toBeUndefined()
  })

  it('spares a receiver whose message does not say which event it tells the same words twice', () => {
    expect(chosen('CaseRegistered', 1, true, false)).toBe('notice')
    expect(chosen('AgreementSigned', 1, true, false)).toBeUndefined()
    expect(chosen('AgreementSigned', 2, true, false)).toBe('notice')
  })

  it('obeys a rule that asks for an event by name', () => {
    expect(chosen('EmergencyReported', 1, false)).toBe('alarm')
  })
})

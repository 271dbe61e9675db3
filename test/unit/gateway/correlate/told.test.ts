import { beforeEach, describe, expect, it } from 'vitest'
import { message, numberRef } from '../../../helpers/records.ts'
import { type Desk, openDesk, typesOf } from './desk.ts'

let desk: Desk

beforeEach(() => {
  desk = openDesk()
})

const own = [numberRef('petition', 'XF330106202606010009')]
const cited = [numberRef('hotline-province', 'HZSDH20260012345')]
const emergencies = [{ seq: 1 }]
const agreement = { agreementNo: '1' }
const decision = { docType: 'AWARD' }

describe('the first message of a proceeding', () => {
  it.each([
    ['an emergency', 'REGISTERED', 'PETITION', { emergencies }, ['EmergencyReported']],
    ['an agreement', 'AGREED', 'PEOPLE_MEDIATION', { agreement }, ['AgreementSigned', 'MediationSucceeded']],
    ['a decision', 'DECIDED', 'ARBITRATION', { decision }, ['DecisionIssued']],
    [
      'a whole life',
      'CLOSED',
      'ARBITRATION',
      { emergencies, agreement, decision },
      ['EmergencyReported', 'AgreementSigned', 'DecisionIssued', 'CaseClosed'],
    ],
    ['an outcome', 'NOT_AGREED', 'PEOPLE_MEDIATION', {}, ['MediationFailed']],
    ['the agreement that it confirms', 'CONFIRMING', 'JUDICIAL_CONFIRM', { agreement }, ['ConfirmationApplied']],
    ['a notice of acceptance', 'ACCEPTED', 'CONSUMER_COMPLAINT', { decision: { docType: 'ACCEPTANCE' } }, []],
    ['a step on its way', 'DISPATCHED', 'HOTLINE', {}, []],
  ])('tells %s behind the registration', (_name, status, kind, record, told) => {
    expect(typesOf(desk.say(message({ system: 'a', own, status, kind, record })))).toEqual(['CaseRegistered', ...told])
  })

  it('tells what the mapping read from it last, once', () => {
    const words = { system: 'a', own, text: 'first', record: { emergencies } }
    const first = message(words)
    first.envelope.eventType = 'EmergencyReported'
    expect(typesOf(desk.say(first))).toEqual(['CaseRegistered', 'EmergencyReported'])
    desk = openDesk()
    first.envelope.eventType = 'SupervisionRaised'
    expect(typesOf(desk.say(first))).toEqual(['CaseRegistered', 'EmergencyReported', 'SupervisionRaised'])
  })

  it('tells the link to its case before the facts, each event with its own id and place in the case', () => {
    desk.say(message({ system: 'b', own: cited }))
    const events = desk.say(message({ system: 'a', own, cited, record: { emergencies } }))
    expect(typesOf(events)).toEqual(['CaseRegistered', 'CaseLinked', 'EmergencyReported'])
    expect(events.map(one => one.case.sequence)).toEqual([2, 3, 4])
    expect(new Set(events.map(one => one.envelope.eventId)).size).toBe(3)
    expect(events.map(one => one.proceeding.version)).toEqual([1, 1, 1])
  })

  it('tells nothing again when it is repeated, and one event when the proceeding goes on', () => {
    const words = { system: 'a', own, status: 'AGREED', text: 'first', record: { agreement } }
    expect(desk.say(message(words))).toHaveLength(3)
    expect(desk.say(message(words))).toEqual([])
    expect(typesOf(desk.say(message({ system: 'a', own, status: 'CLOSED', record: { agreement } })))).toEqual([
      'CaseClosed',
    ])
  })
})

import { beforeEach, describe, expect, it } from 'vitest'
import type { CaseRecord } from '#schemas/canonical/types.ts'
import { type MessageSketch, message, numberRef } from '../../../helpers/records.ts'
import { type Desk, openDesk, typesOf } from './desk.ts'

let desk: Desk

beforeEach(() => {
  desk = openDesk()
})

const letter = numberRef('petition', 'XF330106202603250004')
const award = numberRef('labour-arbitration', '浙杭西湖劳人仲案(2026)123号')
const ticket = numberRef('hotline-province', 'HZSDH20260012345')

const say = (sketch: MessageSketch): CaseRecord[] => desk.say(message(sketch))
const arbitrate = () => say({ system: 'labour', kind: 'ARBITRATION', own: [award] })
const refuse = (more: Partial<MessageSketch> = {}) =>
  say({ system: 'xf', kind: 'PETITION', own: [letter], cited: [award], status: 'REJECTED', ...more })

const refusedFor = { kind: 'RELATED', confidence: 1, ruleId: `REFUSED_FOR:${award.numberKey}`, decidedBy: 'hub' }

/** The links that each case shows in its last event. */
function linksOf(events: readonly CaseRecord[]): Map<string, CaseRecord['case']['links']> {
  return new Map(events.map(one => [one.case.caseId!, one.case.links]))
}

describe('a petition refused because the matter is before somebody else', () => {
  it('keeps a case of its own, and both cases show the link with its rule and number', () => {
    const [other] = arbitrate()
    const events = refuse()
    expect(typesOf(events)).toEqual(['CaseRegistered', 'CaseLinked', 'CaseRejected', 'CaseLinked'])
    const own = events[0]!.case.caseId!
    expect(own).not.toBe(other!.case.caseId)
    const links = linksOf(events)
    expect(links.get(own)).toEqual([{ otherCaseId: other!.case.caseId, ...refusedFor }])
    expect(links.get(other!.case.caseId!)).toEqual([{ otherCaseId: own, ...refusedFor }])
  })

  it('tells the other case by its own proceeding, next in its order, under an id of its own', () => {
    const [other] = arbitrate()
    const events = refuse()
    const told = events.at(-1)!
    expect(told.proceeding).toEqual(other!.proceeding)
    expect([told.case.caseId, told.case.sequence]).toEqual([other!.case.caseId, 2])
    expect([told.envelope.system, told.envelope.messageId]).toEqual(['xf', events[0]!.envelope.messageId])
    expect(new Set(events.map(one => one.envelope.eventId)).size).toBe(4)
  })

  it('is linked the same when the other speaks after it, and neither takes the other in', () => {
    const [petition] = refuse()
    refuse({ status: 'ARCHIVED' })
    const events = arbitrate()
    expect(typesOf(events)).toEqual(['CaseRegistered', 'CaseLinked', 'CaseLinked'])
    const other = events[0]!.case.caseId!
    expect(other).not.toBe(petition!.case.caseId)
    const links = linksOf(events)
    expect(links.get(other)).toEqual([{ otherCaseId: petition!.case.caseId, ...refusedFor }])
    expect(links.get(petition!.case.caseId!)).toEqual([{ otherCaseId: other, ...refusedFor }])
  })

  it('is linked once, however often it speaks', () => {
    arbitrate()
    refuse()
    expect(typesOf(refuse({ status: 'ARCHIVED' }))).toEqual(['CaseArchived'])
  })

  it('still joins the case that it was handed over from', () => {
    const [ticketed] = say({ system: 'hotline', own: [ticket] })
    const events = refuse({ cited: [ticket] })
    expect(events[0]!.case.caseId).toBe(ticketed!.case.caseId)
  })

  it('joins what it cites when it was taken up', () => {
    const [other] = arbitrate()
    expect(refuse({ status: 'ACCEPTED' })[0]!.case.caseId).toBe(other!.case.caseId)
  })
})

describe('a known proceeding that comes to cite another case', () => {
  it('is linked to it in both', () => {
    const [other] = arbitrate()
    const [first] = say({ system: 'hotline', own: [ticket] })
    const events = say({ system: 'hotline', own: [ticket], cited: [award], status: 'ACCEPTED' })
    expect(typesOf(events)).toEqual(['CaseAccepted', 'CaseLinked', 'CaseLinked'])
    expect(events[1]!.case.links).toMatchObject([{ otherCaseId: other!.case.caseId }])
    expect(events[2]!.case.links).toMatchObject([
      { otherCaseId: first!.case.caseId, ruleId: `CITED_FIELD:${award.numberKey}` },
    ])
  })
})

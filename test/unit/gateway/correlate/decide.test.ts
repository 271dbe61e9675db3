import { beforeEach, describe, expect, it } from 'vitest'
import { unwrapKey } from '#gateway/security/sealing.ts'
import type { CaseRecord, SealedPart } from '#schemas/canonical/types.ts'
import { message, numberRef } from '../../../helpers/records.ts'
import { type Desk, dayKey, kek, openDesk, personal } from './desk.ts'

let desk: Desk

beforeEach(() => {
  desk = openDesk()
})

const say = (record: CaseRecord, keyId: string | null = null): CaseRecord[] => desk.say(record, keyId)

const hotline = numberRef('hotline-province', 'HZSDH20260012345')
const platform = numberRef('platform-event', '3301060042026030200017')

describe('decide', () => {
  it('registers a new proceeding in a case of its own, with version 1 and sequence 1', () => {
    const [event, ...more] = say(message({ system: 'a', own: [hotline], status: 'DISPATCHED' }))
    expect(more).toEqual([])
    expect(event!.envelope.eventType).toBe('CaseRegistered')
    expect([event!.proceeding.version, event!.case.sequence, event!.case.proceedings.length]).toEqual([1, 1, 1])
  })

  it('joins a proceeding to the case of the number that a field cites, and says why', () => {
    const [first] = say(message({ system: 'a', own: [hotline] }))
    const events = say(message({ system: 'b', kind: 'GRID_EVENT', own: [platform], cited: [hotline] }))
    expect(events.map(one => one.envelope.eventType)).toEqual(['CaseRegistered', 'CaseLinked'])
    expect(events[0]!.case.caseId).toBe(first!.case.caseId)
    expect(events[1]!.case.proceedings.map(one => one.kind)).toEqual(['HOTLINE', 'GRID_EVENT'])
  })

  it('keeps a number cited before its owner has spoken, and joins the owner when it speaks', () => {
    const [early] = say(message({ system: 'b', own: [platform], cited: [hotline] }))
    const [late] = say(message({ system: 'a', own: [hotline] }))
    expect(late!.case.caseId).toBe(early!.case.caseId)
  })

  it('puts all that cite one number into one case, in whatever order they and its owner speak', () => {
    const labour = numberRef('labour-arbitration', '浙杭西湖劳人仲案(2026)1号')
    const speakers = [
      { system: 'a', own: [hotline] },
      { system: 'b', own: [platform], cited: [hotline] },
      { system: 'c', own: [labour], cited: [hotline] },
    ]
    for (const order of [
      [0, 1, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ]) {
      desk = openDesk()
      const cases = order.map(i => say(message(speakers[i]!))[0]!.case.caseId)
      expect(new Set(cases).size).toBe(1)
    }
  })

  it('finds a case by the id it had when another of its proceedings came first, also before that one has spoken', () => {
    const first = say(message({ system: 'a', own: [hotline] }))[0]!.case.caseId!
    const answer = { system: 'c', own: [numberRef('hand-over', 'x')], caseId: first }
    desk = openDesk()
    const [citing] = say(message({ system: 'b', own: [platform], cited: [hotline] }))
    say(message({ system: 'a', own: [hotline] }))
    expect(say(message(answer))[0]!.case.caseId).toBe(citing!.case.caseId)
    desk = openDesk()
    const [early] = say(message(answer))
    expect(say(message({ system: 'a', own: [hotline] }))[0]!.case.caseId).toBe(early!.case.caseId)
  })

  it('takes A, B, A without times for three updates and flags the third', () => {
    const own = [hotline]
    const a = { system: 'a', own, status: 'IN_PROGRESS', text: 'A', record: { case: { peopleCount: 1 } } }
    const b = { ...a, text: 'B', record: { case: { peopleCount: 2 } } }
    expect(say(message(a))).toHaveLength(1)
    expect(say(message(a))).toHaveLength(0)
    expect(say(message(b))).toHaveLength(1)
    const third = say(message(a))
    expect(third[0]!.envelope.flags).toEqual(['UNTIMED_REPEAT'])
    expect(third[0]!.proceeding.version).toBe(3)
  })

  it('keeps the receipt of a message whose copy comes after its successor and says nothing new', () => {
    const first = { system: 'a', own: [hotline], status: 'REGISTERED', text: 'registered' }
    const made = say(message(first)).map(one => one.envelope.eventId)
    say(message({ ...first, status: 'IN_PROGRESS', text: 'in progress' }))
    expect(say(message(first))).toEqual([])
    expect(desk.state.get('s', message(first).envelope.messageId)).toMatchObject({ outcome: 'events', events: made })
  })

  it('never applies the same key with other content and settles it as conflict', () => {
    const first = message({ system: 'a', own: [hotline], record: { case: { peopleCount: 1 } } })
    const other = message({ system: 'a', own: [hotline], record: { case: { peopleCount: 9 } } })
    expect(say(first, 'key-1')).toHaveLength(1)
    expect(say(first, 'key-1')).toHaveLength(0)
    expect(say(other, 'key-1')).toHaveLength(0)
    expect(desk.state.get('s', other.envelope.messageId)!.outcome).toBe('conflict')
    expect(desk.state.get('s', first.envelope.messageId)!.outcome).toBe('events')
  })

  it('records a late status without moving the state back', () => {
    say(message({ system: 'a', own: [hotline], status: 'ACCEPTED', at: 2000 }))
    const events = say(
      message({ system: 'a', own: [hotline], status: 'SIGNED', at: 1000, record: { case: { peopleCount: 77 } } }),
    )
    expect(events).toEqual([])
    const now = say(message({ system: 'a', own: [hotline], status: 'CLOSED', at: 3000 }))
    expect(now[0]!.proceeding.status).toBe('CLOSED')
    expect(now[0]!.case.peopleCount).toBe(null)
  })

  it('writes no event when only a transport time differs', () => {
    say(message({ system: 'a', own: [hotline], status: 'ACCEPTED', at: 1000 }))
    expect(say(message({ system: 'a', own: [hotline], status: 'ACCEPTED', at: 5000 }))).toEqual([])
  })

  it('lets only the owner change a proceeding: another system that uses its number gets one of its own in the case', () => {
    const [first] = say(message({ system: 'a', own: [hotline], status: 'ACCEPTED' }))
    const [other] = say(message({ system: 'b', own: [hotline], status: 'CLOSED' }))
    expect(other!.proceeding.proceedingId).not.toBe(first!.proceeding.proceedingId)
    expect(other!.case.caseId).toBe(first!.case.caseId)
    expect(other!.case.proceedings.map(one => one.status)).toEqual(['ACCEPTED', 'CLOSED'])
  })

  it('closes the case only when no proceeding is open, a returned hand-over aside', () => {
    say(message({ system: 'a', own: [hotline], status: 'ACCEPTED' }))
    say(message({ system: 'b', own: [platform], cited: [hotline], status: 'RETURNED' }))
    const [closed] = say(message({ system: 'a', own: [hotline], status: 'CLOSED' }))
    expect([closed!.case.caseStatus, closed!.case.closedAt !== null]).toEqual(['CLOSED', true])
    const [again] = say(message({ system: 'a', own: [hotline], status: 'REOPENED' }))
    expect(again!.case.caseStatus).toBe('REOPENED')
  })

  it('moves the data key of a sealed part under the proceeding key', () => {
    const record = message({ system: 'a', own: [hotline] })
    const part = { title: 'T', requests: [], parties: [], persons: [], files: [] } as unknown as SealedPart
    record.sealed = personal.seal({ ...empty, ...part }, dayKey)
    const [event] = say(record)
    const key = unwrapKey(Buffer.from(desk.state.get('k', event!.proceeding.proceedingId!)!.wrapped, 'base64'), kek.key)
    expect(event!.sealed!.keyId).toBe(`p:${event!.proceeding.proceedingId}`)
    expect(personal.open(event!.sealed!, () => key).title).toBe('T')
  })

  it('forgets a batch that was not committed', () => {
    const record = message({ system: 'a', own: [hotline] })
    say(record)
    desk.state.drop()
    expect(say(record)).toHaveLength(1)
  })
})

const empty = {
  title: null,
  summary: null,
  place: null,
  lon: null,
  lat: null,
  result: null,
  requests: [],
  returnReason: null,
  content: null,
  undisputedFacts: null,
  riskLevel: null,
  threat: null,
  opinion: null,
  note: null,
  remark: null,
  parties: [],
  persons: [],
  files: [],
}

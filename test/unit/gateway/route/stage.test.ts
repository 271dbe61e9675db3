import { describe, expect, it } from 'vitest'
import { type RouteDeps, routeRecord } from '#gateway/route/stage.ts'
import type { CaseRecord } from '#schemas/canonical/types.ts'
import type { Subscription, SystemConfig } from '#schemas/files.ts'
import type { Decision } from '#schemas/profiles.ts'
import { caseCodec, machine } from '../../../helpers/records.ts'
import { assignment, event, inRecord, party, proceeding, subscription, system, table } from './sketch.ts'

function route(record: CaseRecord, subscriptions: Subscription[], systems: SystemConfig[], headers = {}) {
  const deps: RouteDeps = {
    subscriptions,
    systems: [system('sender'), ...systems],
    table,
    machine,
    decode: bytes => caseCodec.decode(bytes),
    outTopic: id => `hub.out.${id}`,
  }
  return routeRecord(deps, inRecord(record, 0n, headers))
}

function decisionOf(purpose: Subscription['purpose'], record: CaseRecord, more: Partial<SystemConfig> = {}): Decision {
  const [sent] = route(record, [subscription('unit', purpose)], [system('unit', { serves: ['UNIT'], ...more })])
  return JSON.parse(sent!.headers!.hub_decision!) as Decision
}

describe('routing an event', () => {
  it('passes the bytes untouched, keyed by the case, with the event headers', () => {
    const record = event()
    const input = inRecord(record)
    const [out] = route(record, [subscription('unit', 'STATS')], [system('unit')])
    expect(out!.topic).toBe('hub.out.unit')
    expect(out!.key).toBe(record.case.caseId)
    expect(out!.value!.equals(input.value!)).toBe(true)
    expect(out!.headers).toMatchObject({ ce_id: record.envelope.eventId, hub_path: 'sender,unit' })
    expect(out!.headers!.hub_delivery).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('gives nothing to the system whose message caused the event', () => {
    expect(route(event({ from: 'unit' }), [subscription('unit', 'COORDINATE')], [system('unit')])).toEqual([])
  })

  it('stops a story that went through the same system too often', () => {
    const headers = { hub_path: Array(8).fill('unit').join(',') }
    expect(route(event(), [subscription('unit', 'COORDINATE')], [system('unit')], headers)).toEqual([])
  })

  it('says nothing about a tombstone', () => {
    const deps = { subscriptions: [], systems: [], table, machine, decode: caseCodec.decode, outTopic: String }
    expect(routeRecord(deps, { ...inRecord(event()), value: null })).toEqual([])
  })

  it.each([
    ['categories', { categories: ['07'] }, '0701', true],
    ['kinds', { kinds: ['GRID_EVENT'] }, '0701', false],
    ['notKinds', { notKinds: ['HOTLINE'] }, '0701', false],
    ['notKinds', { notKinds: ['GRID_EVENT'] }, '0701', true],
    ['categories', { categories: ['08'] }, '0701', false],
    ['notCategories', { notCategories: ['07'] }, '0701', false],
    ['areas', { areas: ['330106'] }, '0701', true],
    ['areas', { areas: ['330106000000'] }, '0701', true],
    ['areas', { areas: ['330107'] }, '0701', false],
    ['eventTypes', { eventTypes: ['CaseClosed'] }, '0701', false],
    ['systems', { systems: ['sender'] }, '0701', true],
    ['involved', { involved: true }, '0701', false],
  ])('filters by %s %j', (_name, filter, categoryCode, sent) => {
    const out = route(event({ categoryCode }), [subscription('unit', 'STATS', { filter })], [system('unit')])
    expect(out.length).toBe(sent ? 1 : 0)
  })

  it('counts a system as involved when a hand-over names it', () => {
    const record = event({ assignments: [assignment()] })
    const unit = system('unit', { serves: ['UNIT'] })
    expect(route(record, [subscription('unit', 'STATS', { filter: { involved: true } })], [unit])).toHaveLength(1)
  })
})

describe('the decision', () => {
  it('gives HANDLE its classes by an open hand-over', () => {
    const decision = decisionOf('HANDLE', event({ assignments: [assignment()] }))
    expect(decision).toMatchObject({
      as: 'HANDLE',
      handover: 's1',
      known: false,
      classes: { S2: 'clear', S3: 'masked', S4: 'absent' },
      rules: ['purpose-HANDLE-handover'],
    })
  })

  it('gives MEDIATE what a mediator may see by an open hand-over, before it has a mediation of its own', () => {
    expect(decisionOf('MEDIATE', event({ assignments: [assignment()] }))).toMatchObject({
      as: 'MEDIATE',
      handover: 's1',
      known: false,
      classes: { S2: 'clear', S3: 'masked', S4: 'absent' },
      rules: ['purpose-MEDIATE-handover'],
    })
    expect(decisionOf('MEDIATE', event({ assignments: [assignment({ returnedAt: 5 })] })).as).toBe('STATS')
  })

  it('gives ADJUDICATE what a court may see by an open hand-over, but who reported, and no mediator’s notes', () => {
    const parties = [party('p1', { role: 'PROTECTED' }), party('p2')]
    const decision = decisionOf('ADJUDICATE', event({ parties, assignments: [assignment()] }))
    expect(decision).toMatchObject({ as: 'ADJUDICATE', rules: ['purpose-ADJUDICATE-handover', expect.anything()] })
    expect([decision.classes.S3, decision.fields.note, decision.parties]).toEqual(['clear', 'absent', { p1: 'absent' }])
    const lead = assignment({
      assignmentId: 's2',
      to: { code: 'LEAD', name: null, area: null, level: null, line: null },
    })
    expect(decisionOf('ADJUDICATE', event({ assignments: [assignment({ lead: false }), lead] })).as).toBe('ASSIST')
    expect(decisionOf('ADJUDICATE', event({ assignments: [assignment({ returnedAt: 5 })] })).as).toBe('STATS')
  })

  it('hides from a mediator who reported, and masks who wants secrecy, also by a hand-over that it leads', () => {
    const parties = [party('p1', { role: 'PROTECTED' }), party('p2', { wantsSecrecy: true }), party('p3')]
    const decision = decisionOf('MEDIATE', event({ parties, assignments: [assignment()] }))
    expect(decision.parties).toEqual({ p1: 'absent', p2: 'masked' })
    expect(decision.fields['parties[].role']).toBeUndefined()
  })

  it.each([
    ['returned', assignment({ returnedAt: 5 })],
    ['finished', assignment({ finishedAt: 5 })],
    ['only copied', assignment({ action: 'COPY' })],
    ['for another unit', assignment({ to: { code: 'OTHER', name: null, area: null, level: null, line: null } })],
  ])('leaves HANDLE what STATS sees when the hand-over is %s', (_name, one) => {
    const decision = decisionOf('HANDLE', event({ assignments: [one] }))
    expect(decision).toMatchObject({ as: 'STATS', handover: null, rules: ['no-part'] })
    expect(decision.classes).toEqual({ S2: 'absent', S3: 'absent', S4: 'absent' })
  })

  it('takes a co-handler under HANDLE for one who assists', () => {
    const lead = assignment({
      assignmentId: 's2',
      to: { code: 'LEAD', name: null, area: null, level: null, line: null },
    })
    const decision = decisionOf('HANDLE', event({ assignments: [assignment({ lead: false }), lead] }))
    expect(decision).toMatchObject({ as: 'ASSIST', rules: ['co-handler-ASSIST'] })
  })

  it('lets a unit code decide before the area', () => {
    const record = event({ assignments: [assignment()] })
    const other = system('other', { serves: ['330106'] })
    const unit = system('unit', { serves: ['UNIT', '330106'] })
    const out = route(record, [subscription('unit', 'HANDLE'), subscription('other', 'HANDLE')], [unit, other])
    expect(out.map(one => JSON.parse(one.headers!.hub_decision!).as)).toEqual(['HANDLE', 'STATS'])
  })

  it('finds a hand-over by an area that nests in what the system serves', () => {
    const to = { code: 'TOWN', name: null, area: '330106004000', level: null, line: null }
    const decision = decisionOf('HANDLE', event({ assignments: [assignment({ to })] }), { serves: ['330106'] })
    expect(decision.as).toBe('HANDLE')
  })

  it.each([
    ['ADJUDICATE', 'ARBITRATION', 'ACCEPTED', 'ADJUDICATE'],
    ['ADJUDICATE', 'HOTLINE', 'ACCEPTED', 'STATS'],
    ['ADJUDICATE', 'ARBITRATION', 'CLOSED', 'STATS'],
    ['ADJUDICATE', 'ARBITRATION', 'RETURNED', 'STATS'],
    ['MEDIATE', 'PEOPLE_MEDIATION', 'MEDIATING', 'MEDIATE'],
    ['MEDIATE', 'JUDICIAL_CONFIRM', 'CONFIRMING', 'MEDIATE'],
    ['MEDIATE', 'ARBITRATION', 'ACCEPTED', 'STATS'],
    ['HANDLE', 'GRID_EVENT', 'ACCEPTED', 'HANDLE'],
    ['ASSIST', 'HOTLINE', 'ACCEPTED', 'ASSIST'],
    ['ASSIST', 'HOTLINE', 'CLOSED', 'STATS'],
  ] as const)('counts %s with an own %s that is %s as %s', (purpose, kind, status, as) => {
    expect(decisionOf(purpose, event({ proceedings: [proceeding('unit', status, kind)] })).as).toBe(as)
  })

  it('hides a reporter from all but the unit that examines the report', () => {
    const parties = [party('p1', { role: 'PROTECTED' })]
    const handed = { parties, assignments: [assignment()] }
    expect(decisionOf('HANDLE', event(handed)).parties).toEqual({})
    expect(decisionOf('HANDLE', event({ parties, proceedings: [proceeding('unit')] })).parties).toEqual({
      p1: 'absent',
    })
    expect(decisionOf('COORDINATE', event(handed)).parties).toEqual({ p1: 'absent' })
  })

  it('masks a party who wants secrecy for all but HANDLE', () => {
    const handed = { parties: [party('p1', { wantsSecrecy: true })], assignments: [assignment()] }
    expect(decisionOf('HANDLE', event(handed)).parties).toEqual({})
    expect(decisionOf('ASSIST', event(handed))).toMatchObject({
      parties: { p1: 'masked' },
      rules: ['purpose-ASSIST-handover', 'wants-secrecy'],
    })
  })

  it('keeps contact data from the unit that is itself the respondent', () => {
    const parties = [party('p1'), party('p2', { role: 'RESPONDENT', uscc: '91330199X00000019W' })]
    const decision = decisionOf('HANDLE', event({ parties, assignments: [assignment()] }), {
      serves: ['UNIT', '91330199X00000019W'],
    })
    expect(decision.fields).toMatchObject({ 'parties[].phone': 'absent', 'parties[].address': 'absent' })
  })

  it('keeps contact data from a unit that may be the respondent, because the respondent has a name only', () => {
    const serves = ['UNIT', '91330199X00000019W']
    const seen = (type: string, more: string[], uscc: string | null = null) => {
      const parties = [party('p1'), party('p2', { role: 'RESPONDENT', type, uscc })]
      return decisionOf('HANDLE', event({ parties, assignments: [assignment()] }), { serves: more })
    }
    expect(seen('LEGAL', serves).fields).toMatchObject({ 'parties[].phone': 'absent', 'parties[].address': 'absent' })
    expect(seen('ORG', serves).rules).toContain('respondent-unnumbered')
    // A person is no organisation, another firm's number is not this one's, and a unit of no firm has no part.
    for (const one of [seen('NATURAL', serves), seen('LEGAL', serves, '91330199X00000027P'), seen('LEGAL', ['UNIT'])])
      expect(one.fields['parties[].phone']).toBeUndefined()
  })

  it('never lets mediation notes reach ADJUDICATE', () => {
    const decision = decisionOf('ADJUDICATE', event({ proceedings: [proceeding('unit', 'ACCEPTED', 'ARBITRATION')] }))
    expect(decision.fields.note).toBe('absent')
  })
})

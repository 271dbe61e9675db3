// The storm's count sees each kind of fault; a count that cannot is worth nothing.
import { expect, test } from 'vitest'
import { metBy } from '../../storm/figures.ts'
import type { Answer, Arrival } from '../../storm/journal.ts'
import { eventsOf, planOf } from '../../storm/plan.ts'
import { type Due, Judge } from '../../storm/verdict.ts'

const due = (sequence: number): [string, Due] => [
  `e${sequence}`,
  { endpoint: 'calm', caseId: 'c', sequence, version: sequence, at: 0 },
]

const arrival = (sequence: number, answer: Answer = '200', more: Partial<Arrival> = {}): Arrival => ({
  at: sequence * 10,
  endpoint: 'calm',
  deliveryId: `d${sequence}`,
  eventId: `e${sequence}`,
  caseId: 'c',
  sequence,
  version: sequence,
  answer,
  connection: 1,
  ...more,
})

function judged(...arrivals: readonly Arrival[]) {
  const judge = new Judge(new Map([due(1), due(2), due(3)]))
  for (const one of arrivals) judge.take(one)
  return judge.end()
}

test('repeats under the same id and retries after a refusal are no fault, and are counted', () => {
  const verdict = judged(
    arrival(1, '500'),
    arrival(1, 'cut'),
    arrival(1),
    arrival(2),
    arrival(1),
    arrival(3),
    arrival(3),
  )
  expect(verdict.faults).toEqual([])
  expect(verdict.retries.get('calm')).toBe(2)
  expect(verdict.repeats.get('calm')).toBe(2)
})

test.each([
  ['an event that never arrives', [arrival(1), arrival(2)], 'lost: event e3, number 3 of case c, for calm'],
  [
    'an event that was only ever refused',
    [arrival(1), arrival(2), arrival(3, '500'), arrival(3, 'cut')],
    'lost: event e3, number 3 of case c, for calm',
  ],
  ['a later one first', [arrival(1), arrival(3), arrival(2)], 'case c: number 3 arrived after number 1'],
  [
    'a later one before its predecessor was accepted',
    [arrival(1, '500'), arrival(2), arrival(1), arrival(3)],
    'case c: number 2 came before its predecessor was accepted',
  ],
  [
    'a repeat under another id',
    [arrival(1), arrival(1, '200', { deliveryId: 'x' }), arrival(2), arrival(3)],
    'event e1 came to calm as d1 and as x',
  ],
  [
    'one id for two events',
    [arrival(1), arrival(2, '200', { deliveryId: 'd1' }), arrival(3)],
    'delivery d1 stands for two events, e2 and e1',
  ],
  [
    'an event at the wrong receiver',
    [arrival(1), arrival(2), arrival(3), arrival(1, '200', { endpoint: 'slow' })],
    'slow was sent event e1, which the log has for calm',
  ],
  [
    'an event that nobody wrote',
    [arrival(1), arrival(2), arrival(3), arrival(4)],
    'calm was sent event e4, which the log has for nobody',
  ],
  [
    'another version than the log has',
    [arrival(1), arrival(2, '200', { version: 7 }), arrival(3)],
    'event e2 arrived with another case, sequence or version than the log has',
  ],
])('%s is a fault', (_, arrivals, fault) => {
  expect(judged(...arrivals).faults).toContain(fault)
})

test('a kill has met what was accepted before it and recorded after it or never; its own are those whose line it cut', () => {
  const { fates } = judged(arrival(1), arrival(2), arrival(3, '200', { connection: 2 }), arrival(2, '200', { at: 90 }))
  const recordedAt = new Map([
    ['d1', 15],
    ['d2', 95],
  ])
  const closedAt = new Map([
    [1, 30],
    [2, 20_000],
  ])
  const met = (at: number) => metBy({ victim: 'hub one', at }, fates.values(), { recordedAt, closedAt })
  expect(met(5)).toEqual({ open: 0, own: 0, again: 0 })
  expect(met(25)).toEqual({ open: 1, own: 1, again: 1 })
  expect(met(30)).toEqual({ open: 2, own: 1, again: 1 })
  expect(met(31)).toEqual({ open: 2, own: 0, again: 0 })
})

test('the same seed plans the same events, in order within each case, as many as were asked for', () => {
  const plan = planOf({ seed: 5, messages: 2000, rate: 500, hubKills: 1, brokerKills: 1 })
  const events = [...eventsOf(plan)]
  expect([...eventsOf(plan)]).toEqual(events)
  expect(events.length + plan.path.count).toBe(2000)
  expect(new Set(events.map(one => one.eventId)).size).toBe(events.length)
  for (const own of Map.groupBy(events, one => one.caseId).values()) {
    expect(own.map(one => one.version)).toEqual(own.map((_, i) => i + 1))
    expect(new Set(own.map(one => one.endpoint)).size).toBe(1)
  }
})

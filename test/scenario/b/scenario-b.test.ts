// Scenario B of domain.md 6 through the front doors: a grid worker's report uploaded twice, the township's platform, people's
// mediation, judicial confirmation by the court, the second instalment late, enforcement by the court until it is paid.
// What each store must hold at the end was written by hand from domain.md.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Json } from '#connectors/sdk.ts'
import type { CaseRecord } from '#schemas/canonical/types.ts'
import { root } from '../../helpers/hub.ts'
import { comparable } from '../a/comparable.ts'
import { openStage, type Stage } from '../a/story.ts'

const day = '2026-04-05T09:30:00+08:00'

type Step = readonly [system: string, message: string, sample: string, ending?: 'json' | 'xml']

const steps: readonly Step[] = [
  ['grid-app', 'report', 'b01-report'],
  ['grid-app', 'report', 'b02-report-again'],
  ['zongzhi', 'event', 'b01-from-grid'],
  // The hub hands it to the committee, which opens its case by itself.
  ['zongzhi', 'event', 'b02-to-mediators'],
  ['peoples-mediation', 'case', 'b02-case-accepted'],
  ['peoples-mediation', 'case', 'b03-case-mediating'],
  ['peoples-mediation', 'case', 'b04-case-agreed'],
  ['court-odr', 'mediation-log', 'b01-mediation-log-confirm-applied'],
  ['peoples-mediation', 'case', 'b05-case-confirmation-applied'],
  ['court-odr', 'mediation-log', 'b02-mediation-log-supplement'],
  ['court-odr', 'mediation-log', 'b03-mediation-log-confirmed'],
  ['peoples-mediation', 'case', 'b06-case-confirmed'],
  ['court-odr', 'mediation-log', 'b04-mediation-log-confirm-closed'],
  ['peoples-mediation', 'case', 'b07-case-first-instalment'],
  ['peoples-mediation', 'case', 'b08-case-second-instalment-late'],
  ['court-online', 'case', 'b01-case-enforcement-filed', 'xml'],
  ['court-online', 'case', 'b02-case-enforcement-done', 'xml'],
  ['peoples-mediation', 'case', 'b09-case-closed'],
]

it('carries a quarrel about a leak from the grid through people’s mediation to its confirmation, its breach and its enforcement', {
  timeout: 240_000,
}, async () => {
  const began = new Date()
  const stage = await openStage({ day })
  for (const step of steps) await tell(stage, step)
  const ended = new Date()
  const events = await stage.events()
  expect(new Set(events.map(one => one.case.caseId)).size).toBe(1)
  expectStories(events)
  const from = new Date(day)
  const clocks = {
    now: [from, new Date(from.getTime() + ended.getTime() - began.getTime())],
    received: [began, ended],
  } as const
  for (const [id, store] of Object.entries(stage.stores()))
    expect.soft({ [id]: comparable(store, clocks) }).toEqual({ [id]: expected(id) })
})

async function tell(stage: Stage, [system, message, sample, ending = 'json']: Step): Promise<void> {
  const answer = await stage.hub.send(system, message, `samples/valid/${sample}.${ending}`)
  expect([sample, Math.floor(answer.status / 100)]).toEqual([sample, 2])
  await stage.quiet(1200)
}

function expected(id: string): Json {
  return JSON.parse(readFileSync(join(root, 'test', 'scenario', 'b', `${id}.expected.json`), 'utf8')) as Json
}

/** Uploaded twice is told once; the agreement is watched over after it was confirmed, also while it is enforced. The
 *  worker's own event ends with the last unit's work, and the coordination system's with all of them. */
function expectStories(events: readonly CaseRecord[]): void {
  expect(storyOf(events, 'grid-app')).toEqual(['CaseRegistered', 'CaseClosed'])
  expect(storyOf(events, 'zongzhi')).toEqual(['CaseRegistered', 'CaseTransferred'])
  expect(storyOf(events, 'peoples-mediation')).toEqual([
    'CaseRegistered',
    'CaseAccepted',
    'MediationScheduled',
    'MediationSucceeded',
    'ConfirmationApplied',
    'ConfirmationDecided',
    'ObligationPerformed',
    'ObligationBreached',
    'CaseClosed',
  ])
  expect(storyOf(events, 'mt-coordination')).toEqual(['CaseRegistered', 'CaseClosed'])
  expect(storyOf(events, 'court-online')).toEqual(['CaseRegistered', 'CaseClosed'])
  expect(storyOf(events, 'court-odr')).toEqual([
    'CaseRegistered',
    'ConfirmationApplied',
    'SupplementRequested',
    'ConfirmationDecided',
    'CaseClosed',
  ])
}

/** What became of one system's proceeding, links left out. */
function storyOf(events: readonly CaseRecord[], system: string): (string | null)[] {
  const own = events.filter(one => one.envelope.system === system)
  return own.map(one => one.envelope.eventType).filter(type => type !== 'CaseLinked')
}

// Scenario B of domain.md 6 through the front doors: a grid worker's report uploaded twice, the township's platform, people's
// mediation, judicial confirmation by the court. Enforcement joins with the court's own system.
import { expect, it } from 'vitest'
import type { CaseRecord } from '#schemas/canonical/types.ts'
import { openStage } from '../a/story.ts'

const steps = [
  ['grid-app', 'report', 'b01-report'],
  ['grid-app', 'report', 'b02-report-again'],
  ['zongzhi', 'event', 'b01-from-grid'],
  ['peoples-mediation', 'case', 'b01-case-referred'],
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
  ['peoples-mediation', 'case', 'b09-case-closed'],
] as const

it('carries a quarrel about a leak from the grid through people’s mediation to its confirmation by the court', {
  timeout: 240_000,
}, async () => {
  const stage = await openStage({ day: '2026-04-05T09:00:00+08:00' })
  for (const [system, message, sample] of steps) {
    const answer = await stage.hub.send(system, message, `samples/valid/${sample}.json`)
    expect([sample, Math.floor(answer.status / 100)]).toEqual([sample, 2])
    await stage.quiet(1200)
  }
  const events = await stage.events()
  expect(new Set(events.map(one => one.case.caseId)).size).toBe(1)
  expect(storyOf(events, 'grid-app')).toEqual(['CaseRegistered'])
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
  expect(storyOf(events, 'court-odr')).toEqual([
    'CaseRegistered',
    'ConfirmationApplied',
    'SupplementRequested',
    'ConfirmationDecided',
    'CaseClosed',
  ])
  const stores = stage.stores() as Readonly<Record<string, unknown>>
  const { cases } = stores['court-odr'] as { cases: Record<string, { notices: { event: string; result?: string }[] }> }
  const notices = cases['56']!.notices
  expect(notices.map(one => one.event).slice(-2)).toEqual(['ObligationBreached', 'CaseClosed'])
  // The court reads words, not our codes.
  expect(notices.map(one => one.result ?? '').join('')).not.toMatch(/[A-Z]/)
  const grid = JSON.stringify(stores['grid-app'])
  expect(grid).toContain('"unitNo":"RT330106202604050012"')
  expect(grid).toContain('"state":"确认有效"')
  for (const system of ['shichang', 'zhifa', 'bianmin', 'hotline-12345', 'labour-arbitration'])
    expect(JSON.stringify(stores[system])).not.toContain('3301060042026040500003')
  expect(JSON.stringify(stores['consumer-12315'])).toBe('{"submissions":{},"pushes":[],"refused":[]}')
  expect(JSON.stringify(stores['petition-xinfang'])).toBe('{"letters":{},"rows":[],"refused":[]}')
})

/** What became of one system's proceeding, links left out. */
function storyOf(events: readonly CaseRecord[], system: string): (string | null)[] {
  const own = events.filter(one => one.envelope.system === system)
  return own.map(one => one.envelope.eventType).filter(type => type !== 'CaseLinked')
}

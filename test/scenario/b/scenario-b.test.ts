// Scenario B of domain.md 6 through the front doors: a grid worker's report uploaded twice, the township's platform, people's
// mediation, judicial confirmation by the court. Enforcement joins with the court's own system.
import { expect, it } from 'vitest'
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
  console.log(events.map(one => `${one.envelope.system} ${one.proceeding.kind} ${one.envelope.eventType} ${one.proceeding.status} ${one.case.caseId}`).join('\n'))
  console.log(JSON.stringify(stage.stores(), null, 1))
  const { case: dispute } = events.at(-1)!
  console.log(JSON.stringify(dispute, null, 1))
})

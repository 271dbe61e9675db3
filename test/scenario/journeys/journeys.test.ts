// One journey for each system through the front doors, in one hub: its native message in, another system's out, its update,
// what comes back to it, a refusal read as a returned hand-over, a second copy that opens nothing. The stories are the
// yaml files beside this one.
import { expect, it } from 'vitest'
import { type Journey, missing, readJourneys, type Showing, showings } from './journey.ts'
import { type Ground, look, openGround, playJourney } from './play.ts'

it('takes every system in, brings it to others, and reads what they answer', { timeout: 420_000 }, async () => {
  const journeys = readJourneys().filter(one => !process.env.ONLY || process.env.ONLY.split(',').includes(one.system))
  const ground = await openGround()
  const systems = ground.stage.hub.settings.config.systems.map(one => one.id)
  if (!process.env.ONLY) expect(journeys.map(one => one.system).sort()).toEqual([...systems].sort())
  expect(journeys.filter(one => missing(one).length > 0).map(one => [one.system, missing(one)])).toEqual([])
  const run = String(1000 + Math.floor(Math.random() * 9000))
  const rows: string[] = []
  for (const journey of journeys) {
    const began = performance.now()
    const words = await playJourney(ground, journey, new Map([['run', run]])).catch((error: unknown) => {
      expect.soft(error, `${journey.system}, run ${run}`).toBeUndefined()
    })
    const ms = Math.round(performance.now() - began)
    rows.push(rowOf(journey, words ? `${ms}` : `failed after ${ms}`))
    if (!words)
      for (const at of ['court-odr', 'peoples-mediation', 'hotline-12345'])
        console.log(at, JSON.stringify(ground.stage.stores()[at]))
    if (words) await nothingTwice(ground, journey, words)
  }
  process.stdout.write(`${['system', ...showings, 'ms'].join(' | ')}\n${rows.join('\n')}\n`)
})

/** Looked at once more, when all later deliveries had time to open a second one. */
async function nothingTwice(ground: Ground, { steps }: Journey, words: ReadonlyMap<string, string>): Promise<void> {
  await ground.stage.quiet(800)
  for (const step of steps.filter(one => one.shows.includes('conflict')))
    for (const seen of step.seen) look(ground, seen, words)
}

function rowOf(journey: Journey, ms: string): string {
  return [journey.system, ...showings.map(showing => cellOf(journey, showing)), ms].join(' | ')
}

function cellOf({ steps, not = {} }: Journey, showing: Showing): string {
  const shown = steps.filter(step => step.shows.includes(showing))
  if (shown.length === 0) return `not: ${not[showing]}`
  if (showing === 'in') return shown.map(step => step.send[0]!.message).join(', ')
  const places = shown.flatMap(step => step.seen.map(({ at, under }) => `${at}/${under}`))
  const outcomes = showing === 'conflict' ? shown.flatMap(step => step.tried?.outcomes ?? []) : []
  return [...new Set([...places, ...outcomes])].join(', ')
}

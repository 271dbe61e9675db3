// One journey for each system through the front doors, in one hub: its native message in, another system's out, its update,
// what comes back to it, a refusal read as a returned hand-over, a second copy that opens nothing. The stories are the
// yaml files beside this one.
import { expect, it } from 'vitest'
import { connectorDirs, demoConfig } from '#gateway/index.ts'
import { root } from '../../helpers/hub.ts'
import type { Words } from './holds.ts'
import { type Journey, missing, readJourneys, type Showing, showings } from './journey.ts'
import { type Ground, look, openGround, playJourney } from './play.ts'

const journeys = readJourneys()

it('has a journey for every system, that shows each of the six or says why it cannot', () => {
  const systems = demoConfig(connectorDirs(root)).systems.map(one => one.id)
  expect(journeys.map(one => one.system).sort()).toEqual([...systems].sort())
  expect(Object.fromEntries(journeys.map(one => [one.system, missing(one)]))).toEqual(
    Object.fromEntries(systems.map(system => [system, []])),
  )
})

it('takes every system in, brings it to others, and reads what they answer', { timeout: 420_000 }, async () => {
  const ground = await openGround()
  const run = String(1000 + Math.floor(Math.random() * 9000))
  const rows: string[] = []
  for (const journey of journeys) {
    const began = performance.now()
    const failure = await played(ground, journey, new Map([['run', run]]))
    const ms = Math.round(performance.now() - began)
    rows.push(rowOf(journey, failure ? `failed after ${ms}` : `${ms}`))
    expect.soft(failure, `${journey.system}, run ${run}`).toBeUndefined()
  }
  process.stdout.write(`${['system', ...showings, 'ms'].join(' | ')}\n${rows.join('\n')}\n`)
})

/** What went wrong, if anything: one journey's end is not that of the others. */
async function played(ground: Ground, journey: Journey, words: Words): Promise<unknown> {
  try {
    await nothingTwice(ground, journey, await playJourney(ground, journey, words))
    return undefined
  } catch (error) {
    return error
  }
}

/** Looked at once more, when all later deliveries had time to open a second one. */
async function nothingTwice(ground: Ground, { steps }: Journey, words: Words): Promise<void> {
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

// Coordination and the four platforms send back all they take in, with a new time and their own number. That must not
// make a circle: the log stands still soon after the last step, and still stands a minute later.
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openStage, type Stage, story } from './a/story.ts'

const echoing = ['mt-coordination', 'zongzhi', 'shichang', 'zhifa', 'bianmin']
const told = story.steps.filter(step => echoing.includes(step.system)).length

/** Tells the story to a hub of its own; the echoes' times are of `echoDay` when that is given, else of the story's day. */
async function ringing(echoDay?: string): Promise<Stage> {
  let shift = Date.parse(story.day) - Date.now()
  const stage = await openStage({ calendar: () => new Date(Date.now() + shift) })
  for (const id of echoing) stage.hub.simulators.get(id)!.behave({ mode: 'reexport' })
  for (const step of story.steps) {
    const answer = await stage.hub.send(step.system, step.message, step.sample)
    expect([step.sample, Math.floor(answer.status / 100)]).toEqual([step.sample, 2])
    await sleep(3000)
    if (echoDay !== undefined) shift = Date.parse(echoDay) - Date.now()
  }
  return stage
}

it('does not ring while five systems send back all they receive, be it of the same day or of a later one', {
  timeout: 300_000,
}, async () => {
  const stages = await Promise.all([ringing(), ringing('2026-07-01T09:00:00+08:00')])
  const counts = () => Promise.all(stages.map(async stage => (await stage.events()).length))
  await sleep(10_000)
  const soon = await counts()
  await sleep(60_000)
  expect(await counts()).toEqual(soon)
  for (const stage of stages) {
    const echoes = (await stage.canonical()).filter(one => echoing.includes(one.envelope.system)).length - told
    // Silence would prove nothing: much must have come back.
    expect(echoes).toBeGreaterThan(20)
    process.stdout.write(`${echoes} echoes came back, ${(await stage.events()).length} events stand in the log\n`)
  }
})

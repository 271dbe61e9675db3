// Coordination and the four platforms send back all they take in, with a new time and their own number. That must not
// make a circle: the log stands still soon after the last step, and still does later; with HUB_DRILL=full a minute later.
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openStage, type Stage, story } from './a/story.ts'

const stillMs = process.env.HUB_DRILL === 'full' ? 60_000 : 8000
const echoing = ['mt-coordination', 'zongzhi', 'shichang', 'zhifa', 'bianmin']
const own = story.steps.filter(step => echoing.includes(step.system)).length

/** Tells the story to a hub of its own, to systems that echo or not; the echoes' times are of `echoDay` when that is
 *  given, else of the story's day. */
async function tell(echoes: boolean, echoDay?: string): Promise<Stage> {
  let shift = Date.parse(story.day) - Date.now()
  const stage = await openStage({ calendar: () => new Date(Date.now() + shift) })
  if (echoes) for (const id of echoing) stage.hub.simulators.get(id)!.behave({ mode: 'reexport' })
  for (const step of story.steps) {
    const answer = await stage.hub.send(step.system, step.message, step.sample)
    expect([step.sample, Math.floor(answer.status / 100)]).toEqual([step.sample, 2])
    await sleep(2000)
    if (echoDay !== undefined) shift = Date.parse(echoDay) - Date.now()
  }
  return stage
}

it('does not ring while five systems send back all they receive, be it of the same day or of a later one', {
  timeout: 300_000,
}, async () => {
  const [calm, ...stages] = await Promise.all([tell(false), tell(true), tell(true, '2026-07-01T09:00:00+08:00')])
  const counts = () => Promise.all(stages.map(async stage => (await stage.events()).length))
  await sleep(10_000)
  const soon = await counts()
  await sleep(stillMs)
  expect(await counts()).toEqual(soon)
  const told = await versions(calm)
  for (const stage of stages) {
    const echoes = (await stage.canonical()).filter(one => echoing.includes(one.envelope.system)).length - own
    // Silence would prove nothing: much must have come back.
    expect(echoes).toBeGreaterThan(20)
    // What is said back after a step may hold that step's news, once; said back again it is no event.
    for (const [proceeding, version] of await versions(stage))
      expect([proceeding, version]).toEqual([
        proceeding,
        expect.toSatisfy(v => v <= (told.get(proceeding) ?? 0) + story.steps.length),
      ])
    process.stdout.write(`${echoes} echoes came back, ${(await stage.events()).length} events stand in the log\n`)
  }
})

/** Each proceeding's last version, by its system and kind. */
async function versions(stage: Stage): Promise<Map<string, number>> {
  const all = (await stage.events()).map(({ envelope, proceeding }) => ({
    name: `${envelope.system} ${proceeding.kind} ${proceeding.numbers[0]?.normalized}`,
    version: proceeding.version,
  }))
  return new Map(all.map(one => [one.name, one.version ?? 0]))
}

// Coordination and the four platforms send back all they take in, with a new time and their own number. That must not
// make a circle: the log stands still soon after the last step, and still stands a minute later.
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openStage, story } from './a/story.ts'

const echoing = ['mt-coordination', 'zongzhi', 'shichang', 'zhifa', 'bianmin']

it.each([
  ['of the day', null],
  ['after all that the story tells', '2026-07-01T09:00:00+08:00'],
])(
  'does not ring while five systems send back all they receive, with times %s',
  { timeout: 300_000 },
  async (_when, later) => {
    let shift = Date.parse(story.day) - Date.now()
    const stage = await openStage({ calendar: () => new Date(Date.now() + shift) })
    for (const id of echoing) stage.hub.simulators.get(id)!.behave({ mode: 'reexport' })
    for (const step of story.steps) {
      const answer = await stage.hub.send(step.system, step.message, step.sample)
      expect([step.sample, Math.floor(answer.status / 100)]).toEqual([step.sample, 2])
      await sleep(3000)
      if (later !== null) shift = Date.parse(later) - Date.now()
    }
    await sleep(10_000)
    const soon = (await stage.events()).length
    await sleep(60_000)
    expect(await stage.events()).toHaveLength(soon)
  },
)

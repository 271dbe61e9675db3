// Scenario A of domain.md 6 through the front doors only: native messages in, the systems' own stores out.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { root, settled, testHub } from '../../helpers/hub.ts'

interface Story {
  readonly day: string
  readonly steps: readonly { readonly system: string; readonly message: string; readonly sample: string }[]
}

it('carries twelve unpaid workers from the hotline through the platforms and arbitration to the coordination system and back', async () => {
  const story = parse(readFileSync(join(root, 'connectors', 'story-a.yaml'), 'utf8')) as Story
  const hub = await testHub({ day: story.day })
  const stores = () => Object.fromEntries([...hub.simulators].map(([id, one]) => [id, one.store()]))
  for (const step of story.steps) {
    const answer = await hub.send(step.system, step.message, step.sample)
    expect([step.sample, Math.floor(answer.status / 100)]).toEqual([step.sample, 2])
    await settled(stores, 600)
  }
  const final = await settled(stores, 3000)
  if (process.env.DUMP) (await import('node:fs')).writeFileSync(process.env.DUMP, JSON.stringify(final, null, 2))
  for (const id of hub.simulators.keys()) {
    const expected: unknown = JSON.parse(
      readFileSync(join(root, 'test', 'scenario', 'a', `${id}.expected.json`), 'utf8'),
    )
    expect({ [id]: final[id] }).toEqual({ [id]: expected })
  }
})

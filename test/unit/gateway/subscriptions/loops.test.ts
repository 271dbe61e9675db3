import { describe, expect, it } from 'vitest'
import { Loops } from '#gateway/subscriptions/loops.ts'
import type { Supervised } from '#gateway/supervise.ts'
import { HubError } from '#schemas/errors.ts'
import { hook, type World, world } from './world.ts'

interface Rig {
  readonly one: World
  /** What was done, in order. */
  readonly done: string[]
  readonly loops: Loops
}

async function rig(gone: (ids: readonly string[]) => Promise<void> = async () => undefined): Promise<Rig> {
  const one = await world()
  const done: string[] = []
  const loops = new Loops({
    subscriptions: one.subscriptions,
    async start({ id, door }) {
      done.push(`start ${id} ${door.kind === 'webhook' ? new URL(door.url).pathname : door.kind}`)
      const run: Supervised = {
        async stop() {
          await Promise.resolve()
          done.push(`stop ${id}`)
        },
        health: () => ({ stage: `deliver.${id}`, state: 'running', lastCommitAt: null, reason: null, restarts: 0 }),
      }
      return run
    },
    async gone(ids) {
      done.push(`gone ${ids}`)
      await gone(ids)
    },
    log: { info: () => undefined, error: (_facts, text) => void done.push(text) },
    wait: async () => undefined,
  })
  return { one, done, loops }
}

const at = (id: string, path: string, more: object = {}) =>
  hook(id, { door: { kind: 'webhook', url: `https://receiver.example/${path}` }, ...more })

describe('delivery loops', () => {
  it('starts what comes, changes by stopping first, and clears after the loop of a removed one has ended', async () => {
    const { one, done, loops } = await rig()
    await one.call('POST', '', at('aa', '1'))
    await loops.begin()
    await one.call('POST', '', at('bb', '1'))
    await one.call('PUT', '/aa', at('aa', '2'))
    await one.call('DELETE', '/bb')
    await expect
      .poll(() => done)
      .toEqual(['start aa /1', 'start bb /1', 'stop aa', 'start aa /2', 'stop bb', 'gone bb'])
    expect(loops.runs().map(run => run.health().stage)).toEqual(['deliver.aa'])
    await loops.stop()
  })

  it('leaves a loop alone when only its filter, its basis or its secrets change, and has none for pull', async () => {
    const { one, done, loops } = await rig()
    await one.call('POST', '', at('aa', '1'))
    await one.call('POST', '', hook('pulled', { door: { kind: 'pull' } }))
    await loops.begin()
    await one.call('PUT', '/aa', at('aa', '1', { filter: { areas: ['33'] }, basis: 'other' }))
    await one.call('POST', '/aa/rotate-secret')
    await one.call('PUT', '/aa', at('aa', '1', { profile: { 'parties[].name': 'absent' } }))
    await expect.poll(() => done).toEqual(['start aa /1', 'stop aa', 'start aa /1'])
    await loops.stop()
  })

  it('clears what was removed while no process was there to do it, once', async () => {
    const { one, done, loops } = await rig()
    await one.call('POST', '', at('aa', '1'))
    await one.call('DELETE', '/aa')
    await loops.begin()
    await one.call('POST', '', at('bb', '1'))
    await expect.poll(() => done).toEqual(['gone aa', 'start bb /1'])
    await loops.stop()
  })

  it('clears once more when Kafka was away', async () => {
    let away = 2
    const { one, done, loops } = await rig(async () => {
      if (away-- > 0) throw new HubError('HUB_KAFKA_UNREACHABLE', { operation: 'send', cause: 'x' })
    })
    await loops.begin()
    await one.call('POST', '', at('aa', '1'))
    await one.call('DELETE', '/aa')
    const failed = 'subscription.not-followed'
    await expect.poll(() => done.slice(-5)).toEqual(['gone aa', failed, 'gone aa', failed, 'gone aa'])
    await loops.stop()
  })
})

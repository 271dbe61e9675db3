import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { InRecord, Reader } from '#gateway/kafka/port.ts'
import { followRegistry, type Registry } from '#gateway/registry.ts'
import { FakeKafka } from './deliver/fake-kafka.ts'

interface Rig {
  readonly kafka: FakeKafka
  readonly heard: string[]
  readonly log: ReturnType<typeof vi.fn>
  follow(reader?: Reader): Promise<Registry>
}

function rig(): Rig {
  const kafka = new FakeKafka()
  const heard: string[] = []
  const log = vi.fn()
  const hear = (record: InRecord) => void heard.push(`${record.key}=${record.value}`)
  return {
    kafka,
    heard,
    log,
    async follow(reader = kafka.reader()) {
      const registry = await followRegistry({
        reader,
        producer: { send: async records => records.map(one => kafka.append(one)), close: async () => undefined },
        topic: 'registry',
        listeners: { 'a/': hear },
        log: { warn: log },
      })
      onTestFinished(() => registry.stop())
      return registry
    },
  }
}

const say = ({ kafka }: Rig, key: string, value: string): void =>
  void kafka.append({ topic: 'registry', key, value: Buffer.from(value) })

describe('the registry', () => {
  it('has heard all that stood there before it says that it follows, each record once and in order', async () => {
    const one = rig()
    for (let i = 0; i < 120; i += 1) say(one, `a/${i}`, String(i))
    say(one, 'b/1', 'of somebody else')
    await one.follow()
    expect(one.heard).toEqual(Array.from({ length: 120 }, (_, i) => `a/${i}=${i}`))
  })

  it('hears what comes later by itself', async () => {
    const one = rig()
    await one.follow()
    say(one, 'a/1', 'x')
    await expect.poll(() => one.heard).toEqual(['a/1=x'])
  })

  it('catches up with the end as it is now, while its own reading is still on its way', async () => {
    const one = rig()
    const slow = one.kafka.reader()
    const registry = await one.follow({
      ...slow,
      page: async (topic, partition, from, options) => {
        if (options?.waitMs && options.waitMs > 500) await sleep(60_000, undefined, { ref: false })
        return slow.page(topic, partition, from, options)
      },
    })
    say(one, 'a/1', 'x')
    say(one, 'a/2', 'y')
    await registry.catchUp()
    expect(one.heard).toEqual(['a/1=x', 'a/2=y'])
  })

  it('hears a record once, however many read it at a time', async () => {
    const one = rig()
    const registry = await one.follow()
    for (let i = 0; i < 60; i += 1) say(one, `a/${i}`, '-')
    await Promise.all([registry.catchUp(), registry.catchUp(), registry.catchUp()])
    await sleep(60)
    expect(one.heard).toEqual(Array.from({ length: 60 }, (_, i) => `a/${i}=-`))
  })

  it('has heard what it wrote when the writing is done', async () => {
    const one = rig()
    const registry = await one.follow()
    await registry.put('a/1', { x: 1 })
    await registry.put('a/1', null)
    expect(one.heard).toEqual(['a/1={"x":1}', 'a/1=null'])
  })

  it('tells trouble and goes on reading after it', async () => {
    const one = rig()
    const sound = one.kafka.reader()
    let down = false
    const page: Reader['page'] = (...all) => (down ? Promise.reject(new Error('DOWN')) : sound.page(...all))
    const registry = await one.follow({ ...sound, page })
    down = true
    await expect.poll(() => one.log.mock.calls.length).toBe(1)
    await expect(registry.catchUp()).rejects.toThrow('DOWN')
    down = false
    say(one, 'a/1', 'x')
    await expect.poll(() => one.heard, { timeout: 3000 }).toEqual(['a/1=x'])
  })
})

// Ten thousand cases that wait: what they take in memory, read back at the start of the process that owns them.
import { topicNames } from '#gateway/index.ts'
import { startChild } from '../child.ts'
import { machine } from '../cpu.ts'
import { fillCopies } from '../fill-events.ts'
import { waitUntil } from '../hub-process.ts'
import type { Part } from '../setting.ts'
import { residentOf, webhookBench } from '../webhooks.ts'

const part = 'parked'
const dayMs = 86_400_000
const restMs = 3000

export const parked: Part = {
  about: 'ten thousand parked cases: memory, and how long they take to read back at a start',
  async run(setting) {
    const cases = setting.options.brief ? 1000 : 10_000
    const receiver = startChild(setting, 'webhook-receiver.ts', { answerAfterMs: 0 })
    const bench = await webhookBench(setting, part, { late: await receiver.said<string>('ready') })
    const ready = async () => {
      const began = performance.now()
      const hub = await bench.start()
      await waitUntil('parked', 120_000, async () => (await fetch(`${hub.url}/health/ready`)).ok)
      const ms = performance.now() - began
      await new Promise(done => setTimeout(done, restMs))
      const rss = await residentOf(hub)
      await hub.stop()
      return { rss, ms }
    }
    setting.say('parked: a start with nothing parked')
    const without = await ready()
    setting.say(`parked: ${cases} cases`)
    const topic = topicNames.parkingTopic(bench.prefix)
    const marks = {
      hub_subscription: 'late',
      hub_origin_topic: bench.outTopic('late'),
      hub_origin_partition: '0',
      hub_attempts: '3',
      hub_tries: '3',
      hub_first_at: String(Date.now()),
      hub_next_at: String(Date.now() + dayMs),
      hub_state: 'waiting',
      hub_error_code: 'HTTP_500',
    }
    await fillCopies(setting, bench.made, topic, cases, (copy, n) => ({
      ...copy,
      key: `late/${copy.headers!.hub_delivery}`,
      headers: { ...copy.headers, ...marks, hub_origin_offset: String(n) },
    }))
    const held = await ready()
    await receiver.stop()
    return [
      {
        part,
        figure: 'RSS growth',
        value: held.rss - without.rss,
        unit: 'MB',
        target: { atMost: 100 },
        note: `${cases} parked cases read back at the start; ${Math.round(without.rss)} MB with none; ${machine()}`,
      },
      {
        part,
        figure: 'ready after',
        value: held.ms / 1000,
        unit: 's',
        limit: { what: 'with nothing parked', value: without.ms / 1000 },
      },
    ]
  },
}

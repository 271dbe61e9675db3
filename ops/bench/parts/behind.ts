// One subscriber a million events behind, beside another one that gets its events at a steady rate: what the backlog costs in memory,
// and by how much it moves the other's times.
import { setTimeout as sleep } from 'node:timers/promises'
import { openKafka, type Producer } from '#gateway/index.ts'
import { type Child, startChild } from '../child.ts'
import { machine } from '../cpu.ts'
import { copyOf, fillCopies, idOf } from '../fill-events.ts'
import type { HubProcess } from '../hub-process.ts'
import type { Row } from '../report.ts'
import type { Part } from '../setting.ts'
import { spreadOf } from '../stats.ts'
import { residentOf, type WebhookBench, webhookBench } from '../webhooks.ts'

const part = 'behind'
const perSecond = 100
const tickMs = 20
const warmSeconds = 5

interface Watched {
  readonly p50: number
  readonly p99: number
  readonly rss: number
}

export const behind: Part = {
  about: 'one webhook a million events behind: memory, and what another subscriber feels of it',
  async run(setting) {
    const backlog = setting.options.brief ? 100_000 : 1_000_000
    const seconds = setting.options.brief ? 5 : 30
    const late = startChild(setting, 'webhook-receiver.ts', { answerAfterMs: 20 })
    const other = startChild(setting, 'webhook-receiver.ts', { answerAfterMs: 0 })
    const urls = { late: await late.said<string>('ready'), other: await other.said<string>('ready') }
    const bench = await webhookBench(setting, part, urls)
    const hub = await bench.start()
    const kafka = openKafka({ brokers: [(await setting.brokers()).address], clientId: 'bench-steady' })
    const producer = await kafka.producer()
    setting.say(`behind: ${perSecond}/s to one subscriber for ${seconds} s, with nothing else to do`)
    const steady = new Steady(bench, producer, other)
    await steady.run(hub, warmSeconds)
    const before = await steady.run(hub, seconds)
    await hub.stop()
    setting.say(`behind: ${backlog} events for the other one`)
    await fillCopies(setting, bench.made, bench.outTopic('late'), backlog)
    const again = await bench.start()
    setting.say('behind: the same beside the backlog')
    await steady.run(again, warmSeconds)
    const beside = await steady.run(again, seconds)
    const worked = await late.ask<number>('count')
    await again.stop()
    await kafka.close()
    await Promise.all([late.stop(), other.stop()])
    return rowsOf(before, beside, { backlog, worked })
  },
}

/** Events to the other subscriber at a steady rate, over all runs numbered on. */
class Steady {
  readonly #bench: WebhookBench
  readonly #producer: Producer
  readonly #receiver: Child
  #next = 0

  constructor(bench: WebhookBench, producer: Producer, receiver: Child) {
    this.#bench = bench
    this.#producer = producer
    this.#receiver = receiver
  }

  async run(hub: HubProcess, seconds: number): Promise<Watched> {
    const sentAt = new Map<string, number>()
    const aTick = (perSecond * tickMs) / 1000
    const begin = performance.timeOrigin + performance.now()
    let rss = 0
    for (let tick = 0; tick < (seconds * 1000) / tickMs; tick += 1) {
      const due = begin + tick * tickMs
      await sleep(Math.max(0, due - performance.timeOrigin - performance.now()))
      const numbers = Array.from({ length: aTick }, () => this.#next++)
      for (const n of numbers) sentAt.set(idOf('2', n), due)
      const { made, outTopic } = this.#bench
      void this.#producer.send(numbers.map(n => copyOf(made[n % made.length]!, outTopic('other'), n)))
      if (tick % (1000 / tickMs) === 0) rss = Math.max(rss, await residentOf(hub))
    }
    const arrivals = await this.#arrived(sentAt)
    const times = [...sentAt].map(([id, at]) => (arrivals.get(id) ?? Number.NaN) - at)
    const { p50, p99 } = spreadOf(times.filter(ms => !Number.isNaN(ms)))
    return { p50, p99, rss }
  }

  async #arrived(sent: ReadonlyMap<string, number>): Promise<Map<string, number>> {
    const deadline = performance.now() + 30_000
    while ((await this.#receiver.ask<number>('count')) < this.#next && performance.now() < deadline) await sleep(100)
    const arrivals = await this.#receiver.ask<Map<string, number>>('arrivals')
    return new Map([...arrivals].filter(([id]) => sent.has(id)))
  }
}

function rowsOf(before: Watched, beside: Watched, { backlog, worked }: { backlog: number; worked: number }): Row[] {
  const times = ({ p50, p99 }: Watched) => `p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)} ms`
  return [
    {
      part,
      figure: 'RSS growth',
      value: beside.rss - before.rss,
      unit: 'MB',
      target: { atMost: 50 },
      note: `${Math.round(before.rss)} MB without; ${backlog} events behind, ${worked} of them delivered meanwhile`,
    },
    {
      part,
      figure: 'p99 of the other one, moved by',
      value: (beside.p99 / before.p99 - 1) * 100,
      unit: '%',
      target: { atMost: 20 },
      note: `${perSecond}/s: alone ${times(before)}; beside the backlog ${times(beside)}; ${machine()}`,
    },
  ]
}

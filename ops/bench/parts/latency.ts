// From native in to native delivered at a steady rate, and which stage takes which share of it.
import { join } from 'node:path'
import { startChild } from '../child.ts'
import { benchConfig, writeConfig } from '../config.ts'
import { machine, watchCpu } from '../cpu.ts'
import { startHubProcess, waitUntil } from '../hub-process.ts'
import { type Path, readPaths } from '../paths.ts'
import type { Sent } from '../processes/sender.ts'
import type { Row } from '../report.ts'
import type { Part, Setting } from '../setting.ts'
import { spreadOf } from '../stats.ts'

const part = 'latency'
const prefix = 'latency.'

interface Report {
  readonly sent: readonly Sent[]
  readonly failed: number
  readonly lateMs: number
  readonly startAt: number
}

export const latency: Part = {
  about: 'native in to native delivered at a steady rate: p50, p99, each stage’s share',
  async run(setting) {
    const perSecond = setting.options.rate
    const seconds = setting.options.brief ? 4 : 30
    const warmSeconds = setting.options.brief ? 2 : 10
    const { to } = setting.traffic
    const receiver = startChild(setting, 'receiver.ts', { marker: to.marker, answer: to.answer })
    const config = benchConfig(setting.root, setting.traffic, await receiver.said<string>('ready'))
    const hub = await startHubProcess(setting, {
      name: 'hub-latency',
      roles: '',
      config: writeConfig(join(setting.dir, 'latency.yaml'), config),
      dataDir: join(setting.dir, 'latency'),
      prefix,
    })
    setting.say(`latency: ${perSecond}/s for ${seconds} s after ${warmSeconds} s of warming up`)
    const sender = startChild(setting, 'sender.ts', { url: hub.url, perSecond, seconds: seconds + warmSeconds })
    const busy = watchCpu({
      hub: hub.pid,
      broker: (await setting.brokers()).pid,
      sender: sender.pid,
      receiver: receiver.pid,
    })
    const report = await sender.said<Report>('done')
    const cpu = busy()
    await sender.stop()
    const load = machine()
    const all = report.sent.length
    await waitUntil(part, 30_000, async () => (await receiver.ask<number>('count')) >= all).catch(() => undefined)
    const { calls, arrivals } = await receiver.ask<{ calls: number; arrivals: Map<number, number> }>('arrivals')
    const rss = (await hub.metric('hub_process_resident_memory_bytes')) / 2 ** 20
    const paths = await readPaths((await setting.brokers()).address, prefix, setting.traffic)
    await hub.stop()
    await receiver.stop()
    const from = report.startAt + warmSeconds * 1000
    const measured = report.sent.filter(one => one.dueAt >= from)
    const per = (name: string) => `${name} ${Math.round((cpu[name] ?? Number.NaN) / all)}`
    return [
      ...wholeRows(setting, measured, arrivals, load),
      ...shareRows(measured, arrivals, paths),
      {
        part,
        figure: 'not delivered',
        value: all + report.failed - arrivals.size,
        unit: 'messages',
        target: { atMost: 0 },
        note: `${report.failed} not accepted, ${calls} deliveries of ${all} messages`,
      },
      {
        part,
        figure: 'hub CPU a message',
        value: (cpu.hub ?? Number.NaN) / all,
        unit: 'us',
        note: `${per('broker')}, ${per('sender')}, ${per('receiver')}; sender late by at most ${Math.round(report.lateMs)} ms`,
      },
      { part, figure: 'hub RSS', value: rss, unit: 'MB', target: { atMost: 600 }, note: 'after the run' },
    ]
  },
}

function wholeRows(
  setting: Setting,
  sent: readonly Sent[],
  arrivals: ReadonlyMap<number, number>,
  load: string,
): Row[] {
  const whole = spreadOf(sent.flatMap(one => (arrivals.has(one.n) ? [arrivals.get(one.n)! - one.dueAt] : [])))
  const answer = spreadOf(sent.map(one => one.answeredAt - one.dueAt))
  const note = `${whole.count} messages at ${setting.options.rate}/s; ${load}${setting.options.brief ? '; brief run' : ''}`
  return [
    { part, figure: 'in to delivered, p50', value: whole.p50, unit: 'ms', target: { atMost: 60 }, note },
    {
      part,
      figure: 'in to delivered, p99',
      value: whole.p99,
      unit: 'ms',
      target: { atMost: 250 },
      note: `max ${Math.round(whole.max)} ms`,
    },
    {
      part,
      figure: 'in to answered (202), p50',
      value: answer.p50,
      unit: 'ms',
      note: `p99 ${Math.round(answer.p99)} ms, max ${Math.round(answer.max)} ms`,
    },
  ]
}

function shareRows(
  sent: readonly Sent[],
  arrivals: ReadonlyMap<number, number>,
  paths: ReadonlyMap<string, Path>,
): Row[] {
  const shares: Record<string, number[]> = { receive: [], translate: [], correlate: [], route: [], deliver: [] }
  for (const { n, dueAt, messageId } of sent) {
    const path = paths.get(messageId)
    const arrived = arrivals.get(n)
    if (!path || arrived === undefined) continue
    const times = [dueAt, path.in, path.canonical, path.event, path.out, arrived]
    for (const [i, share] of Object.values(shares).entries()) share.push(times[i + 1]! - times[i]!)
  }
  const whole = Object.values(shares).reduce((sum, share) => sum + spreadOf(share).mean, 0)
  return Object.entries(shares).map(([name, share]) => {
    const { mean, p50, p99 } = spreadOf(share)
    return {
      part,
      figure: `  ${name}, p50`,
      value: p50,
      unit: 'ms',
      note: `p99 ${Math.round(p99)} ms; ${Math.round((mean / whole) * 100)} % of the mean`,
    }
  })
}

// How many signed native messages one process takes in, confirmed by the broker, beside a bare route on the same producer.
import { join } from 'node:path'
import { openKafka, topicNames, topicSpecs } from '#gateway/index.ts'
import { startChild } from '../child.ts'
import { benchConfig, writeConfig } from '../config.ts'
import { machine, watchCpu } from '../cpu.ts'
import { startHubProcess } from '../hub-process.ts'
import type { LoadResult } from '../processes/load.ts'
import type { Row } from '../report.ts'
import type { Part, Setting } from '../setting.ts'
import { spreadOf } from '../stats.ts'

const part = 'intake'
const connections = [64, 256]

interface Measured extends LoadResult {
  readonly perSecond: number
  readonly cpu: Record<string, number>
  readonly load: string
}

export const intake: Part = {
  about: 'signed POSTs confirmed with acks=all, beside a bare Fastify route on the same producer',
  async run(setting) {
    const rows: Row[] = []
    for (const [i, count] of connections.entries()) {
      // Each anew, so that neither profits from the other's log.
      const bare = await ofBare(setting, count, i)
      const hub = await ofHub(setting, count, i)
      rows.push(...rowsOf(hub, bare, count))
    }
    return rows
  },
}

async function ofHub(setting: Setting, count: number, run: number): Promise<Measured> {
  const config = benchConfig(setting.root, setting.traffic, 'http://127.0.0.1:1')
  const hub = await startHubProcess(setting, {
    name: `hub-intake-${count}`,
    roles: 'gateway',
    config: writeConfig(join(setting.dir, `intake-${run}.yaml`), config),
    dataDir: join(setting.dir, `intake-${run}`),
    prefix: `intake${run}.`,
  })
  const measured = await loaded(setting, hub.url, hub.pid, count)
  await hub.stop()
  return measured
}

async function ofBare(setting: Setting, count: number, run: number): Promise<Measured> {
  const brokers = (await setting.brokers()).address
  const { system } = setting.traffic.from
  const prefix = `bare${run}.`
  const topic = topicNames.inTopic(prefix, system)
  const kafka = openKafka({ brokers: [brokers], clientId: 'bench' })
  const admin = await kafka.admin()
  await admin.ensureTopics(
    topicSpecs({ prefix, systems: [system], subscribers: [], brokers: 1 }).filter(one => one.name === topic),
  )
  await kafka.close()
  const bare = startChild(setting, 'bare-intake.ts', { brokers, topic, port: await setting.port() })
  const measured = await loaded(setting, await bare.said<string>('ready'), bare.pid, count)
  await bare.stop()
  return measured
}

async function loaded(setting: Setting, url: string, pid: number, count: number): Promise<Measured> {
  const { brief } = setting.options
  const job = { url, connections: count, warmSeconds: brief ? 1 : 6, seconds: brief ? 2 : 12, firstNumber: 1 }
  setting.say(`intake: ${count} connections on ${url} for ${job.seconds} s`)
  const load = startChild(setting, 'load.ts', job)
  const broker = (await setting.brokers()).pid
  await load.said('measuring')
  const busy = watchCpu({ server: pid, broker })
  const result = await load.said<LoadResult>('done')
  const cpu = busy()
  await load.stop()
  return { ...result, perSecond: result.answered / result.seconds, cpu, load: machine() }
}

function rowsOf(hub: Measured, bare: Measured, count: number): Row[] {
  const per = ({ cpu, answered }: Measured, name: string) => (cpu[name] ?? Number.NaN) / answered
  const text = (one: Measured) => {
    const { p50, p99 } = spreadOf(one.waitsMs)
    return `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, broker ${Math.round(per(one, 'broker'))} us and load ${Math.round(one.cpuMicros / one.answered)} us CPU each`
  }
  return [
    {
      part,
      figure: `requests, ${count} connections`,
      value: hub.perSecond,
      unit: '/s',
      target: { ratioAtLeast: 0.8 },
      limit: { what: 'bare Fastify', value: bare.perSecond },
      note: `${hub.refused} refused; hub: ${text(hub)}; bare: ${text(bare)}; ${hub.load}`,
    },
    {
      part,
      figure: '  CPU a request',
      value: per(hub, 'server'),
      unit: 'us',
      limit: { what: 'bare Fastify', value: per(bare, 'server') },
      note: 'of the server process alone',
    },
  ]
}

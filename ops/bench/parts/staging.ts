// How fast one process drains a staging table into Kafka, and how much memory it takes, beside a bare loop that selects and
// updates the same rows and keeps nothing.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startPostgres } from '../../bootstrap/databases/postgres.ts'
import { startChild } from '../child.ts'
import { benchConfig, writeConfig } from '../config.ts'
import { cpuOf, machine } from '../cpu.ts'
import { type HubProcess, startHubProcess, waitUntil } from '../hub-process.ts'
import type { BareStagingJob } from '../processes/bare-staging.ts'
import type { Row } from '../report.ts'
import type { Part, Setting } from '../setting.ts'
import { openStaging, type Staging } from '../staging.ts'

const part = 'staging'
const prefix = 'staging.'
const idleMs = 5000

export const staging: Part = {
  about: 'rows of a staging table in PostgreSQL drained into Kafka, beside a bare SELECT and UPDATE loop',
  async run(setting) {
    const count = setting.options.brief ? 20_000 : 200_000
    const server = await startPostgres()
    setting.cleanup.add(() => server.stop())
    const way = { url: `${server.url}postgres`, credentials: server.credentials }
    const tables = await openStaging(setting.root, way)
    setting.cleanup.add(() => tables.close())
    const hub = await ofHub(setting, tables, count)
    setting.say('staging: the bare loop')
    await tables.fill(count)
    const bare = startChild(setting, 'bare-staging.ts', { way, spec: tables.spec } satisfies BareStagingJob)
    const bareSeconds = await bare.said<number>('done')
    await bare.stop()
    return rowsOf(count, hub, bareSeconds)
  },
}

interface Drained {
  readonly seconds: number
  readonly cpuMicros: number
  readonly failed: number
  readonly idleBytes: number
  readonly peakBytes: number
  readonly load: string
}

async function ofHub(setting: Setting, tables: Staging, count: number): Promise<Drained> {
  const demo = benchConfig(setting.root, setting.traffic, 'http://127.0.0.1:1')
  const systems = demo.systems.map(one =>
    one.id === tables.system ? { ...one, ways: { 'staging-table': { ...tables.way, everyMs: 50 } } } : one,
  )
  const hub = await startHubProcess(setting, {
    name: 'hub-staging',
    roles: 'gateway',
    config: writeConfig(join(setting.dir, 'staging.yaml'), { ...demo, systems, subscriptions: [] }),
    dataDir: join(setting.dir, 'staging'),
    prefix,
  })
  await new Promise(done => setTimeout(done, idleMs))
  const idleBytes = rssOf(hub)
  setting.say(`staging: filling in ${count} rows with their parts`)
  const cpu = cpuOf(hub.pid)
  // In one transaction: the hub sees all of them at once.
  await tables.fill(count)
  const began = performance.now()
  setting.say('staging: the hub')
  let peakBytes = 0
  await waitUntil(`draining ${count} rows`, 600_000, async () => {
    peakBytes = Math.max(peakBytes, rssOf(hub))
    return !(await tables.hasOpen())
  })
  const seconds = (performance.now() - began) / 1000
  const drained = {
    seconds,
    cpuMicros: cpuOf(hub.pid) - cpu,
    failed: count - (await tables.done()),
    idleBytes,
    peakBytes,
    load: machine(),
  }
  await hub.stop()
  return drained
}

function rowsOf(count: number, hub: Drained, bareSeconds: number): Row[] {
  const mb = (bytes: number) => bytes / 2 ** 20
  return [
    {
      part,
      figure: 'rows drained',
      value: count / hub.seconds,
      unit: '/s',
      target: { atLeast: 3000 },
      limit: { what: 'SELECT and UPDATE alone', value: count / bareSeconds },
      note: `${count} rows, ${hub.failed} not done; ${(hub.cpuMicros / count).toFixed(0)} us CPU of the hub each; ${hub.load}`,
    },
    {
      part,
      figure: '  RSS growth',
      value: mb(hub.peakBytes - hub.idleBytes),
      unit: 'MB',
      target: { atMost: 100 },
      note: `from idle ${mb(hub.idleBytes).toFixed(0)} MB to the peak ${mb(hub.peakBytes).toFixed(0)} MB`,
    },
  ]
}

function rssOf({ pid }: Pick<HubProcess, 'pid'>): number {
  try {
    const kb = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return Number(kb) * 1024
  } catch {
    return Number.NaN
  }
}

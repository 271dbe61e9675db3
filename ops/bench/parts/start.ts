// How long a newcomer waits for the first delivered case, and what the hub weighs once the story is told.
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { startCommand } from '../child.ts'
import { machine } from '../cpu.ts'
import { answers, readMetrics, waitUntil } from '../hub-process.ts'
import type { Row } from '../report.ts'
import type { Part, Setting } from '../setting.ts'

const part = 'start'

interface Started {
  readonly readyMs: number
  readonly deliveredMs: number
  readonly rss: number
}

export const start: Part = {
  about: 'npm start until a case has been delivered, and the hub’s memory after the story',
  async run(setting) {
    const warm = await started(setting, 'warm', setting.root, {}, 60_000)
    const rows = rowsOf('warm', warm, 20)
    return setting.options.cold ? [...rows, ...rowsOf('cold', await cold(setting), 180)] : rows
  },
}

/** A fresh clone with nothing in any cache: packages and jars come over the network. */
async function cold(setting: Setting): Promise<Started> {
  const clone = join(setting.dir, 'clone')
  execFileSync('git', ['clone', '--quiet', setting.root, clone])
  const repository = join(setting.dir, 'maven')
  mkdirSync(repository)
  const env = { npm_config_cache: join(setting.dir, 'npm'), MAVEN_OPTS: `-Dmaven.repo.local=${repository}` }
  return started(setting, 'cold', clone, env, 600_000)
}

async function started(
  setting: Setting,
  name: string,
  cwd: string,
  env: Readonly<Record<string, string>>,
  withinMs: number,
): Promise<Started> {
  setting.say(`start: ${name}, with the demo's story`)
  const [http, kafka] = [await setting.port(), await setting.port()]
  const url = `http://127.0.0.1:${http}`
  const began = performance.now()
  const hub = startCommand(
    setting,
    name,
    [join('ops', 'bootstrap', 'enter.mjs'), 'start'],
    {
      ...env,
      HUB_HTTP_PORT: String(http),
      HUB_KAFKA_PORT: String(kafka),
      HUB_DATA_DIR: join(setting.dir, name),
      HUB_DEMO: 'on',
      KAFKA_BROKERS: '',
    },
    cwd,
  )
  await waitUntil(name, withinMs, () => answers(`${url}/health/ready`), hub.output)
  const readyMs = performance.now() - began
  await waitUntil(name, withinMs, () => isDelivered(url), hub.output)
  const deliveredMs = performance.now() - began
  await waitUntil(name, 60_000, async () => hub.output().includes('the story is told'), hub.output)
  const rss = (await readMetrics(url)).get('hub_process_resident_memory_bytes') ?? Number.NaN
  await hub.stop()
  return { readyMs, deliveredMs, rss: rss / 2 ** 20 }
}

async function isDelivered(url: string): Promise<boolean> {
  const metrics = await readMetrics(url)
  return [...metrics].some(([name, value]) => /^hub_deliveries_total\{.*outcome="delivered"/.test(name) && value > 0)
}

function rowsOf(name: string, { readyMs, deliveredMs, rss }: Started, seconds: number): Row[] {
  const note = `hub ready after ${(readyMs / 1000).toFixed(1)} s; ${machine()}`
  return [
    {
      part,
      figure: `${name} start until a case is delivered`,
      value: deliveredMs / 1000,
      unit: 's',
      target: { atMost: seconds },
      note,
    },
    { part, figure: 'hub RSS after the story', value: rss, unit: 'MB', target: { atMost: 600 }, note: `${name} start` },
  ]
}

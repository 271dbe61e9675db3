// Runs parts of the bench one after the other on one broker, which goes away with all else at the end.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBroker } from '../bootstrap/broker/start.ts'
import { type Cleanup, createCleanup } from './cleanup.ts'
import { behind } from './parts/behind.ts'
import { formats } from './parts/formats.ts'
import { intake } from './parts/intake.ts'
import { latency } from './parts/latency.ts'
import { parked } from './parts/parked.ts'
import { route } from './parts/route.ts'
import { staging } from './parts/staging.ts'
import { start } from './parts/start.ts'
import { translate } from './parts/translate.ts'
import { webhook } from './parts/webhook.ts'
import { formatTable, type Row } from './report.ts'
import type { BenchOptions, Part, Setting } from './setting.ts'
import { readTraffic } from './traffic.ts'

export const parts: Readonly<Record<string, Part>> = {
  start,
  latency,
  translate,
  route,
  behind,
  parked,
  intake,
  formats,
  staging,
  webhook,
}

const firstPort = 35_000
const lastPort = 35_999

export interface BenchJob {
  readonly root: string
  readonly env: Setting['env']
  readonly options: BenchOptions
  readonly names: readonly string[]
  readonly say: (line: string) => void
  /** Resolves when the user wants to stop. */
  readonly stopped: Promise<void>
}

/** Prints a table for each part as it ends, then all in one. */
export async function runBench(job: BenchJob): Promise<void> {
  const cleanup = createCleanup()
  try {
    await Promise.race([job.stopped, measure(job, cleanup)])
  } finally {
    await cleanup.run()
  }
}

async function measure(job: BenchJob, cleanup: Cleanup): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'hub-bench-'))
  cleanup.add(() => rmSync(dir, { recursive: true, force: true }))
  const port = ports()
  let broker: Promise<{ address: string; pid: number }> | undefined
  const setting: Setting = {
    ...job,
    dir,
    traffic: readTraffic(job.root),
    port,
    cleanup,
    brokers: () => {
      broker ??= startOwn(job.root, dir, port, cleanup)
      return broker
    },
  }
  const rows: Row[] = []
  for (const name of job.names) {
    const found = await parts[name]!.run(setting)
    rows.push(...found)
    if (job.names.length > 1) job.say(`\n${formatTable(found)}\n`)
  }
  job.say(`\n${formatTable(rows)}\n`)
}

async function startOwn(root: string, dir: string, port: () => Promise<number>, cleanup: Cleanup) {
  const broker = await again(async () =>
    startBroker({
      cacheDir: join(root, '.cache'),
      dataDir: join(dir, 'kafka'),
      port: await port(),
      controllerPort: await port(),
    }),
  )
  cleanup.add(() => broker.stop())
  return { address: broker.brokers, pid: broker.pid }
}

// Our range lies among the ports that outgoing connections get: one may be taken between looking and listening.
async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt === 3) throw error
    }
  }
}

/** Free ports of our own range, each given once; every second one, since a broker of `hub start` takes the next one, too. */
function ports(): () => Promise<number> {
  let next = firstPort
  return async () => {
    while (next < lastPort) {
      const port = next
      next += 2
      if ((await isFree(port)) && (await isFree(port + 1))) return port
    }
    return 0
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise(done => {
    const server = createServer()
    server.once('error', () => done(false))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => done(true)))
  })
}

// A whole hub with all demo simulators inside the test's process, on a topic prefix of its own. Everything ends with the test.
import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { HttpAnswer, Simulator, SimulatorOptions } from '#connectors/sdk.ts'
import {
  connectorDirs,
  createLog,
  demoConfig,
  demoCredentials,
  type Hub,
  type HubSettings,
  importSimulator,
  roles,
  sampleTree,
  startHub,
} from '#gateway/index.ts'
import type { HubConfig } from '#schemas/files.ts'
import { sharedBroker } from './broker.ts'

export const root = new URL('../..', import.meta.url).pathname

export interface TestHub {
  readonly hub: Hub
  readonly url: string
  readonly settings: HubSettings
  readonly simulators: ReadonlyMap<string, Simulator>
  /** Where systems that exchange files have theirs, a folder each. */
  readonly exchangeDir: string
  /** Sends a sample of the system's connector as the system would. */
  send(system: string, message: string, sample: string): Promise<HttpAnswer>
  /** @param meanwhile done while no hub runs */
  restart(meanwhile?: () => void): Promise<void>
}

export interface TestHubOptions {
  /** Where the simulators' calendars stand. */
  readonly day?: string
  /** The simulators' calendars, where one day is not enough. */
  readonly calendar?: () => Date
  readonly brokers?: string
  readonly config?: (demo: HubConfig) => HubConfig | Promise<HubConfig>
  /** By system: the database of those that exchange rows in this test. */
  readonly databases?: Readonly<Record<string, NonNullable<SimulatorOptions['database']>>>
  /** Of the log in dataDir/hub.log; warn when left out. */
  readonly logLevel?: string
}

export async function testHub(options: TestHubOptions = {}): Promise<TestHub> {
  const dataDir = mkdtempSync(join(tmpdir(), 'hub-'))
  // The systems' own files: none of the hub's.
  const exchangeDir = mkdtempSync(join(tmpdir(), 'exchange-'))
  const dirs = connectorDirs(root)
  const demo = demoConfig(dirs)
  const shift = options.day ? Date.parse(options.day) - Date.now() : 0
  let url = ''
  const simulators = new Map<string, Simulator>()
  for (const { id, connector } of demo.systems) {
    const start = await importSimulator(dirs.find(dir => dir.endsWith(`/${connector}`))!)
    const simulator = await start({
      system: id,
      port: 0,
      folder: folderOf(exchangeDir, id),
      ...(options.databases?.[id] ? { database: options.databases[id] } : {}),
      hubUrl: () => url,
      credentials: demoCredentials(id),
      now: options.calendar ?? (() => new Date(Date.now() + shift)),
      signedAt: () => new Date(),
      random: Math.random,
    })
    simulators.set(id, simulator)
  }
  const systems = demo.systems.map(one => {
    const { url, ways } = simulators.get(one.id)!
    return { ...one, url, ...(ways ? { ways } : {}) }
  })
  const config = await (options.config ?? (same => same))({ ...demo, systems })
  const settings: HubSettings = {
    root,
    dataDir,
    config,
    brokers: (options.brokers ?? sharedBroker().brokers).split(','),
    prefix: `t${randomUUID().slice(0, 8)}.`,
    host: '127.0.0.1',
    port: 0,
    operatorKey: 'operator-key',
    slot: '1',
    roles: new Set(roles),
    log: createLog(options.logLevel ?? 'warn', join(dataDir, 'hub.log')),
    now: () => new Date(),
  }
  const state = { hub: await startHub(settings) }
  url = state.hub.url
  onTestFinished(async () => {
    await Promise.all([...simulators.values()].map(one => one.close()))
    await state.hub.stop()
    for (const dir of [dataDir, exchangeDir]) rmSync(dir, { recursive: true, force: true })
  })
  return {
    get hub() {
      return state.hub
    },
    get url() {
      return url
    },
    settings,
    simulators,
    exchangeDir,
    async restart(meanwhile) {
      await state.hub.stop()
      meanwhile?.()
      state.hub = await startHub(settings)
      url = state.hub.url
    },
    send(system, message, sample) {
      const connector = demo.systems.find(one => one.id === system)!.connector
      const native = sampleTree(join(root, 'connectors', connector), message, sample)
      return simulators.get(system)!.send(message, native)
    },
  }
}

function folderOf(exchangeDir: string, system: string): string {
  const folder = join(exchangeDir, system)
  mkdirSync(folder, { recursive: true })
  return folder
}

/** Waits until `look` gives the same answer for `quietMs`; returns it. */
export async function settled<T>(look: () => T | Promise<T>, quietMs = 1500, withinMs = 45_000): Promise<T> {
  const deadline = Date.now() + withinMs
  let last = JSON.stringify(await look())
  let since = Date.now()
  while (Date.now() < deadline) {
    await new Promise(done => setTimeout(done, 100))
    const now = await look()
    const text = JSON.stringify(now)
    if (text !== last) {
      last = text
      since = Date.now()
    } else if (Date.now() - since >= quietMs) return now
  }
  throw new Error(`not settled within ${withinMs} ms`)
}

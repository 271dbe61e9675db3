// A real simulator on a socket, and what a probe finds of it.
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Simulator } from '#connectors/sdk.ts'
import { demoConfig } from '#gateway/loader/config.ts'
import type { Connector } from '#gateway/loader/connector.ts'
import { demoCredentials } from '#gateway/loader/demo-credentials.ts'
import { connectorDirs, importSimulator, loadConnector, loadWorld } from '#gateway/loader/discover.ts'
import type { ProbeStep } from '#gateway/probe/findings.ts'
import { probeSystem } from '#gateway/probe/probe.ts'

export const root = new URL('../../../..', import.meta.url).pathname
const world = loadWorld(root)
const dirs = connectorDirs(root)
export const { systems } = demoConfig(dirs)

export async function simulator(id: string): Promise<Simulator> {
  const start = await importSimulator(dirOf(id))
  const made = await start({
    system: id,
    port: 0,
    hubUrl: () => 'http://127.0.0.1:1',
    credentials: demoCredentials(id),
    now: () => new Date(),
    random: Math.random,
  })
  onTestFinished(() => made.close())
  return made
}

/** Ways by which the hub reaches systems of this kind. */
export async function waysOut(id: string): Promise<readonly string[]> {
  return (await connectorOf(dirOf(id))).manifest.transport.outbound
}

function dirOf(id: string): string {
  const { connector } = systems.find(one => one.id === id)!
  return dirs.find(dir => dir.endsWith(`/${connector}`))!
}

const loaded = new Map<string, Promise<Connector>>()

function connectorOf(dir: string): Promise<Connector> {
  const made = loaded.get(dir) ?? loadConnector(root, dir, world)
  loaded.set(dir, made)
  return made
}

export interface Twist {
  readonly credentials?: Readonly<Record<string, string>>
  readonly connector?: (loaded: Connector) => Connector
  readonly now?: () => Date
}

export async function probe(id: string, url: string, twist: Twist = {}): Promise<ProbeStep[]> {
  const connector = await connectorOf(dirOf(id))
  const found = systems.find(one => one.id === id)!
  const credentials = twist.credentials ?? found.outbound!.credentials
  const steps: ProbeStep[] = []
  const parts = {
    system: { ...found, url, outbound: { credentials } },
    connector: twist.connector?.(connector) ?? connector,
    now: twist.now ?? (() => new Date()),
    timeoutMs: 400,
  }
  for await (const step of probeSystem(parts)) steps.push(step)
  return steps
}

export const codes = (steps: readonly ProbeStep[]) => Object.fromEntries(steps.map(one => [one.step, one.code]))

/** Anything that speaks HTTP. */
export async function server(answer: RequestListener): Promise<string> {
  const made = createServer(answer)
  await new Promise<void>(done => made.listen(0, '127.0.0.1', done))
  onTestFinished(() => void made.close())
  return `http://127.0.0.1:${(made.address() as AddressInfo).port}`
}

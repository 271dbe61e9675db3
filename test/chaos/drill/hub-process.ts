// The hub under the drill: a child process on the command line's own entry, killed and started again like a service.
import type { ChildProcess } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { hubChild } from '../../helpers/hub-child.ts'

export interface HubOptions {
  readonly brokers: string
  readonly prefix: string
  readonly dataDir: string
  readonly port: number
  readonly roles?: string
  /** Name among several processes that share a data directory. */
  readonly slot?: string
  /** Text of hub.yaml; the drill's own when left out. */
  readonly config?: string
  readonly logLevel?: string
}

export interface HubProcess {
  readonly starts: number[]
  /** Ends that nobody asked for. */
  readonly ownEnds: { readonly at: number; readonly code: number | null }[]
  /** Rejects when the hub ends by itself for the third time: then something is broken that no drill is about. */
  readonly failed: Promise<never>
  start(): void
  /** kill -9; resolves when the process is gone. */
  kill(): Promise<void>
  /** SIGSTOP: it stands still and nobody is told; only a kill ends that. */
  freeze(): void
  /** SIGTERM and wait. */
  stop(): Promise<void>
}

// No push doors: what the drill counts lies on the topics.
const drillConfig = `systems:
  - id: labour-arbitration
    connector: labour-arbitration
    area: '330106'
    prefecture: '3301'
    inbound: { scheme: irs-hmac, credentials: { accessKey: drill-ak, secret: drill-sk } }
  - id: hotline-12345
    connector: hotline-12345
    area: '330106'
    prefecture: '3301'
    inbound: { scheme: static-token, credentials: { token: drill-token } }
  - id: mt-coordination
    connector: mt-coordination
    area: '330106'
    prefecture: '3301'
    inbound: { scheme: irs-hmac, credentials: { accessKey: drill-ak-2, secret: drill-sk-2 } }
subscriptions:
  - { id: all, system: mt-coordination, purpose: COORDINATE, basis: drill, door: { kind: pull } }
`

export function hubProcess(options: HubOptions): HubProcess {
  mkdirSync(options.dataDir, { recursive: true })
  const file = join(options.dataDir, `hub${options.slot ?? ''}.yaml`)
  writeFileSync(file, options.config ?? drillConfig)
  const starts: number[] = []
  const ownEnds: { at: number; code: number | null }[] = []
  let fail: (error: Error) => void = () => undefined
  const failed = new Promise<never>((_, reject) => {
    fail = reject
  })
  failed.catch(() => undefined)
  let child: ChildProcess | undefined
  let wanted = false
  const start = (): void => {
    wanted = true
    starts.push(Date.now())
    const mine = hubChild(variables(options, file))
    child = mine
    let said = ''
    mine.stdout!.resume()
    mine.stderr!.on('data', chunk => {
      said += chunk
    })
    mine.once('exit', code => {
      if (child !== mine || !wanted) return
      ownEnds.push({ at: Date.now(), code })
      process.stdout.write(`the hub ended by itself with code ${code}: ${said.slice(0, 600)}\n`)
      if (ownEnds.length >= 3) fail(new Error(`the hub does not stay up: ${said.slice(0, 300)}`))
      setTimeout(() => wanted && child === mine && start(), 500)
    })
  }
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    wanted = false
    const mine = child
    if (!mine || mine.exitCode !== null || mine.signalCode !== null) return
    const gone = new Promise(done => mine.once('exit', done))
    mine.kill(signal)
    await gone
  }
  const freeze = (): void => void child?.kill('SIGSTOP')
  return { starts, ownEnds, failed, start, freeze, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') }
}

function variables(
  { brokers, prefix, dataDir, port, roles, slot = '', logLevel }: HubOptions,
  file: string,
): Record<string, string> {
  return {
    KAFKA_BROKERS: brokers,
    HUB_CONFIG: file,
    HUB_DATA_DIR: dataDir,
    HUB_TOPIC_PREFIX: prefix,
    HUB_HTTP_PORT: String(port),
    HUB_LOG_FILE: join(dataDir, `hub${slot}.log`),
    HUB_OPERATOR_KEY: 'drill-operator',
    ...(slot ? { HUB_SLOT: slot } : {}),
    ...(roles ? { HUB_ROLES: roles } : {}),
    ...(logLevel ? { HUB_LOG_LEVEL: logLevel } : {}),
  }
}

/** When the port began to listen. */
export async function openPort(port: number, withinMs = 60_000): Promise<number> {
  const deadline = Date.now() + withinMs
  while (Date.now() < deadline) {
    const open = await new Promise<boolean>(done => {
      const socket = connect({ port, host: '127.0.0.1' })
      socket.on('connect', () => done(true))
      socket.on('error', () => done(false))
      socket.on('connect', () => socket.destroy())
    })
    if (open) return Date.now()
    await new Promise(done => setTimeout(done, 10))
  }
  throw new Error(`port ${port} did not open within ${withinMs} ms`)
}

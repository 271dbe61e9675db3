// One storm from the first process to the last delivery: hubs, receivers, publisher and sender as processes of their own, the
// phases as the publisher calls them, kills and pauses meanwhile, then all well again until nothing is owed.
import { once } from 'node:events'
import { join } from 'node:path'
import type { Cluster } from '#ops/bootstrap/broker/cluster.ts'
import { freePorts } from '#ops/bootstrap/broker/ports.ts'
import { type HubProcess, hubProcess, openPort } from '../chaos/drill/hub-process.ts'
import { runSender } from '../chaos/drill/kill-drill.ts'
import type { SenderOptions, SenderSummary } from '../chaos/drill/sender.ts'
import { stormConfig } from './config.ts'
import { processOf, sleep } from './helpers.ts'
import { type Kill, killAll } from './kills.ts'
import { startPauser } from './pauser.ts'
import { type Endpoint, endpoints, type PhaseName, type StormPlan } from './plan.ts'
import { type Receivers, startReceivers } from './receivers.ts'
import { Weather } from './weather.ts'

export interface StormOptions {
  readonly plan: StormPlan
  readonly cluster: Cluster
  readonly dataDir: string
  readonly prefix: string
  readonly say: (line: string) => void
}

export interface Span {
  readonly name: PhaseName
  readonly from: number
  readonly until: number
}

export interface Conducted {
  readonly spans: readonly Span[]
  readonly kills: readonly Kill[]
  readonly pauses: number
  /** Batches that the publisher sent again. */
  readonly again: number
  readonly sender: SenderSummary
  readonly senderPlan: SenderOptions
  readonly journal: string
  readonly hubEnds: number
}

const readyMs = 120_000
/** A copy sent while the first one is still on its way would be news where a system gives no times: A, B, A is three updates. */
const answerMs = 60_000
const operatorKey = 'drill-operator'
/** `front` brings the whole path in; the other two share what goes out. */
const hubRoles: Readonly<Record<string, string>> = {
  front: 'gateway,translate,correlate',
  one: 'route,deliver',
  two: 'route,deliver',
}

export async function conduct(
  options: StormOptions,
  settled: (receivers: Receivers) => Promise<void>,
): Promise<Conducted> {
  const { plan, cluster, dataDir, say } = options
  const ports = await freePorts(endpoints.length + Object.keys(hubRoles).length)
  const doors = Object.fromEntries(endpoints.map((name, i) => [name, ports[i]!])) as Record<Endpoint, number>
  const hubPorts = ports.slice(endpoints.length)
  const journal = join(dataDir, 'arrivals.tsv')
  const hubs = startHubs(options, JSON.stringify(stormConfig(doors)), hubPorts)
  const receivers = await startReceivers({ journal, seed: plan.seed, ports: doors })
  const over = new AbortController()
  const pauser = startPauser(hubPorts, 'paused', operatorKey)
  try {
    const failed = Promise.race([...hubs.values()].map(hub => hub.failed))
    await Promise.race([Promise.all(hubPorts.map(ready)), failed])
    say('three hubs are ready')
    const senderPlan = {
      seed: plan.seed,
      ...plan.path,
      port: hubPorts[0]!,
      journal: join(dataDir, 'sent.jsonl'),
      timeoutMs: answerMs,
    }
    const weather = new Weather(receivers, pauser)
    const spans: { name: PhaseName; from: number; until: number }[] = []
    let killing: Promise<Kill[]> = Promise.resolve([])
    const begin = (name: PhaseName): void => {
      const now = Date.now()
      if (spans.length > 0) spans.at(-1)!.until = now
      spans.push({ name, from: now, until: 0 })
      say(`phase ${name}`)
      const { count, rate } = plan.phases.find(one => one.name === name)!
      const lastsMs = (count / rate) * 1000
      weather.turn(name, lastsMs)
      if (name === 'storm') killing = killAll(plan, lastsMs, { hubs, cluster, say })
    }
    const [again, sender] = await Promise.race([
      Promise.all([publish(options, begin, over.signal), runSender(senderPlan, over.signal)]),
      failed,
    ])
    spans.at(-1)!.until = Date.now()
    say(`all is written; the sender is done: ${JSON.stringify(sender)}`)
    const kills = await killing
    await weather.clear()
    await settled(receivers)
    const hubEnds = [...hubs.values()].reduce((sum, hub) => sum + hub.ownEnds.length, 0)
    return { spans, kills, pauses: pauser.pauses, again, sender, senderPlan, journal, hubEnds }
  } finally {
    over.abort()
    pauser.abandon()
    await Promise.all([...hubs.values()].map(hub => hub.stop()))
    await receivers.stop()
  }
}

async function ready(port: number): Promise<void> {
  await openPort(port)
  for (const deadline = Date.now() + readyMs; Date.now() < deadline; await sleep(200)) {
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined)
    await answer?.arrayBuffer()
    if (answer?.ok) return
  }
  throw new Error(`the hub on port ${port} is not ready within two minutes`)
}

function startHubs({ cluster, dataDir, prefix }: StormOptions, config: string, ports: readonly number[]) {
  const hubs = new Map<string, HubProcess>()
  for (const [i, [slot, roles]] of Object.entries(hubRoles).entries()) {
    const hub = hubProcess({
      brokers: cluster.brokers,
      prefix,
      dataDir: join(dataDir, 'hub'),
      port: ports[i]!,
      slot,
      roles,
      config,
      logLevel: 'warn',
    })
    hubs.set(slot, hub)
    hub.start()
  }
  return hubs
}

/** Resolves with how many batches had to be sent again. */
async function publish(
  { plan, cluster, prefix }: StormOptions,
  begin: (phase: PhaseName) => void,
  over: AbortSignal,
): Promise<number> {
  const child = processOf('publisher.ts', { brokers: cluster.brokers, topic: `${prefix}case-events`, plan })
  over.addEventListener('abort', () => child.kill(), { once: true })
  let again: number | undefined
  child.on('message', (said: { phase?: PhaseName; again?: number }) => {
    if (said.phase) begin(said.phase)
    else again = said.again
  })
  await once(child, 'exit')
  if (again === undefined) throw new Error('the publisher ended before it was done')
  return again
}

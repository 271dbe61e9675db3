// One drill: sender and hub as processes of their own, a plan of kills by seed, then quiet, then the count.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { OwnBroker } from '../../helpers/broker.ts'
import { root } from '../../helpers/hub.ts'
import { type HubProcess, hubProcess, openPort } from './hub-process.ts'
import { readAll } from './independent.ts'
import { untilQuiet } from './quiet.ts'
import { seeded, shuffled } from './random.ts'
import { type Ended, transactionsOf } from './segments.ts'
import type { Answered, SenderOptions, SenderSummary } from './sender.ts'
import { traffic } from './traffic.ts'
import { type Held, isTaken, judgeDrill, type Verdict } from './verdict.ts'

export interface DrillOptions {
  readonly broker: OwnBroker
  readonly dataDir: string
  readonly port: number
  readonly prefix: string
  readonly seed: number
  readonly count: number
  readonly rate: number
  readonly hubKills: number
  readonly brokerKills: number
  readonly say: (line: string) => void
}

export interface Kill {
  readonly victim: 'hub' | 'broker'
  readonly at: number
  /** Start of the hub's process, or the moment the broker's port opened. */
  readonly backAt: number
  readonly storeDeleted: boolean
}

/** Milliseconds after the start of a hub's process until it listened, and until new records were committed. */
export interface Return {
  readonly listens: number | null
  readonly translate: number | null
  readonly correlate: number | null
}

export interface DrillResult {
  readonly kills: readonly Kill[]
  readonly sender: SenderSummary
  readonly journal: readonly Answered[]
  readonly held: Held
  readonly verdict: Verdict
  readonly inFlight: readonly number[]
  /** From `backAt` to the first commit of new records, by stage; null where the next kill came first. */
  readonly returns: readonly Return[]
  readonly aborted: Readonly<Record<string, number>>
  readonly hubOwnEnds: number
}

const sleep = (ms: number): Promise<void> => new Promise(done => setTimeout(done, ms))

export async function killDrill(options: DrillOptions): Promise<DrillResult> {
  const { broker, dataDir, port, prefix, seed, count, rate, say } = options
  mkdirSync(dataDir, { recursive: true })
  const hub = hubProcess({ brokers: broker.brokers, prefix, dataDir: join(dataDir, 'hub'), port })
  const journalFile = join(dataDir, 'journal.jsonl')
  const plan: SenderOptions = { seed, count, largeAt: Math.floor(count / 3), port, rate, journal: journalFile }
  hub.start()
  try {
    await Promise.race([openPort(port), hub.failed])
    say(`the hub listens ${Date.now() - hub.starts[0]!} ms after its start`)
    const sending = runSender(plan)
    const kills = await killAll(options, hub)
    const sender = await sending
    say(`the sender is done: ${JSON.stringify(sender)}`)
    await untilQuiet(broker.brokers, prefix)
    const held = await readHeld(broker.brokers, prefix)
    const journal = readJournal(journalFile)
    const verdict = judgeDrill(traffic(plan), journal, held)
    return {
      ...measured(options, kills, journal, verdict),
      kills,
      sender,
      journal,
      held,
      verdict,
      hubOwnEnds: hub.ownEnds.length,
    }
  } finally {
    await hub.stop()
  }
}

/** @param given ends it before it is done: it would insist for ever on a hub that is gone
 *  @param enough nothing new is sent from then on */
export async function runSender(
  plan: SenderOptions,
  given?: AbortSignal,
  enough?: AbortSignal,
): Promise<SenderSummary> {
  const child = spawn(process.execPath, ['test/chaos/drill/sender.ts', JSON.stringify(plan)], {
    cwd: root,
    // On a leash: a sender that outlives its test insists for ever, and holds the test run's own output open.
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const killAtExit = (): void => void child.kill('SIGKILL')
  process.once('exit', killAtExit)
  given?.addEventListener('abort', killAtExit, { once: true })
  enough?.addEventListener('abort', () => child.kill('SIGTERM'), { once: true })
  let said = ''
  child.stdout!.on('data', chunk => {
    said += chunk
  })
  await once(child, 'close')
  process.off('exit', killAtExit)
  return JSON.parse(said) as SenderSummary
}

/** Victims in seeded order, at seeded random times at least three seconds apart. The store goes in the middle: once
 *  between two lives of the hub, once under a living hub. */
async function killAll(options: DrillOptions, hub: HubProcess): Promise<Kill[]> {
  const { seed, hubKills, brokerKills, broker, say } = options
  const random = seeded(seed + 1)
  const victims = shuffled(random, [
    ...Array.from({ length: hubKills }, () => 'hub' as const),
    ...Array.from({ length: brokerKills }, () => 'broker' as const),
  ])
  const middle = Math.floor(hubKills / 2)
  const kills: Kill[] = []
  const restarts: Promise<void>[] = []
  let hubs = 0
  await sleep(1500)
  for (const victim of victims) {
    await sleep(3000 + random() * 3000)
    const storeDeleted = victim === 'hub' && (hubs === middle || hubs === middle + 1)
    if (storeDeleted && hubs === middle + 1) {
      deleteStore(options)
      await sleep(500)
    }
    const at = Date.now()
    if (victim === 'hub') {
      await hub.kill()
      if (storeDeleted && hubs === middle) deleteStore(options)
      hubs += 1
      hub.start()
      kills.push({ victim, at, backAt: hub.starts.at(-1)!, storeDeleted })
    } else {
      // The broker of before must be back, however short the gap.
      await Promise.all(restarts)
      const number = Number(broker.brokers.split(':')[1])
      broker.current.kill()
      await broker.current.exited
      const opened = openPort(number)
      restarts.push(broker.restart())
      kills.push({ victim, at, backAt: await opened, storeDeleted })
    }
    say(`kill ${kills.length} of ${victims.length}: ${victim}`)
  }
  await Promise.all(restarts)
  return kills
}

function deleteStore({ dataDir }: DrillOptions): void {
  for (const end of ['', '-wal', '-shm'])
    rmSync(join(dataDir, 'hub', 'index', `correlate-1.sqlite${end}`), { force: true })
}

const doors = ['in.labour-arbitration', 'in.hotline-12345']

export async function readHeld(brokers: string, prefix: string): Promise<Held> {
  const names = [...doors, 'canonical', 'case-events', 'out.all', 'case-state', 'invalid']
  const read = await readAll(
    brokers,
    names.map(name => prefix + name),
  )
  const rows = Map.groupBy(read, row => row.topic)
  const of = (name: string) => rows.get(prefix + name) ?? []
  return {
    arrived: doors.flatMap(of),
    canonical: of('canonical'),
    events: of('case-events'),
    out: of('out.all'),
    state: of('case-state'),
    invalid: of('invalid'),
  }
}

function startsOf(log: string): number[] {
  const lines = readFileSync(log, 'utf8')
    .split('\n')
    .filter(line => line.includes('"hub.started"'))
  return lines.map(line => Date.parse((JSON.parse(line) as { time: string }).time))
}

export function readJournal(file: string): Answered[] {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Answered)
}

function measured(options: DrillOptions, kills: readonly Kill[], journal: readonly Answered[], { settledAt }: Verdict) {
  const { broker, prefix, dataDir } = options
  const logDir = join(broker.dataDir, 'kafka')
  const ends = (topic: string): Ended[] => transactionsOf(logDir, prefix + topic)
  const translate = ends('canonical')
  const correlate = ends('case-state')
  const aborts = (list: readonly Ended[]): number => list.filter(one => one.kind === 'abort').length
  const settling = journal.filter(one => isTaken(one) && settledAt.has(one.index))
  const first = (list: readonly Ended[], from: number, until: number): number | null => {
    const found = list.find(one => one.kind === 'commit' && one.firstAt !== null && one.firstAt > from)
    return found && found.endedAt < until ? found.endedAt - from : null
  }
  const listening = startsOf(join(dataDir, 'hub', 'hub.log'))
  return {
    inFlight: kills.map(
      kill => settling.filter(one => one.at <= kill.at && settledAt.get(one.index)! > kill.at).length,
    ),
    returns: kills.map((kill, i): Return => {
      const until = kills[i + 1]?.at ?? Number.POSITIVE_INFINITY
      const heard = kill.victim === 'hub' ? listening.find(at => at > kill.backAt && at < until) : undefined
      return {
        listens: heard === undefined ? null : heard - kill.backAt,
        translate: first(translate, kill.backAt, until),
        correlate: first(correlate, kill.backAt, until),
      }
    }),
    aborted: { translate: aborts(translate), correlate: aborts(correlate), route: aborts(ends('out.all')) },
  }
}

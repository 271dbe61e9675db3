// A storm with its count: conduct it, wait until nothing is owed, read everything, judge, print.
import { readFileSync } from 'node:fs'
import { untilQuiet } from '../chaos/drill/quiet.ts'
import type { Answered } from '../chaos/drill/sender.ts'
import { traffic } from '../chaos/drill/traffic.ts'
import { judgeDrill } from '../chaos/drill/verdict.ts'
import { conduct, type StormOptions } from './conduct.ts'
import { type Logged, readAttempts, readLog, readPath } from './facts.ts'
import { slowed } from './figures.ts'
import { sleep } from './helpers.ts'
import { readJournal } from './journal.ts'
import { endpoints } from './plan.ts'
import type { Receivers } from './receivers.ts'
import { stormTable } from './table.ts'
import { type Due, Judge } from './verdict.ts'

export interface StormResult {
  readonly faults: readonly string[]
  /** Bystanders who felt what was done to others. */
  readonly slowed: readonly string[]
  readonly kills: number
  readonly table: string
}

/** After the last write and with all receivers well: the longest wait between two attempts and what has piled up. */
const drainMs = 15 * 60_000
/** What reading and counting takes. */
const countMs = 60_000

export async function runStorm(options: StormOptions): Promise<StormResult> {
  const { plan, cluster, prefix, say, endBy } = options
  let logged: Logged | undefined
  const conducted = await conduct(options, async receivers => {
    await untilQuiet(cluster.brokers, prefix, { topics: ['canonical', 'case-state', 'case-events'] })
    logged = await readLog(cluster.brokers, prefix, plan)
    await drained(receivers, logged.dues, { say, until: Math.min(Date.now() + drainMs, endBy - countMs) })
  })
  const { dues, path, faults } = logged!
  const judge = new Judge(dues)
  const closedAt = new Map<number, number>()
  await readJournal(
    conducted.journal,
    arrival => judge.take(arrival),
    ({ connection, at }) => closedAt.set(connection, at),
  )
  const verdict = judge.end()
  const recorded = await readAttempts(cluster.brokers, prefix)
  const answered = readFileSync(conducted.senderPlan.journal, 'utf8').trim().split('\n')
  const drill = judgeDrill(
    traffic(conducted.senderPlan),
    answered.map(line => JSON.parse(line) as Answered),
    await readPath(cluster.brokers, prefix, path),
  )
  return {
    faults: [...faults, ...verdict.faults, ...drill.faults],
    slowed: slowed(conducted.spans, verdict.fates.values()),
    kills: conducted.kills.length,
    table: stormTable({ plan, conducted, logged: logged!, verdict, recorded, drill, closedAt }),
  }
}

/** Waits until each receiver has accepted as many different deliveries as the log has events for it. What is missing in the end
 *  is for the count to say. */
async function drained(
  receivers: Receivers,
  dues: ReadonlyMap<string, Due>,
  { say, until }: { readonly say: (line: string) => void; readonly until: number },
): Promise<void> {
  const wanted = Map.groupBy(dues.values(), one => one.endpoint)
  for (let told = 0; Date.now() < until; await sleep(250)) {
    const accepted = await receivers.accepted()
    const owed = endpoints.map(name => `${name} ${(wanted.get(name)?.length ?? 0) - accepted[name]}`)
    const done = endpoints.every(name => accepted[name] >= (wanted.get(name)?.length ?? 0))
    if (done || Date.now() - told > 10_000) {
      told = Date.now()
      say(`owed: ${owed.join(', ')}`)
    }
    if (done) return
  }
}

// A storm with its count: conduct it, wait until nothing is owed, read everything, judge, print.
import { readFileSync } from 'node:fs'
import { untilQuiet } from '../chaos/drill/quiet.ts'
import type { Answered } from '../chaos/drill/sender.ts'
import { traffic } from '../chaos/drill/traffic.ts'
import { judgeDrill } from '../chaos/drill/verdict.ts'
import { conduct, type StormOptions } from './conduct.ts'
import { type Logged, readAttempts, readLog, readPath } from './facts.ts'
import { type Slowed, slowdowns } from './figures.ts'
import { sleep } from './helpers.ts'
import { readJournal } from './journal.ts'
import { endpoints } from './plan.ts'
import type { Receivers } from './receivers.ts'
import { stormTable } from './table.ts'
import { type Due, Judge } from './verdict.ts'

export interface StormResult {
  readonly faults: readonly string[]
  /** How bystanders felt what was done to others. */
  readonly slowed: readonly Slowed[]
  readonly kills: number
  readonly table: string
}

/** With all receivers well: longer than this without a single first arrival, and nothing more will come. */
const stuckMs = 2 * 60_000

export async function runStorm(options: StormOptions): Promise<StormResult> {
  const { plan, cluster, prefix, say } = options
  let logged: Logged | undefined
  const conducted = await conduct(options, async receivers => {
    await untilQuiet(cluster.brokers, prefix, { topics: ['canonical', 'case-state', 'case-events'] })
    logged = await readLog(cluster.brokers, prefix, plan)
    await drained(receivers, logged.dues, say)
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
    slowed: slowdowns(conducted.spans, verdict.fates.values()),
    kills: conducted.kills.length,
    table: stormTable({ plan, conducted, logged: logged!, verdict, recorded, drill, closedAt }),
  }
}

/** Waits until each receiver has accepted as many different deliveries as the log has events for it, for as long as they come:
 *  a slow machine loses nothing. What is missing in the end is for the count to say. */
async function drained(
  receivers: Receivers,
  dues: ReadonlyMap<string, Due>,
  say: (line: string) => void,
): Promise<void> {
  const wanted = Map.groupBy(dues.values(), one => one.endpoint)
  let [least, cameAt, toldAt] = [Number.POSITIVE_INFINITY, Date.now(), 0]
  for (; Date.now() - cameAt < stuckMs; await sleep(250)) {
    const accepted = await receivers.accepted()
    const owed = endpoints.map(name => Math.max(0, (wanted.get(name)?.length ?? 0) - accepted[name]))
    const left = owed.reduce((sum, one) => sum + one, 0)
    if (left < least) [least, cameAt] = [left, Date.now()]
    if (left === 0 || Date.now() - toldAt > 10_000) {
      toldAt = Date.now()
      say(`owed: ${endpoints.map((name, i) => `${name} ${owed[i]}`).join(', ')}`)
    }
    if (left === 0) return
  }
}

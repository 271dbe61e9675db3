// A storm's result as a person reads it.
import type { Verdict as DrillVerdict } from '../chaos/drill/verdict.ts'
import type { Conducted } from './conduct.ts'
import type { Logged, Recorded } from './facts.ts'
import { bystanders, longestPause, metBy, timesOf } from './figures.ts'
import { endpoints, type StormPlan } from './plan.ts'
import type { Verdict } from './verdict.ts'

export interface Told {
  readonly plan: StormPlan
  readonly conducted: Conducted
  readonly logged: Logged
  readonly verdict: Verdict
  readonly recorded: Recorded
  readonly drill: DrillVerdict
  /** By connection of the receivers: when it ended. */
  readonly closedAt: ReadonlyMap<number, number>
}

export function stormTable(told: Told): string {
  return [...volumes(told), ...phases(told), ...receivers(told), ...others(told), ...kills(told), ...faults(told)].join(
    '\n',
  )
}

const cells = (...all: readonly (string | number)[]): string =>
  all.map((one, i) => (i === 0 ? String(one).padEnd(10) : String(one).padStart(10))).join(' ')
const ms = (value: number): string => (Number.isFinite(value) ? String(Math.round(value)) : '-')

function volumes({ plan, conducted, logged, recorded }: Told): string[] {
  const bulk = plan.phases.reduce((sum, one) => sum + one.count, 0)
  const seconds = (conducted.spans.at(-1)!.until - conducted.spans[0]!.from) / 1000
  const { sender } = conducted
  return [
    `seed ${plan.seed}: ${bulk + plan.path.count} messages in ${seconds.toFixed(0)} s`,
    `  written straight to case-events  ${bulk} (${(bulk / seconds).toFixed(0)}/s), batches sent again ${conducted.again}, events that stand twice for that ${logged.twice}`,
    `  over HTTP through the whole path ${plan.path.count} (${(plan.path.count / seconds).toFixed(0)}/s), sent again ${sender.retries}; they made ${logged.path.length} events`,
    `  pauses of one system ${conducted.pauses}; ends of hubs that nobody asked for ${conducted.hubEnds}`,
    `  outcomes recorded ${JSON.stringify(recorded.outcomes)}, deliveries recorded twice ${recorded.twice.length}`,
    ...recorded.twice.slice(0, 5).map(one => `    ${one}`),
  ]
}

function phases({ conducted, verdict }: Told): string[] {
  const all = [...verdict.fates.values()]
  const rows = conducted.spans.map(span => {
    const times = timesOf(all, span)
    const pause = longestPause(bystanders(all, 'calm'), span)
    const at = ((pause.from - conducted.spans[0]!.from) / 1000).toFixed(1)
    return cells(
      span.name,
      ((span.until - span.from) / 1000).toFixed(0),
      times.count,
      ms(times.p50),
      ms(times.p99),
      `${pause.ms} ms`,
      `${at} s`,
    )
  })
  return [cells('phase', 'seconds', 'events', 'p50 ms', 'p99 ms', 'calm: gap', 'at'), ...rows]
}

function receivers({ conducted, verdict }: Told): string[] {
  const all = [...verdict.fates.values()]
  const spans = conducted.spans.filter(one => ['calm', 'trouble', 'storm'].includes(one.name))
  const header = spans.flatMap(one => [`${one.name} p50`, 'p99'])
  const rows = endpoints.map(name => {
    const own = all.filter(one => one.due.endpoint === name)
    const times = spans.map(span => timesOf(own, span))
    return cells(
      name,
      own.length,
      verdict.retries.get(name) ?? 0,
      verdict.repeats.get(name) ?? 0,
      ...times.flatMap(one => [ms(one.p50), ms(one.p99)]),
    )
  })
  return [cells('receiver', 'events', 'retries', 'repeats', ...header), ...rows]
}

function others({ conducted, verdict }: Told): string[] {
  const all = [...verdict.fates.values()]
  const spans = conducted.spans.filter(one => ['calm', 'trouble', 'storm'].includes(one.name))
  const rows = (['calm', 'picky'] as const).map(name => {
    const times = spans.map(span => timesOf(bystanders(all, name), span).cases)
    return cells(name, ...times.flatMap(one => [one.count, ms(one.middle), ms(one.worst)]))
  })
  const header = spans.flatMap(one => [`${one.name}:`, 'middle', 'worst'])
  return [
    'p99 of each bystander case (in picky those it does not refuse), of cases with 50 events or more',
    cells('receiver', ...header),
    ...rows,
  ]
}

function kills({ conducted, verdict, recorded, closedAt }: Told): string[] {
  const began = conducted.spans[0]!.from
  const traces = { recordedAt: recorded.deliveredAt, closedAt }
  const met = conducted.kills.map(kill => ({ kill, ...metBy(kill, verdict.fates.values(), traces) }))
  const of = (victim: string) => met.filter(one => one.kill.victim.startsWith(victim))
  const rows = met.map(({ kill, open, own, again }) =>
    cells(kill.victim, `${((kill.at - began) / 1000).toFixed(1)} s`, open, own, again),
  )
  const [hubs, brokers] = [of('hub'), of('broker')]
  const own = hubs.filter(one => one.own > 0)
  return [
    cells('kill', 'at', 'open', 'its own', 'sent again'),
    ...rows,
    `kills of hubs: ${hubs.length}; met open deliveries of their own: ${own.length} (${sum(own.map(one => one.own))} deliveries, ${sum(own.map(one => one.again))} of them sent again)`,
    `kills of brokers: ${brokers.length}; deliveries were open at: ${brokers.filter(one => one.open > 0).length}`,
  ]
}

const sum = (all: readonly number[]): number => all.reduce((total, one) => total + one, 0)

function faults({ verdict, drill, logged }: Told): string[] {
  const all = [...logged.faults, ...verdict.faults, ...drill.faults]
  return all.length === 0 ? ['no fault'] : [`${all.length} FAULTS, the first:`, ...all.slice(0, 10)]
}

// Figures of a storm: how long deliveries took, what the kills met.
import type { Span } from './conduct.ts'
import type { Kill } from './kills.ts'
import { type Endpoint, isRefused } from './plan.ts'
import type { Fate } from './verdict.ts'

export interface Times {
  readonly count: number
  readonly p50: number
  readonly p99: number
  readonly max: number
  /** Each case's own p99, of cases with at least `enough` events in the phase: the middle one and the worst one. */
  readonly cases: { readonly count: number; readonly middle: number; readonly worst: number }
}

/** A 99th percentile of fewer is the highest value of a handful. */
const enough = 50

export function rank(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

/** From the append of the events of a phase to their first arrival. */
export function timesOf(fates: Iterable<Fate>, { from, until }: Pick<Span, 'from' | 'until'>): Times {
  const all: number[] = []
  const byCase = new Map<string, number[]>()
  for (const { due, firstAt } of fates) {
    if (due.at < from || due.at >= until) continue
    const ms = firstAt - due.at
    all.push(ms)
    const own = byCase.get(due.caseId)
    if (own) own.push(ms)
    else byCase.set(due.caseId, [ms])
  }
  all.sort((a, b) => a - b)
  const cases = [...byCase.values()]
    .filter(one => one.length >= enough)
    .map(one =>
      rank(
        one.sort((a, b) => a - b),
        0.99,
      ),
    )
    .sort((a, b) => a - b)
  return {
    count: all.length,
    p50: rank(all, 0.5),
    p99: rank(all, 0.99),
    max: rank(all, 1),
    cases: { count: cases.length, middle: rank(cases, 0.5), worst: rank(cases, 1) },
  }
}

/** Whom no receiver's fault is about: all of `calm`, and those cases that the picky one does not refuse. */
export function bystanders(fates: Iterable<Fate>, endpoint: Endpoint): Fate[] {
  return [...fates].filter(({ due }) => due.endpoint === endpoint && (endpoint !== 'picky' || !isRefused(due.caseId)))
}

export interface Slowed {
  /** So many times the calm run's p99. */
  readonly times: number
  readonly text: string
}

/** What trouble at others did to bystanders: the p99 of the worst-off case of each, and of all its events. */
export function slowdowns(spans: readonly Span[], fates: Iterable<Fate>): Slowed[] {
  const [calm, trouble] = ['calm', 'trouble'].map(name => spans.find(one => one.name === name)!)
  const all = [...fates]
  return (['calm', 'picky'] as const).flatMap(endpoint => {
    const own = bystanders(all, endpoint)
    const [before, after] = [timesOf(own, calm!), timesOf(own, trouble!)]
    const pairs = [
      ['all events', before.p99, after.p99],
      ['the worst case', before.cases.worst, after.cases.worst],
    ] as const
    return pairs.map(([what, was, is]) => ({
      times: is / was,
      text: `${endpoint}, ${what}: p99 ${Math.round(was)} ms in calm, ${Math.round(is)} ms in trouble`,
    }))
  })
}

export interface Met {
  /** Accepted by a receiver before the kill, not yet recorded as delivered at it. */
  readonly open: number
  /** Of these: under way in the killed process, whose connections ended with it. */
  readonly own: number
  /** Of its own: sent again after the kill. */
  readonly again: number
}

/** A receiver hears of the end of a connection within this time. */
const heardMs = 500

export interface Traces {
  /** By delivery: when its outcome was appended. */
  readonly recordedAt: ReadonlyMap<string, number>
  /** By connection: when it ended. */
  readonly closedAt: ReadonlyMap<number, number>
}

export function metBy(kill: Kill, fates: Iterable<Fate>, { recordedAt, closedAt }: Traces): Met {
  const met = { open: 0, own: 0, again: 0 }
  for (const { acceptedAt, arrivals, deliveryId, connection } of fates) {
    if (acceptedAt === null || acceptedAt > kill.at) continue
    if ((recordedAt.get(deliveryId) ?? Number.POSITIVE_INFINITY) <= kill.at) continue
    met.open += 1
    const ended = closedAt.get(connection) ?? Number.POSITIVE_INFINITY
    if (ended < kill.at || ended > kill.at + heardMs) continue
    met.own += 1
    if (arrivals.some(at => at > kill.at)) met.again += 1
  }
  return met
}

export interface Pause {
  readonly from: number
  readonly ms: number
}

/** The longest time within a span without any first arrival. */
export function longestPause(fates: Iterable<Fate>, { from, until }: Pick<Span, 'from' | 'until'>): Pause {
  const at = [...fates].map(one => one.firstAt).filter(one => one >= from && one < until)
  at.sort((a, b) => a - b)
  let longest: Pause = { from, ms: 0 }
  for (const [i, one] of at.entries()) {
    const before = at[i - 1] ?? one
    if (one - before > longest.ms) longest = { from: before, ms: one - before }
  }
  return longest
}

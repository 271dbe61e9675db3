// The traffic of a storm, by its seed: which event is written when, for which receiver. The publisher and the count both make
// it for themselves.
import { createHash } from 'node:crypto'
import { seeded } from '../chaos/drill/random.ts'

/** Each receives the cases made for it; `calm` also whatever came the whole way through the hub. Few of them: each subscription
 *  has transactions of its own, and the machine may have no more than two cores. */
export const endpoints = ['calm', 'paused', 'picky', 'slow', 'down'] as const
export type Endpoint = (typeof endpoints)[number]
type Shares = Readonly<Partial<Record<Endpoint, number>>>

/** warm: nobody counts times. calm: all is well. trouble: receivers misbehave and one is paused and resumed. pauses: the paused
 *  one takes the whole flow. storm: processes are killed as well. */
export type PhaseName = 'warm' | 'calm' | 'trouble' | 'pauses' | 'storm'

export interface Phase {
  readonly name: PhaseName
  readonly count: number
  /** Events a second. */
  readonly rate: number
}

export interface StormPlan {
  readonly seed: number
  /** Events written straight to the topic. */
  readonly phases: readonly Phase[]
  /** Messages sent over HTTP through the whole path, meanwhile. */
  readonly path: { readonly count: number; readonly rate: number }
  readonly hubKills: number
  readonly brokerKills: number
}

export interface StormSize {
  readonly seed: number
  /** Both ways together. */
  readonly messages: number
  /** Events a second, but for the phases `pauses`, and `warm`, where everything still runs slowly. */
  readonly rate: number
  readonly hubKills: number
  readonly brokerKills: number
}

/** At which messages were once lost by pausing and resuming. */
const pausesRate = 500
const pathShare = 0.05
const phaseShares: Readonly<Record<PhaseName, number>> = {
  warm: 0.03,
  calm: 0.09,
  trouble: 0.09,
  pauses: 0.05,
  storm: 0.74,
}

export function planOf({ seed, messages, rate, hubKills, brokerKills }: StormSize): StormPlan {
  const path = Math.round(messages * pathShare)
  const bulk = messages - path
  const phases = Object.entries(phaseShares).map(
    ([name, share]): Phase => ({
      name: name as PhaseName,
      count: Math.round(bulk * share),
      rate: name === 'pauses' ? pausesRate : name === 'warm' ? rate / 2 : rate,
    }),
  )
  const rest = bulk - phases.reduce((sum, one) => sum + one.count, 0)
  const last = phases.at(-1)!
  const whole = phases.with(-1, { ...last, count: last.count + rest })
  const seconds = whole.reduce((sum, one) => sum + one.count / one.rate, 0)
  return { seed, phases: whole, path: { count: path, rate: path / seconds }, hubKills, brokerKills }
}

export interface Planned {
  readonly index: number
  readonly phase: PhaseName
  readonly endpoint: Endpoint
  readonly serial: number
  readonly caseId: string
  readonly eventId: string
  /** 1-based; of the case and of its only proceeding. */
  readonly version: number
}

/** Cases under way at a time. */
const under: Readonly<Record<Endpoint, number>> = { calm: 120, paused: 50, picky: 50, slow: 40, down: 40 }
const usual: Shares = { calm: 40, paused: 22, picky: 20, slow: 8, down: 10 }
const onlyPaused: Shares = { paused: 100 }
/** Versions of a case: long enough to speak in all quiet phases, so that a case is compared with itself. */
const shortest = 300
const longest = 600

export function* eventsOf({ seed, phases }: StormPlan): Generator<Planned> {
  const random = seeded(seed)
  const open = new Map<Endpoint, { serial: number; version: number; life: number }[]>()
  let serial = 0
  let index = 0
  const begin = () => ({ serial: serial++, version: 0, life: shortest + Math.floor(random() * (longest - shortest)) })
  for (const { name: phase, count } of phases)
    for (let n = 0; n < count; n += 1) {
      const endpoint = chosen(phase === 'pauses' ? onlyPaused : usual, random)
      const cases = open.get(endpoint) ?? Array.from({ length: under[endpoint] }, begin)
      open.set(endpoint, cases)
      const at = Math.floor(random() * cases.length)
      const one = cases[at]!
      one.version += 1
      const { version } = one
      yield {
        index,
        phase,
        endpoint,
        serial: one.serial,
        version,
        caseId: idOf(`${seed}/${one.serial}`),
        eventId: idOf(`${seed}/${one.serial}/${version}`),
      }
      index += 1
      if (version === one.life) cases[at] = begin()
    }
}

function chosen(shares: Shares, random: () => number): Endpoint {
  const list = Object.entries(shares) as [Endpoint, number][]
  let left = random() * list.reduce((sum, [, share]) => sum + share, 0)
  for (const [endpoint, share] of list) {
    left -= share
    if (left < 0) return endpoint
  }
  return list[0]![0]
}

/** A tenth of its cases is refused for a while. */
export function isRefused(caseId: string): boolean {
  return createHash('sha1').update(caseId).digest()[0]! % 10 === 0
}

function idOf(text: string): string {
  const hex = createHash('sha1').update(text).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

// The circuit breaker of one door: when a receiver is away for everybody, nobody is sent to it but a probe now and then. The
// log keeps what waits meanwhile; its position stands still.
import type { Result } from './door.ts'

export interface CircuitSettings {
  /** So many cases must fail one after the other, none reached between them. */
  readonly threshold: number
  /** And nobody may have been answered for so long: a burst of cases that it refuses is no outage. */
  readonly quietMs: number
  readonly firstRestMs: number
  readonly longestRestMs: number
  /** Attempts at a time while it is half open. */
  readonly probes: number
  /** Where it answers, if only with errors, being asked costs it little and the fault may lie in the cases. */
  readonly answering: { readonly longestRestMs: number; readonly probes: number }
}

export type CircuitState = 'closed' | 'open' | 'half-open'

/** A probe is an attempt begun to hear whether the receiver is back. */
export type Leave = 'free' | 'probe'

/** What an attempt was, as far as it says something about the receiver. */
export interface Heard {
  /** As `begin` gave it. */
  readonly leave: Leave
  readonly caseId: string
  /** The delivery's first attempt: a case that failed before says nothing new about the others. */
  readonly isFirst: boolean
  readonly result: Result
}

const defaults: CircuitSettings = {
  threshold: 10,
  quietMs: 2000,
  firstRestMs: 500,
  longestRestMs: 10_000,
  probes: 3,
  answering: { longestRestMs: 1000, probes: 8 },
}
const longestRetryAfterMs = 3_600_000

export class Circuit {
  readonly #now: () => number
  readonly #random: () => number
  readonly #settings: CircuitSettings
  readonly #failed = new Set<string>()
  #opened = 0
  #until = 0
  #code: string | null = null
  #probing = 0
  #wasAway = false
  #answers = false
  #aliveAt = Number.NEGATIVE_INFINITY

  constructor(now: () => number, random: () => number, settings: Partial<CircuitSettings> = {}) {
    this.#now = now
    this.#random = random
    this.#settings = { ...defaults, ...settings }
  }

  get state(): CircuitState {
    if (this.#until === 0) return 'closed'
    return this.#now() < this.#until ? 'open' : 'half-open'
  }

  /** Why it opened; null while it is closed. */
  get code(): string | null {
    return this.#code
  }

  /** May an attempt begin now? null: no. Every leave is followed by one `hear` or one `drop`. */
  begin(): Leave | null {
    const { state } = this
    if (state === 'closed') return 'free'
    if (state === 'open' || this.probesLeft <= 0) return null
    this.#probing += 1
    return 'probe'
  }

  hear({ leave, caseId, isFirst, result }: Heard): void {
    const wasHalfOpen = this.state === 'half-open'
    this.drop(leave)
    const verdict = verdictOf(result)
    if (verdict === 'away') this.#wasAway = true
    this.#answers = verdict === 'trouble' && /^HTTP_5/.test(codeOf(result))
    if (verdict === 'alive') this.#close()
    else if (verdict === 'busy') this.#open(codeOf(result), waitOf(result) ?? this.#rest())
    else if (verdict !== 'silent' && wasHalfOpen) {
      // The last probe decides: one that was answered has closed it before.
      if (leave === 'probe' && this.#probing === 0) this.#open(codeOf(result), this.#rest())
    } else if (this.#until === 0 && (verdict === 'away' || (verdict === 'trouble' && isFirst))) {
      this.#failed.add(caseId)
      const { threshold, quietMs } = this.#settings
      const isQuiet = this.#now() - this.#aliveAt >= quietMs
      if (isQuiet && this.#failed.size >= threshold) this.#open(codeOf(result), this.#rest())
    }
  }

  /** Probes that may be made now, while it is half open. */
  get probesLeft(): number {
    const { probes, answering } = this.#settings
    return (this.#answers ? answering.probes : probes) - this.#probing
  }

  /** Once after the receiver was away and has answered again: those that could not reach it need not wait longer. */
  takeReturn(): boolean {
    const isBack = this.#wasAway && this.#until === 0 && this.#failed.size === 0
    if (isBack) this.#wasAway = false
    return isBack
  }

  /** An attempt that was let in did not take place. */
  drop(leave: Leave): void {
    if (leave === 'probe') this.#probing -= 1
  }

  #open(code: string, restMs: number): void {
    this.#opened += 1
    this.#code = code
    this.#until = this.#now() + Math.max(1, restMs)
    this.#failed.clear()
  }

  #close(): void {
    this.#aliveAt = this.#now()
    this.#failed.clear()
    this.#opened = 0
    this.#until = 0
    this.#code = null
  }

  /** Doubles with each failed probe; the upper half of it is random, so that many hubs do not come back in one second. */
  #rest(): number {
    const { firstRestMs, longestRestMs, answering } = this.#settings
    const longest = this.#answers ? Math.min(longestRestMs, answering.longestRestMs) : longestRestMs
    const most = Math.min(longest, firstRestMs * 2 ** Math.min(this.#opened, 20))
    return Math.round(most / 2 + (this.#random() * most) / 2)
  }
}

type Verdict = 'alive' | 'away' | 'trouble' | 'busy' | 'silent'

/** away: it cannot be reached, whatever the case. busy: it asked for less. silent: nothing was asked of it. */
function verdictOf(result: Result): Verdict {
  if (result.kind === 'unknown') return 'trouble'
  if (result.kind === 'skipped' || result.kind === 'broken') return 'silent'
  if (result.kind !== 'retry') return 'alive'
  if (result.code === 'HTTP_429') return 'busy'
  if (result.unreached) return 'away'
  // It answered about this one case: a refusal that may pass says nothing about the others.
  return /^HTTP_(3|4(?!08))\d\d$/.test(result.code) ? 'alive' : 'trouble'
}

function codeOf(result: Result): string {
  return 'code' in result ? result.code : result.kind
}

function waitOf(result: Result): number | undefined {
  const asked = result.kind === 'retry' ? result.retryAfterMs : undefined
  return asked === undefined ? undefined : Math.min(asked, longestRetryAfterMs)
}

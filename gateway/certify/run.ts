// One certification: its exchanges one after the other, each until it passes, fails or its time is over. What builds on
// an exchange that did not pass is skipped, never failed: a report names causes, not consequences.
import { type Exchange, foundation, type Script } from '#schemas/exchanges.ts'
import { checkOf, outgoingKinds } from './checks/index.ts'
import { finding } from './findings.ts'
import type { Stand } from './stand.ts'
import type { Check, ExchangeResult, Finding, Report, ReportState } from './types.ts'
import { expectedWords, skippedBecause } from './words.ts'

/** People act on their side; machines on ours. */
const patience = { system: 1800, hub: 180 }
const lookAgainMs = 100

export interface RunOptions {
  readonly id: string
  readonly stand: Stand
  readonly script: Script
  /** Seconds for every exchange, instead of the script's own. */
  readonly withinSeconds?: number
  /** Told of each change, so that it can be kept. */
  readonly changed: (report: Report) => void
  readonly log: { error(facts: object, text: string): void }
}

export class Run {
  readonly #options: RunOptions
  readonly #startedAt: string
  readonly #results: ExchangeResult[]
  #current: { readonly exchange: Exchange; readonly check: Check } | undefined
  #state: ReportState = 'running'
  #endedAt: string | null = null
  #stopping = false

  constructor(options: RunOptions) {
    this.#options = options
    this.#startedAt = this.#now()
    const { repeats } = options.stand.deps.connector.manifest.transport
    this.#results = options.script.exchanges.map(({ id, title, who, do: todo, expect }) => ({
      id,
      title,
      who,
      do: todo,
      kind: expect.kind,
      expected: expectedWords(expect, repeats),
      state: 'pending',
      startedAt: null,
      endedAt: null,
      until: null,
      finding: null,
      skipped: null,
      seen: [],
    }))
  }

  get isRunning(): boolean {
    return this.#state === 'running'
  }

  /** All exchanges, or one again. Resolves when they have come to an end. */
  async go(only?: string): Promise<void> {
    const { script } = this.#options
    this.#state = 'running'
    this.#endedAt = null
    this.#stopping = false
    for (const [index, exchange] of script.exchanges.entries())
      if (only === undefined || exchange.id === only) await this.#exchange(index, exchange)
    this.#state = this.#stopping ? 'stopped' : this.#results.every(one => one.state === 'passed') ? 'passed' : 'failed'
    this.#endedAt = this.#now()
    this.#options.changed(this.report())
  }

  stop(): void {
    this.#stopping = true
  }

  report(): Report {
    const { id, stand, script } = this.#options
    const { system, connector } = stand.deps
    const count = (state: string) => this.#results.filter(one => one.state === state).length
    return {
      id,
      system: system.id,
      connector: connector.manifest.id,
      manifestVersion: connector.manifest.version,
      scriptVersion: script.version,
      name: connector.manifest.name,
      state: this.#state,
      startedAt: this.#startedAt,
      endedAt: this.#endedAt,
      next: this.#current?.exchange.id ?? null,
      passed: count('passed'),
      failed: count('failed'),
      skipped: count('skipped'),
      exchanges: this.#results.map(one =>
        one.state === 'running' && this.#current ? { ...one, seen: this.#current.check.seen() } : one,
      ),
    }
  }

  async #exchange(index: number, exchange: Exchange): Promise<void> {
    const reason = this.#reasonToSkip(exchange)
    if (reason) return this.#set(index, { state: 'skipped', skipped: reason, endedAt: this.#now(), seen: [] })
    const missing = this.#unready(exchange)
    if (missing) return this.#set(index, { state: 'failed', finding: missing, endedAt: this.#now(), seen: [] })
    const { stand, withinSeconds } = this.#options
    stand.forget(exchange.id)
    const check = checkOf(stand, exchange)
    const until = stand.deps.now() + (withinSeconds ?? exchange.within ?? patience[exchange.who]) * 1000
    this.#current = { exchange, check }
    const times = { startedAt: this.#now(), endedAt: null, until: new Date(until).toISOString() }
    this.#set(index, { state: 'running', finding: null, skipped: null, ...times })
    const ended = await this.#watch(exchange, check, until)
    this.#current = undefined
    this.#set(index, { ...ended, endedAt: this.#now(), until: null, seen: check.seen() })
  }

  async #watch(exchange: Exchange, check: Check, until: number): Promise<Partial<ExchangeResult>> {
    const { stand, log } = this.#options
    try {
      await check.begin?.()
      for (;;) {
        const verdict = await check.look()
        if (verdict.kind === 'passed') {
          stand.learn(exchange.id, verdict.known)
          return { state: 'passed' }
        }
        if (verdict.kind === 'failed') return { state: 'failed', finding: verdict.finding }
        if (this.#stopping) return { state: 'skipped', skipped: skippedBecause.stopped }
        if (stand.deps.now() >= until) return { state: 'failed', finding: check.overdue() }
        await new Promise(done => setTimeout(done, lookAgainMs))
      }
    } catch (error) {
      // Names and codes only: an error's text might hold a value from a message.
      log.error({ exchange: exchange.id, error: (error as Error).name }, 'certify.failed')
      return { state: 'failed', finding: finding('NOT_TRIED') }
    }
  }

  #reasonToSkip({ expect }: Exchange) {
    if (this.#stopping) return skippedBecause.stopped
    const base = foundation(expect).find(id => this.#options.stand.known(id) === undefined)
    return base === undefined ? null : skippedBecause.base(base)
  }

  #unready({ expect }: Exchange): Finding | null {
    const { receiving } = this.#options.stand.deps
    return receiving === undefined && outgoingKinds.includes(expect.kind) ? finding('NO_SUBSCRIPTION') : null
  }

  #set(index: number, change: Partial<ExchangeResult>): void {
    this.#results[index] = { ...this.#results[index]!, ...change }
    this.#options.changed(this.report())
  }

  #now(): string {
    return new Date(this.#options.stand.deps.now()).toISOString()
  }
}

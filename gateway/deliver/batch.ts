// One batch of out.<subscription>: cases side by side, the events of a case in order. A case that cannot go on is parked, so that
// the batch commits in bounded time whatever one case or one slow answer does.
import type { OutRecord } from '../kafka/port.ts'
import type { Result } from './door.ts'
import type { Entry } from './entry.ts'
import type { Gaps } from './gaps.ts'
import { attemptRecord, parkingRecord } from './records.ts'
import { parkingAfter, type SettleDeps, type Settled, settle } from './settle.ts'

/** Longer waits happen in parking. */
const briefWaitMs = 1000
const looksPerPatience = 10
/** However steadily answers come, a batch ends after five times the patience: what it settled is to be committed. */
const mostLooks = 50

export interface BatchDeps extends SettleDeps {
  readonly gaps: Gaps
  /** Resolves null when it did not begin before `given up`. */
  readonly attempt: (entry: Entry, mayBegin: () => boolean) => Promise<{ result: Result; ms: number } | null>
  readonly forget: (entry: Entry) => void
  readonly settled: (entry: Entry, settled: Settled, ms: number) => void
  /** Is the lane of this case taken? Then its new events go behind it. */
  readonly isTaken: (caseId: string) => boolean
  /** Does the budget allow to try one again at once? */
  readonly mayRepeat: () => boolean
  readonly wait: (ms: number) => Promise<void>
}

export interface BatchEnd {
  readonly records: readonly OutRecord[]
  /** In order; to be put into their lanes once the transaction has committed. */
  readonly parked: readonly Entry[]
  /** Parked while their attempt is still under way; resolves with what came of it. */
  readonly running: ReadonlyMap<Entry, Promise<{ result: Result; ms: number } | null>>
}

export async function deliverBatch(deps: BatchDeps, entries: readonly Entry[], patienceMs: number): Promise<BatchEnd> {
  const hand = new Hand(deps)
  const cases = new Map<string, Entry[]>()
  for (const entry of entries) {
    const lane = cases.get(entry.caseId)
    if (lane) lane.push(entry)
    else cases.set(entry.caseId, [entry])
  }
  const work = Promise.all([...cases].map(([caseId, lane]) => hand.runCase(caseId, lane))).then(() => true)
  const slice = async () => {
    await deps.wait(patienceMs / looksPerPatience)
    return false
  }
  // A receiver that is slow and steady is waited for; one that gives no answer at all is not.
  for (let quiet = 0, looks = 0, settled = 0; quiet < looksPerPatience && looks < mostLooks; looks += 1) {
    if (await Promise.race([work, slice()])) break
    quiet = hand.settled === settled ? quiet + 1 : 0
    settled = hand.settled
  }
  return hand.end(entries)
}

class Hand {
  readonly #deps: BatchDeps
  readonly #records = new Map<Entry, OutRecord[]>()
  readonly #done = new Set<Entry>()
  readonly #parked = new Set<Entry>()
  readonly #running = new Map<Entry, Promise<{ result: Result; ms: number } | null>>()
  #ended = false
  settled = 0

  constructor(deps: BatchDeps) {
    this.#deps = deps
  }

  async runCase(caseId: string, lane: readonly Entry[]): Promise<void> {
    let blocked = this.#deps.isTaken(caseId)
    for (const entry of lane) {
      if (this.#ended) return
      if (blocked) this.#parkBehind(entry)
      else blocked = !(await this.#deliver(entry))
    }
  }

  /** True when the case may go on. */
  async #deliver(entry: Entry): Promise<boolean> {
    const records: OutRecord[] = []
    this.#records.set(entry, records)
    for (;;) {
      const attempt = this.#deps.attempt(entry, () => !this.#ended)
      this.#running.set(entry, attempt)
      const tried = await attempt
      if (this.#ended || !tried) return false
      this.#running.delete(entry)
      const settled = settle(this.#deps, entry, tried.result, tried.ms)
      this.settled += 1
      this.#deps.settled(entry, settled, tried.ms)
      records.push(...settled.records)
      const { next } = settled
      if (next.kind === 'retry' && next.waitMs < briefWaitMs && this.#deps.mayRepeat()) {
        this.#deps.forget(entry)
        await this.#deps.wait(next.waitMs)
        if (this.#ended) return false
        continue
      }
      records.push(...parkingAfter(this.#deps.about, entry, settled))
      if (settled.isOver) {
        this.#done.add(entry)
        return true
      }
      this.#parked.add(entry)
      return false
    }
  }

  #parkBehind(entry: Entry): void {
    const { about, now } = this.#deps
    this.#parked.add(entry)
    const said = attemptRecord(about, entry, { outcome: 'parked', at: now(), ms: 0 })
    this.#records.set(entry, [said, parkingRecord(about, entry)])
  }

  /** Parks all that is not settled yet. From here on no attempt begins; those under way go on. */
  end(entries: readonly Entry[]): BatchEnd {
    this.#ended = true
    const running = new Map([...this.#running].filter(([entry]) => !this.#done.has(entry)))
    for (const entry of entries) {
      if (this.#done.has(entry) || this.#parked.has(entry)) continue
      const records = this.#records.get(entry)
      if (records === undefined) this.#parkBehind(entry)
      else {
        this.#parked.add(entry)
        records.push(parkingRecord(this.#deps.about, entry))
      }
    }
    const records = entries.flatMap(entry => this.#records.get(entry) ?? [])
    return { records, parked: entries.filter(entry => this.#parked.has(entry)), running }
  }
}

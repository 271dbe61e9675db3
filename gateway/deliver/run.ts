// The delivery loop of one subscription: its own group, its own lanes, so that a dead or slow receiver holds up nobody else.
// An offset moves in the transaction that writes each outcome; what cannot be settled now waits in parking.
import { isHubError } from '#schemas/errors.ts'
import type { Batch, OutRecord, Written } from '../kafka/port.ts'
import { nameOf, type Reason } from '../supervise.ts'
import { Attempts } from './attempts.ts'
import { type BatchEnd, deliverBatch } from './batch.ts'
import { RetryBudget } from './budget.ts'
import { Circuit } from './circuit.ts'
import { type Entry, entryOf } from './entry.ts'
import { Gaps } from './gaps.ts'
import { headOf, viewOf } from './lanes.ts'
import { obey } from './obey.ts'
import type { DeliverEnd, DeliverOptions, DeliverRun, DeliverState, DeliverStatus } from './options.ts'
import { orderName } from './orders.ts'
import { laneRecord, parkingKey } from './records.ts'
import type { Settled } from './settle.ts'
import { tellAttempt } from './tell.ts'
import { Waiting } from './waiting.ts'

export type * from './options.ts'

/** What the member of a delivery loop polls at most. */
export const deliverBatchSize = 200

const restMs = 100
const troubleMs = 1000
/** Faults of its own in a row before the loop ends as failed. */
const mostFaults = 5
const defaults = { concurrency: 32, patienceMs: 1000, maxHeldBytes: 16 << 20, maxLanes: 100_000 }

export function runDeliver(options: DeliverOptions): DeliverRun {
  const loop = new DeliverLoop(options)
  return { stop: () => loop.stop(), status: () => loop.status(), done: loop.done }
}

class DeliverLoop {
  readonly done: Promise<DeliverEnd>
  readonly #options: DeliverOptions
  readonly #stage: string
  readonly #circuit: Circuit
  readonly #budget: RetryBudget
  readonly #gaps: Gaps
  readonly #attempts: Attempts
  readonly #waiting: Waiting
  readonly #wait: (ms: number) => Promise<void>
  #partitions: readonly number[] = []
  /** Orders obeyed here, until the topic no longer tells them. */
  readonly #obeyed = new Set<string>()
  #shutHere = false
  #troubled = false
  #stopping = false
  #ended: DeliverEnd | null = null
  /** Faults of its own in a row. */
  #faults = 0
  #reason: Reason | null = null
  #lastCommitAt: number | null = null

  constructor(options: DeliverOptions) {
    const { about, now, random, log, concurrency = defaults.concurrency } = options
    const nowMs = () => now().getTime()
    this.#options = options
    this.#stage = `deliver.${about.subscription}`
    this.#circuit = new Circuit(nowMs, random, options.circuit)
    this.#budget = new RetryBudget(nowMs)
    this.#gaps = new Gaps(about)
    const shared = { ...options, circuit: this.#circuit, gaps: this.#gaps }
    this.#attempts = new Attempts({ ...shared, concurrency, batchSize: deliverBatchSize })
    this.#waiting = new Waiting({
      ...shared,
      attempts: this.#attempts,
      budget: this.#budget,
      concurrency: Math.ceil(concurrency / 2),
      maxHeldBytes: options.maxHeldBytes ?? defaults.maxHeldBytes,
      mayRun: () => !this.#stopping && !this.#isHeld(),
      tell: (entry, settled, ms) => this.#tell(entry, settled, ms),
      failed: error => log.warn({ stage: this.#stage, error: nameOf(error) }, 'lane.failed'),
    })
    this.#wait = options.wait ?? (ms => new Promise(done => setTimeout(done, ms)))
    options.member.onAssigned(partitions => this.#take(partitions.map(one => one.partition)))
    this.done = this.#loop()
  }

  async stop(): Promise<void> {
    this.#stopping = true
    await this.done
  }

  status(): DeliverStatus {
    const { parked, blocked } = this.#waiting.lanes.counts()
    const state = this.#ended ?? this.#state()
    const { code } = this.#circuit
    return { state, parked, blocked, code, lastCommitAt: this.#lastCommitAt, reason: this.#reason }
  }

  #state(): DeliverState {
    const { about, isPaused, member, maxLanes = defaults.maxLanes } = this.#options
    if (isPaused(about.system, about.subscription)) return 'paused'
    if (this.#isShut()) return 'shut'
    if (this.#troubled || !member.reachable) return 'waiting'
    if (this.#circuit.state !== 'closed') return 'open'
    return this.#waiting.lanes.size >= maxLanes ? 'full' : 'running'
  }

  #isHeld(): boolean {
    const { about, isPaused } = this.#options
    return isPaused(about.system, about.subscription) || this.#isShut()
  }

  // The door's record takes a moment to come round: until then this loop knows by itself that the door is shut.
  #isShut(): boolean {
    const shut = this.#options.isShut?.() === true
    if (shut) this.#shutHere = false
    return shut || this.#shutHere
  }

  async #loop(): Promise<DeliverEnd> {
    let ended: DeliverEnd = 'stopped'
    while (!this.#stopping && ended === 'stopped') {
      try {
        await this.#turn()
        this.#faults = 0
      } catch (error) {
        if (isHubError(error, 'HUB_KAFKA_FENCED')) ended = 'fenced'
        else if (this.#isTooMuch(error)) ended = 'failed'
        else await this.#wait(troubleMs)
      }
    }
    await this.#close(ended)
    this.#ended = ended
    return ended
  }

  /** Takes down a fault. Kafka that is away will be back; what is wrong in here may be over with a new start. */
  #isTooMuch(error: unknown): boolean {
    const { log, now } = this.#options
    this.#troubled = true
    log.error({ stage: this.#stage, error: nameOf(error) }, 'stage.failed')
    if (isHubError(error) && error.entry.retryable) return false
    this.#faults += 1
    this.#reason = { code: nameOf(error), at: now().getTime() }
    return this.#faults >= mostFaults
  }

  async #turn(): Promise<void> {
    const { member } = this.#options
    try {
      await this.#flush()
      if (this.#waiting.isLost) await this.#take(this.#partitions)
      await this.#obey()
    } catch (error) {
      if (!isHubError(error, 'HUB_KAFKA_UNREACHABLE')) throw error
      // Nothing is written any more before the place is taken anew, and with it what really was.
      this.#troubled = true
      await member.poll(0)
      return
    }
    if (this.#isHeld()) return this.#wait(restMs)
    const circuit = this.#circuit.state
    if (circuit === 'open') {
      await this.#waiting.expire()
      await this.#flush()
      return this.#wait(restMs)
    }
    if (circuit === 'half-open') {
      if (this.#circuit.probesLeft <= 0) return this.#wait(restMs)
      // One is left for an event that nobody has tried yet.
      this.#waiting.startProbes(this.#circuit.probesLeft - 1)
    } else {
      if (this.#circuit.takeReturn()) this.#waiting.hasten()
      this.#waiting.startDue()
    }
    if (this.#waiting.lanes.size >= (this.#options.maxLanes ?? defaults.maxLanes)) return this.#wait(restMs)
    // One event is enough to hear whether the receiver is back, also where nothing waits in a lane.
    const batch = await member.poll(circuit === 'half-open' ? 1 : undefined)
    if (member.reachable) this.#troubled = false
    if (batch) await this.#work(batch)
  }

  async #close(ended: string): Promise<void> {
    const { member, door, log } = this.#options
    this.#stopping = true
    for (let n = 0; ended === 'stopped' && this.#waiting.lanes.busy() && n < 30; n += 1) await this.#wait(restMs)
    if (ended === 'stopped') await this.#flush().catch(() => undefined)
    for (const one of [member, door])
      await one.close?.().catch(error => log.warn({ stage: this.#stage, error: nameOf(error) }, 'stage.close-failed'))
    log.info({ stage: this.#stage, state: ended }, 'stage.ended')
  }

  /** The partitions now ours: what waits in them is read back, and what may be under way is in doubt. */
  async #take(partitions: readonly number[]): Promise<void> {
    const { places, about, log, catchUp } = this.#options
    await catchUp?.()
    const { lanes, sending, gaps } = await places.restored(about.subscription, partitions)
    this.#partitions = partitions
    this.#attempts.taken(partitions, sending)
    this.#gaps.restart(gaps)
    this.#waiting.restart(lanes)
    if (lanes.length > 0) log.info({ stage: this.#stage, lanes: lanes.length }, 'lanes.restored')
  }

  /** Until the batch is committed or void: a batch that fails here is worked again, never skipped. */
  async #work(batch: Batch): Promise<void> {
    const { log, hooks, now } = this.#options
    const began = now().getTime()
    for (;;) {
      try {
        const entries = batch.records.filter(one => one.value !== null).map(one => this.#attempts.fresh(entryOf(one)))
        const end = await this.#deliver(entries)
        const places = await this.#commit(batch, end)
        this.#lastCommitAt = now().getTime()
        hooks?.committed?.(this.#stage, batch.records.length, (this.#lastCommitAt - began) / 1000)
        for (const entry of entries) if (!end.running.has(entry)) this.#attempts.forget(entry)
        for (const entry of end.parked)
          this.#waiting.add(entry, places.get(this.#parkingKey(entry))!, end.running.get(entry))
        return
      } catch (error) {
        if (isHubError(error, 'HUB_KAFKA_FENCED')) throw error
        this.#troubled = true
        log.warn({ stage: this.#stage, records: batch.records.length, error: nameOf(error) }, 'stage.aborted')
        hooks?.aborted?.(this.#stage)
        if (isHubError(error, 'HUB_KAFKA_UNREACHABLE') || this.#stopping) return
        if (this.#isTooMuch(error)) throw error
        await this.#wait(troubleMs)
      }
    }
  }

  async #deliver(entries: readonly Entry[]): Promise<BatchEnd> {
    const { member, patienceMs = defaults.patienceMs } = this.#options
    const { lanes } = this.#waiting
    // Looked at once: a lane that empties while the batch is worked still goes before its new events.
    const taken = new Set(entries.map(entry => entry.caseId).filter(caseId => lanes.get(caseId)))
    const free = entries.filter(entry => !taken.has(entry.caseId))
    await member.write(this.#attempts.announcements(free))
    const mayBegin = () => !this.#isShut()
    const end = await deliverBatch(
      {
        ...this.#options,
        gaps: this.#gaps,
        attempt: (entry, more) => this.#attempts.run(entry, 'batch', () => more() && mayBegin()),
        forget: entry => this.#attempts.forget(entry),
        settled: (entry, settled, ms) => {
          if (settled.isOver) this.#budget.succeeded(entry.tries > 1)
          this.#tell(entry, settled, ms)
        },
        isTaken: caseId => taken.has(caseId),
        mayRepeat: () => this.#budget.take(),
        wait: this.#wait,
      },
      entries,
      patienceMs,
    )
    const settled = free.filter(entry => !end.running.has(entry))
    return { ...end, records: [...end.records, ...this.#laneViews(end.parked), ...this.#attempts.endings(settled)] }
  }

  /** Where in parking each parked entry lies, by its key there. */
  async #commit(batch: Batch, end: BatchEnd): Promise<ReadonlyMap<string, number>> {
    const { member, about, log } = this.#options
    let records = end.records
    for (;;) {
      try {
        return placesOf(records, await member.commit(batch, records), about.topics.parking)
      } catch (error) {
        const at = isHubError(error, 'HUB_KAFKA_TOO_LARGE') ? Number(error.facts.index) : Number.NaN
        const large = records[at]
        // Only what tells about a delivery may be left out, never the delivery itself.
        if (!large || large.topic === about.topics.parking) throw error
        log.error({ stage: this.#stage, topic: large.topic }, 'record.left-out')
        records = records.filter(one => one !== large)
      }
    }
  }

  #tell(entry: Entry, settled: Settled, ms: number): void {
    tellAttempt(this.#options, entry, settled, ms)
    const { shut } = this.#options
    if (settled.next.kind === 'closed' && shut && !this.#isShut()) {
      this.#shutHere = true
      this.#waiting.push(shut(settled.next.code))
    }
  }

  /** Lanes as the batch leaves them, had it already committed. */
  #laneViews(parked: readonly Entry[]): OutRecord[] {
    const { about, now } = this.#options
    const views: OutRecord[] = []
    for (const [caseId, entries] of Map.groupBy(parked, entry => entry.caseId)) {
      const lane = this.#waiting.lanes.get(caseId)
      const { partition } = entries[0]!
      const before = lane ? viewOf(lane) : undefined
      const head = lane?.head ?? headOf(entries[0]!, 0)
      const since = lane?.since ?? now().getTime()
      const rest = { length: (before?.waiting ?? 0) + entries.length - 1 }
      views.push(laneRecord(about, caseId, partition, viewOf({ head, since, rest })))
    }
    return views
  }

  async #obey(): Promise<void> {
    const orders = this.#options.orders?.() ?? []
    const told = new Set(orders.map(orderName))
    for (const one of this.#obeyed) if (!told.has(one)) this.#obeyed.delete(one)
    for (const order of orders) {
      const name = orderName(order)
      if (this.#obeyed.has(name) || !this.#partitions.includes(order.partition)) continue
      const deps = { ...this.#options, waiting: this.#waiting, flush: () => this.#flush() }
      if (await obey(deps, order)) this.#obeyed.add(name)
    }
  }

  async #flush(): Promise<void> {
    const records = this.#waiting.take()
    if (records.length === 0) return
    try {
      this.#waiting.written(records, await this.#options.member.write(records))
      this.#lastCommitAt = this.#options.now().getTime()
    } catch (error) {
      this.#waiting.giveBack(records)
      throw error
    }
  }

  #parkingKey(entry: Entry): string {
    return parkingKey(this.#options.about.subscription, entry.deliveryId)
  }
}

function placesOf(records: readonly OutRecord[], places: readonly Written[], topic: string): Map<string, number> {
  const found = new Map<string, number>()
  for (const [i, record] of records.entries())
    if (record.topic === topic && record.value !== null) found.set(record.key!, Number(places[i]!.offset))
  return found
}

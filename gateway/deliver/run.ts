// The delivery loop of one subscription: its own group, its own lanes, so that a dead or slow receiver holds up nobody else.
// An offset moves in the transaction that writes each outcome; what cannot be settled now waits in parking.
import { isHubError } from '#schemas/errors.ts'
import type { Batch, OutRecord } from '../kafka/port.ts'
import { Attempts } from './attempts.ts'
import { type BatchEnd, deliverBatch } from './batch.ts'
import { type Entry, entryOf } from './entry.ts'
import { viewOf } from './lanes.ts'
import type { DeliverOptions, DeliverRun, DeliverState, DeliverStatus } from './options.ts'
import { laneRecord } from './records.ts'
import { restore } from './restore.ts'
import type { Settled } from './settle.ts'
import { Waiting } from './waiting.ts'

export type * from './options.ts'

/** What the member of a delivery loop polls at most. */
export const deliverBatchSize = 200

const restMs = 100
const troubleMs = 1000
const defaults = { concurrency: 32, patienceMs: 1000, maxHeldBytes: 64 << 20 }

export function runDeliver(options: DeliverOptions): DeliverRun {
  const loop = new DeliverLoop(options)
  return { stop: () => loop.stop(), status: () => loop.status(), done: loop.done }
}

class DeliverLoop {
  readonly done: Promise<'fenced' | 'stopped'>
  readonly #options: DeliverOptions
  readonly #stage: string
  readonly #attempts: Attempts
  readonly #waiting: Waiting
  readonly #wait: (ms: number) => Promise<void>
  #shutHere = false
  #troubled = false
  #stopping = false
  #ended: 'fenced' | 'stopped' | null = null
  #lastCommitAt: number | null = null

  constructor(options: DeliverOptions) {
    this.#options = options
    this.#stage = `deliver.${options.about.subscription}`
    const concurrency = options.concurrency ?? defaults.concurrency
    this.#attempts = new Attempts({ ...options, concurrency, batchSize: deliverBatchSize })
    this.#waiting = new Waiting({
      ...options,
      attempts: this.#attempts,
      mayRun: () => !this.#stopping && !this.#isHeld(),
      tell: (entry, settled, ms) => this.#tell(entry, settled, ms),
      failed: error => options.log.warn({ stage: this.#stage, error: nameOf(error) }, 'lane.failed'),
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
    return { state: this.#ended ?? this.#state(), parked, blocked, lastCommitAt: this.#lastCommitAt }
  }

  #state(): DeliverState {
    const { about, isPaused, member, maxHeldBytes = defaults.maxHeldBytes } = this.#options
    if (isPaused(about.system)) return 'paused'
    if (this.#isShut()) return 'shut'
    if (this.#troubled || !member.reachable) return 'waiting'
    return this.#waiting.lanes.bytes > maxHeldBytes ? 'full' : 'running'
  }

  #isHeld(): boolean {
    return this.#options.isPaused(this.#options.about.system) || this.#isShut()
  }

  // The door's record takes a moment to come round: until then this loop knows by itself that the door is shut.
  #isShut(): boolean {
    const shut = this.#options.isShut?.() === true
    if (shut) this.#shutHere = false
    return shut || this.#shutHere
  }

  async #loop(): Promise<'fenced' | 'stopped'> {
    let ended: 'fenced' | 'stopped' = 'stopped'
    while (!this.#stopping) {
      try {
        await this.#turn()
      } catch (error) {
        if (isHubError(error, 'HUB_KAFKA_FENCED')) {
          ended = 'fenced'
          break
        }
        this.#troubled = true
        this.#options.log.error({ stage: this.#stage, error: nameOf(error) }, 'stage.failed')
        await this.#wait(troubleMs)
      }
    }
    await this.#close(ended)
    this.#ended = ended
    return ended
  }

  async #turn(): Promise<void> {
    await this.#flush()
    if (!this.#isHeld()) this.#waiting.startDue()
    if (this.#isHeld() || this.#state() === 'full') return this.#wait(restMs)
    const batch = await this.#options.member.poll()
    if (this.#options.member.reachable) this.#troubled = false
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
    const { reader, about, log, catchUp } = this.#options
    await catchUp?.()
    const { entries, sending } = await restore(reader, about.topics, about.subscription, partitions)
    this.#attempts.taken(partitions, sending)
    this.#waiting.restart(entries.map(entry => this.#attempts.restored(entry)))
    if (entries.length > 0) log.info({ stage: this.#stage, entries: entries.length }, 'lanes.restored')
  }

  /** Until the batch is committed or void: a batch that fails here is worked again, never skipped. */
  async #work(batch: Batch): Promise<void> {
    const { log, hooks, now } = this.#options
    const began = now().getTime()
    for (;;) {
      try {
        const entries = batch.records.filter(one => one.value !== null).map(one => this.#attempts.fresh(entryOf(one)))
        const end = await this.#deliver(entries)
        await this.#commit(batch, end)
        this.#lastCommitAt = now().getTime()
        hooks?.committed?.(this.#stage, batch.records.length, (this.#lastCommitAt - began) / 1000)
        for (const entry of entries) if (!end.running.has(entry)) this.#attempts.forget(entry)
        for (const entry of end.parked) this.#waiting.add(entry, end.running.get(entry))
        return
      } catch (error) {
        if (isHubError(error, 'HUB_KAFKA_FENCED')) throw error
        this.#troubled = true
        log.warn({ stage: this.#stage, records: batch.records.length, error: nameOf(error) }, 'stage.aborted')
        hooks?.aborted?.(this.#stage)
        if (isHubError(error, 'HUB_KAFKA_UNREACHABLE') || this.#stopping) return
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
        attempt: (entry, more) => this.#attempts.run(entry, () => more() && mayBegin()),
        forget: entry => this.#attempts.forget(entry),
        settled: (entry, settled, ms) => this.#tell(entry, settled, ms),
        isTaken: caseId => taken.has(caseId),
        wait: this.#wait,
      },
      entries,
      patienceMs,
    )
    const settled = free.filter(entry => !end.running.has(entry))
    return { ...end, records: [...end.records, ...this.#laneViews(end.parked), ...this.#attempts.endings(settled)] }
  }

  async #commit(batch: Batch, end: BatchEnd): Promise<void> {
    const { member, about, log } = this.#options
    let records = end.records
    for (;;) {
      try {
        await member.commit(batch, records)
        return
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

  #tell(entry: Entry, { next, outcome, code }: Settled, ms: number): void {
    const { about, log, hooks, now, shut } = this.#options
    const { deliveryId: delivery, eventId: event, caseId, tries: attempt } = entry
    const { subscription, system } = about
    log.info({ subscription, system, delivery, event, case: caseId, attempt, outcome, code, ms }, 'delivery.attempted')
    hooks?.delivered?.(system, outcome, ms / 1000)
    const received = Date.parse(entry.headers.hub_received ?? '')
    if (outcome === 'delivered' && received > 0) hooks?.endToEnd?.(system, (now().getTime() - received) / 1000)
    if (next.kind === 'closed' && shut && !this.#isShut()) {
      this.#shutHere = true
      this.#waiting.push(shut(next.code))
    }
  }

  /** Lanes as the batch leaves them, had it already committed. */
  #laneViews(parked: readonly Entry[]): OutRecord[] {
    const { about, now } = this.#options
    const views: OutRecord[] = []
    for (const [caseId, entries] of Map.groupBy(parked, entry => entry.caseId)) {
      const lane = this.#waiting.lanes.get(caseId)
      const first = entries[0]!
      const since = lane?.since ?? now().getTime()
      const queue = [lane?.queue[0] ?? first]
      const waiting = (lane?.waiting ?? 0) + entries.length
      const view = viewOf({ caseId, partition: first.partition, queue, since, waiting, busy: false })
      views.push(laneRecord(about, caseId, first.partition, view))
    }
    return views
  }

  async #flush(): Promise<void> {
    const records = this.#waiting.take()
    if (records.length === 0) return
    try {
      await this.#options.member.write(records)
      this.#lastCommitAt = this.#options.now().getTime()
    } catch (error) {
      this.#waiting.giveBack(records)
      throw error
    }
  }
}

// Names and codes only: an error's text might hold a value from a message.
function nameOf(error: unknown): string {
  if (isHubError(error)) return error.code
  return error instanceof Error ? error.name : 'unknown'
}

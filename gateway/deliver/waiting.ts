// Works the lanes off: heads that are due are tried, what came of them is gathered until the loop writes it.
import type { Member, OutRecord, Reader, Written } from '../kafka/port.ts'
import type { Attempts, Tried, Try } from './attempts.ts'
import type { RetryBudget } from './budget.ts'
import type { Entry } from './entry.ts'
import type { Gaps } from './gaps.ts'
import { isBlocked, type Lane, Lanes, viewOf } from './lanes.ts'
import { readParked } from './parked.ts'
import type { Restored } from './places.ts'
import { attemptRecord, laneRecord, parkingKey, parkingRecord, unparkRecord } from './records.ts'
import { giveUp, parkingAfter, type SettleDeps, type Settled, settle } from './settle.ts'

export interface WaitingDeps extends SettleDeps {
  readonly member: Member
  readonly reader: Reader
  readonly attempts: Attempts
  readonly budget: RetryBudget
  readonly gaps: Gaps
  /** Lanes worked at a time. */
  readonly concurrency: number
  readonly maxHeldBytes: number
  /** May attempts be made at all just now? */
  readonly mayRun: () => boolean
  readonly tell: (entry: Entry, settled: Settled, ms: number) => void
  readonly failed: (error: unknown) => void
}

/** Events of a lane read back at a time. */
const readAhead = 16
const troubleMs = 1000
const hastenMs = 1000
const skippedCode = 'SKIPPED_BY_OPERATOR'

export class Waiting {
  readonly lanes: Lanes
  readonly #deps: WaitingDeps
  #late: OutRecord[] = []
  /** Cases whose lane record is out of date, with their partition. */
  readonly #changed = new Map<string, number>()
  /** Lanes whose head is to be written to parking anew, by its key there. */
  readonly #moved = new Map<string, Lane>()
  /** Rises when partitions change hands: what was begun before has no lane here any more. */
  #term = 0
  #working = 0
  #isLost = false

  constructor(deps: WaitingDeps) {
    this.#deps = deps
    this.lanes = new Lanes(deps.maxHeldBytes)
  }

  /** What a lane remembers was not found in parking: all must be read back. */
  get isLost(): boolean {
    return this.#isLost
  }

  restart(lanes: Restored['lanes']): void {
    this.#term += 1
    this.#isLost = false
    // What was not written is void: another owner may have gone on meanwhile, and the log is what counts.
    this.#late = []
    this.#moved.clear()
    this.#changed.clear()
    this.lanes.clear()
    for (const lane of lanes) this.lanes.restore(lane, this.#now())
  }

  /** An entry that a committed transaction has parked. `under`: its attempt, where one is under way. */
  add(entry: Entry, parkedAt: number, under?: Try): void {
    entry.parked = true
    const lane = this.lanes.add(entry, parkedAt, this.#now())
    if (under) void this.#drain(lane, { entry, under })
  }

  startDue(): void {
    const room = this.#deps.concurrency - this.#working
    for (const lane of [...this.lanes.due(this.#now(), room)]) {
      // A head that has failed before needs leave to be tried again; the others in its lane come after it.
      if (lane.head.tries > 0 && !this.#deps.budget.take()) return
      void this.#drain(lane)
    }
  }

  /** Heads that are tried only to hear whether the receiver is there again: any of them, as a case may fail for itself, but such
   *  as have not failed yet before the others. */
  startProbes(most: number): void {
    const { random } = this.#deps
    const all = [...this.lanes.due(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY)]
    const drawn = all.map(lane => ({ lane, at: random() + (lane.head.tries === 0 ? 0 : 1) }))
    for (const { lane } of drawn.sort((a, b) => a.at - b.at).slice(0, most)) void this.#drain(lane)
  }

  /** The receiver is back: heads that never reached it are tried within a second, not when their waits are over. */
  hasten(): void {
    const { random } = this.#deps
    for (const lane of this.lanes.values()) {
      const { attempts, tries, nextAt } = lane.head
      const soon = this.#now() + random() * hastenMs
      if (tries > 0 && attempts === 0 && nextAt > soon) lane.head = { ...lane.head, nextAt: soon }
    }
  }

  /** Ends what is past its deadline while no attempt can be made. Those that can be tried are tried once more. */
  async expire(): Promise<void> {
    const oldest = this.#now() - this.#deps.policy.deadlineMs
    for (const lane of [...this.lanes.values()])
      if (lane.head.firstAt > 0 && lane.head.firstAt <= oldest) await this.giveUp(lane, 'deadline')
  }

  /** Makes a dead letter of a waiting head, untried. */
  async giveUp(lane: Lane, why: 'deadline' | 'cancelled'): Promise<void> {
    if (lane.busy || isBlocked(lane)) return
    const entry = await this.head(lane)
    if (!entry || lane.busy) return
    const settled = giveUp(this.#deps, entry, why)
    this.#record(lane, entry, settled)
    this.#deps.tell(entry, settled, 0)
  }

  /** The head may be tried again, as if for the first time. */
  async again(lane: Lane): Promise<void> {
    const entry = await this.head(lane)
    if (!entry || lane.busy) return
    this.#deps.attempts.clear(entry)
    Object.assign(entry, { state: 'waiting', attempts: 0, tries: 0, firstAt: 0, nextAt: 0, code: null })
    this.#late.push(parkingRecord(this.#deps.about, entry), ...this.#deps.attempts.endings([entry]))
    this.#keep(lane, entry)
  }

  /** The lane goes on without its head; the next event of the case bears a gap mark. */
  async skip(lane: Lane): Promise<void> {
    const entry = await this.head(lane)
    if (!entry || lane.busy) return
    const { about, attempts, gaps, now } = this.#deps
    const said = attemptRecord(about, entry, { outcome: 'skipped', at: now(), ms: 0, code: skippedCode })
    this.#late.push(said, unparkRecord(about, entry), gaps.raise(entry), ...attempts.endings([entry]))
    this.lanes.shift(lane)
    this.#changed.set(lane.caseId, lane.partition)
  }

  push(...records: OutRecord[]): void {
    this.#late.push(...records)
  }

  /** All that waits to be written. What could not be written is given back: a record more is harmless. */
  take(): OutRecord[] {
    const views = [...this.#changed].map(([caseId, partition]) => {
      const lane = this.lanes.get(caseId)
      return laneRecord(this.#deps.about, caseId, partition, lane ? viewOf(lane) : null)
    })
    this.#changed.clear()
    const records = [...this.#late, ...views]
    this.#late = []
    return records
  }

  /** Where what was taken lies now. */
  written(records: readonly OutRecord[], places: readonly Written[]): void {
    for (const [i, { topic, key, value }] of records.entries()) {
      if (topic !== this.#deps.about.topics.parking || value === null || key === null) continue
      const lane = this.#moved.get(key)
      if (!lane) continue
      this.#moved.delete(key)
      const isHead = lane.head.deliveryId !== null && this.#keyOf(lane.head.deliveryId) === key
      if (isHead) lane.head = { ...lane.head, parkedAt: Number(places[i]!.offset) }
    }
  }

  giveBack(records: readonly OutRecord[]): void {
    this.#late = [...records, ...this.#late]
  }

  /** The event at the head of a lane; undefined when it is not where it should be. */
  async head(lane: Lane): Promise<Entry | undefined> {
    if (lane.held[0]) return lane.held[0]
    const { reader, about, attempts } = this.#deps
    const offsets = [lane.head.parkedAt, ...lane.rest.slice(0, readAhead - 1)]
    const term = this.#term
    const entries = await readParked(reader, about.topics.parking, lane.partition, offsets)
    if (term !== this.#term) return undefined
    if (!entries) {
      this.#isLost = true
      return undefined
    }
    const inOrder = offsets.map(offset => attempts.restored(entries.get(offset)!, lane.isOld))
    const { deliveryId, parkedAt, doubtful, ...known } = lane.head
    // The last outcome may not have been written yet.
    if (deliveryId !== null) Object.assign(inOrder[0]!, known)
    inOrder[0]!.doubtful ||= doubtful
    this.lanes.hold(lane, inOrder)
    return inOrder[0]
  }

  /** Works a lane off from its head, as far as it goes. */
  async #drain(lane: Lane, first?: { entry: Entry; under: Try }): Promise<void> {
    const term = this.#term
    lane.busy = true
    this.#working += 1
    try {
      let under = first?.under
      for (let isChosen = true; ; isChosen = false, under = undefined) {
        const head = under ? first!.entry : await this.head(lane)
        if (!head || term !== this.#term || !(under || this.#mayTry(head, isChosen))) return
        const tried = await (under ?? this.#try(head))
        // Another owner has the lane, or this loop anew: the result stays known to the attempts meanwhile.
        if (term !== this.#term || !tried) return
        const settled = this.#settle(lane, head, tried)
        if (!settled.isOver || this.lanes.get(lane.caseId) !== lane) return
      }
    } catch (error) {
      lane.head = { ...lane.head, nextAt: this.#now() + troubleMs }
      this.#deps.failed(error)
    } finally {
      lane.busy = false
      this.#working -= 1
    }
  }

  async #try(head: Entry): Promise<Tried | null> {
    const { attempts, member, mayRun } = this.#deps
    await member.write(attempts.announcements([head]))
    return attempts.run(head, 'lane', mayRun)
  }

  #mayTry(head: Entry, isChosen: boolean): boolean {
    return this.#deps.mayRun() && head.state === 'waiting' && (isChosen || head.nextAt <= this.#now())
  }

  #settle(lane: Lane, head: Entry, { result, ms }: Tried): Settled {
    const { attempts, budget, tell } = this.#deps
    const wasRepeat = head.tries > 0
    const settled = settle(this.#deps, head, result, ms)
    if (settled.isOver) budget.succeeded(wasRepeat)
    attempts.forget(head)
    this.#record(lane, head, settled)
    tell(head, settled, ms)
    return settled
  }

  #record(lane: Lane, head: Entry, settled: Settled): void {
    const { about, attempts } = this.#deps
    this.#late.push(...settled.records, ...parkingAfter(about, head, settled), ...attempts.endings([head]))
    if (settled.isOver) {
      this.lanes.shift(lane)
      this.#changed.set(lane.caseId, lane.partition)
    } else this.#keep(lane, head)
  }

  /** The head stays, and is written to parking as it stands now. */
  #keep(lane: Lane, head: Entry): void {
    this.#moved.set(this.#keyOf(head.deliveryId), lane)
    this.lanes.update(lane, head)
    this.#changed.set(lane.caseId, lane.partition)
  }

  #keyOf(deliveryId: string): string {
    return parkingKey(this.#deps.about.subscription, deliveryId)
  }

  #now(): number {
    return this.#deps.now().getTime()
  }
}

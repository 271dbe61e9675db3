// Works the lanes off: heads that are due are tried, what came of them is gathered until the loop writes it.
import type { Member, OutRecord } from '../kafka/port.ts'
import type { Attempts, Tried, Try } from './attempts.ts'
import type { Entry } from './entry.ts'
import { isBlocked, type Lane, Lanes, viewOf } from './lanes.ts'
import { laneRecord } from './records.ts'
import { parkingAfter, type SettleDeps, type Settled, settle } from './settle.ts'

export interface WaitingDeps extends SettleDeps {
  readonly member: Member
  readonly attempts: Attempts
  /** May attempts be made at all just now? */
  readonly mayRun: () => boolean
  readonly tell: (entry: Entry, settled: Settled, ms: number) => void
  readonly failed: (error: unknown) => void
}

export class Waiting {
  readonly lanes = new Lanes()
  readonly #deps: WaitingDeps
  #late: OutRecord[] = []
  /** Cases whose lane record is out of date, with their partition. */
  readonly #changed = new Map<string, number>()
  /** Rises when partitions change hands: what was begun before has no lane here any more. */
  #term = 0

  constructor(deps: WaitingDeps) {
    this.#deps = deps
  }

  restart(entries: readonly Entry[]): void {
    this.#term += 1
    this.lanes.clear()
    for (const entry of entries) this.lanes.add(entry, this.#now())
  }

  /** An entry that a committed transaction has parked. `under`: its attempt, where one is under way. */
  add(entry: Entry, under?: Try): void {
    entry.parked = true
    const lane = this.lanes.add(entry, this.#now())
    if (isBlocked(lane)) this.lanes.block(lane)
    if (under) void this.#drain(lane, under)
  }

  startDue(): void {
    for (const lane of this.lanes.due(this.#now())) void this.#drain(lane)
  }

  push(...records: OutRecord[]): void {
    this.#late.push(...records)
  }

  /** All that waits to be written. What could not be written is given back: a record more is harmless. */
  take(): OutRecord[] {
    const views = [...this.#changed].map(([caseId, partition]) =>
      laneRecord(this.#deps.about, caseId, partition, viewOf(this.lanes.get(caseId))),
    )
    this.#changed.clear()
    const records = [...this.#late, ...views]
    this.#late = []
    return records
  }

  giveBack(records: readonly OutRecord[]): void {
    this.#late = [...records, ...this.#late]
  }

  /** Works a lane off from its head, as far as it goes. */
  async #drain(lane: Lane, first?: Try): Promise<void> {
    const term = this.#term
    lane.busy = true
    try {
      let under = first
      for (let head = lane.queue[0]; head && this.#mayTry(head, under); head = lane.queue[0]) {
        const tried = await (under ?? this.#try(head))
        under = undefined
        // Another owner has the lane, or this loop anew: the result stays known to the attempts meanwhile.
        if (term !== this.#term || !tried) return
        this.#settle(lane, head, tried)
      }
    } catch (error) {
      this.#deps.failed(error)
    } finally {
      lane.busy = false
    }
  }

  async #try(head: Entry): Promise<Tried | null> {
    const { attempts, member, mayRun } = this.#deps
    await member.write(attempts.announcements([head]))
    return attempts.run(head, mayRun)
  }

  #mayTry(head: Entry, under: Try | undefined): boolean {
    if (under) return true
    return this.#deps.mayRun() && head.state === 'waiting' && head.nextAt <= this.#now()
  }

  #settle(lane: Lane, head: Entry, { result, ms }: Tried): void {
    const { about, attempts, tell } = this.#deps
    const settled = settle(this.#deps, head, result, ms)
    attempts.forget(head)
    this.#late.push(...settled.records, ...parkingAfter(about, head, settled.next), ...attempts.endings([head]))
    if (settled.next.kind === 'done') this.lanes.shift(lane)
    else if (isBlocked(lane)) this.lanes.block(lane)
    this.#changed.set(lane.caseId, lane.partition)
    tell(head, settled, ms)
  }

  #now(): number {
    return this.#deps.now().getTime()
  }
}

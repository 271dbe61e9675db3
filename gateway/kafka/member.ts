// One member of a group with its transactional producer. Order matters: the transactional id first, then the group,
// then committed offsets, then records.
import type { Base, Admin as LibraryAdmin } from '@platformatic/kafka'
import { HubError, isHubError } from '#schemas/errors.ts'
import type { TopicBook } from './book.ts'
import { type Chunk, checkSize, cut, type Prepared, prepare } from './chunks.ts'
import { causeOf, findErrorId, unreachable } from './errors.ts'
import { Fetcher } from './fetcher.ts'
import type { Position } from './guards/offsets.ts'
import { startPositions } from './guards/positions.ts'
import { dismiss, freeDeadSlots } from './guards/succession.ts'
import { hasTwin } from './guards/twin.ts'
import type { Limits } from './limits.ts'
import { Membership } from './membership.ts'
import type { Batch, Member, MemberOptions, OutRecord, Written } from './port.ts'
import type { Settings } from './settings.ts'
import { Transactor } from './transactor.ts'
import { sleep } from './wire.ts'

export interface MemberParts {
  readonly settings: Settings
  readonly admin: LibraryAdmin
  readonly book: TopicBook
  readonly limits: Limits
  /** Its own connections: a fetch that waits on the broker holds up whatever is behind it. */
  readonly fetching: Base
}

/** Offsets to commit, and the term in which they are ours. */
interface Moving {
  readonly term: number
  readonly positions: readonly Position[]
}

interface HeldBatch extends Batch, Moving {}

type AssignedListener = Parameters<Member['onAssigned']>[0]

const pollWaitMs = 200
const tooLargeIds = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'])
const fallbackLimit = 1 << 20

export class GroupMember implements Member {
  readonly #parts: MemberParts
  readonly #options: MemberOptions
  readonly #membership: Membership
  readonly #transactor: Transactor
  #assigned: AssignedListener = async () => {}
  #fetcher: Fetcher | null = null
  #fetcherTerm = -1
  /** Offsets of this term's partitions as they were committed last. */
  readonly #passed = new Map<string, Position>()
  #succeeded = false
  #freedGeneration = -1
  /** Handed out and not yet committed: until then every way out leads back to the committed offsets. */
  #open: HeldBatch | null = null
  #queue: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor(parts: MemberParts, options: MemberOptions) {
    this.#parts = parts
    this.#options = options
    this.#membership = new Membership(parts.settings, options.group, options.slot, options.topics)
    // Before the first join nothing speaks for us.
    const twin = async () => this.#membership.place === null || hasTwin(parts.fetching, this.#membership.place)
    this.#transactor = new Transactor(parts.settings, options.slot, parts.book, twin)
  }

  onAssigned(listener: AssignedListener): void {
    this.#assigned = listener
  }

  get reachable(): boolean {
    return this.#fetcher?.answered ?? false
  }

  async poll(most = Number.POSITIVE_INFINITY): Promise<Batch | null> {
    if (this.#closed) {
      // Whoever goes on asking a closed member must not keep everything else from running.
      await sleep(pollWaitMs)
      return null
    }
    if (this.#open) this.#doubt()
    try {
      await this.#transactor.ready()
      if (!(await this.#join())) return null
      const fetcher = await this.#fetcherOfTerm()
      if (!fetcher) return null
      const records = Math.min(most, this.#options.maxRecords ?? 500)
      const taken = await fetcher.take(records, this.#options.maxBytes ?? 4 << 20, pollWaitMs)
      if (!taken || this.#fetcherTerm !== this.#membership.term) return null
      const batch: HeldBatch = { records: taken.records, positions: taken.positions, term: this.#fetcherTerm }
      this.#open = batch
      return batch
    } catch (error) {
      if (isHubError(error, 'HUB_KAFKA_FENCED')) throw error
      if (this.#closed) return null
      this.#parts.settings.log('warn', 'kafka.poll.failed', { slot: this.#options.slot, cause: causeOf(error) })
      this.#doubt()
      await sleep(pollWaitMs)
      return null
    }
  }

  commit(batch: Batch, outputs: readonly OutRecord[]): Promise<readonly Written[]> {
    return this.#inTurn(async () => {
      const held = batch as HeldBatch
      if (held.term !== this.#membership.term) {
        throw new HubError('HUB_KAFKA_UNREACHABLE', { operation: 'commit', cause: 'REBALANCE', outcome: 'none' })
      }
      const written = await this.#run(await this.#prepare(outputs), held)
      if (this.#open === held) this.#open = null
      for (const position of held.positions) this.#passed.set(nameOf(position), position)
      return written
    })
  }

  write(outputs: readonly OutRecord[]): Promise<readonly Written[]> {
    if (outputs.length === 0) return Promise.resolve([])
    return this.#inTurn(async () => this.#run(await this.#prepare(outputs), this.#standStill()))
  }

  /** Commits the offsets of before once more: what a member writes that has lost its place is refused with them (KIP-447). */
  #standStill(): Moving | null {
    if (this.#fetcherTerm < 0) return null
    if (this.#fetcherTerm !== this.#membership.term || !this.#membership.consumer) {
      throw new HubError('HUB_KAFKA_UNREACHABLE', { operation: 'write', cause: 'REBALANCE', outcome: 'none' })
    }
    return { term: this.#fetcherTerm, positions: [...this.#passed.values()] }
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#fetcher?.close()
    await this.#queue.catch(() => {})
    await this.#membership.close()
    await this.#transactor.close()
    await this.#parts.fetching.close().catch(() => {})
  }

  async #join(): Promise<boolean> {
    if (this.#membership.usurped) {
      // Either a twin has our slot, and then the broker says so now, or it is gone again.
      this.#membership.drop()
      this.#transactor.doubt()
      await this.#transactor.ready()
    }
    if (!this.#succeeded) {
      await dismiss(this.#parts.fetching, this.#options.group, this.#options.slot).catch(() => {})
      this.#succeeded = true
    }
    return this.#membership.join(pollWaitMs)
  }

  async #fetcherOfTerm(): Promise<Fetcher | null> {
    const term = this.#membership.term
    if (this.#fetcher && this.#fetcherTerm === term) return this.#fetcher
    this.#fetcher?.close()
    this.#fetcher = null
    const { admin, book, fetching: client, settings } = this.#parts
    const assignment = this.#membership.assignment()
    const consumer = this.#membership.consumer
    if (!consumer) return null
    await this.#freeDead()
    const starts = await startPositions(consumer, admin, book, assignment)
    await this.#assigned(assignment)
    if (term !== this.#membership.term) return null
    this.#passed.clear()
    for (const { topic, partition, from } of starts)
      this.#passed.set(nameOf({ topic, partition }), { topic, partition, offset: from })
    const moved = (topic: string, how: 'recreated' | 'grown') => {
      if (term !== this.#membership.term) return
      settings.log('warn', `kafka.topic.${how}`, { topic, slot: this.#options.slot })
      if (how === 'recreated') this.#doubt()
      else void this.#membership.rejoin().catch(() => this.#membership.drop())
    }
    this.#fetcher = new Fetcher({ client, admin, book, log: settings.log, moved }, starts)
    this.#fetcherTerm = term
    return this.#fetcher
  }

  /** Whoever had our new partitions may have died inside a transaction, which holds back those offsets and its outputs. */
  async #freeDead(): Promise<void> {
    const { fetching, settings } = this.#parts
    const { group, slot } = this.#options
    const generation = this.#membership.place?.generation ?? -1
    if (generation === this.#freedGeneration) return
    try {
      const freed = await freeDeadSlots(fetching, settings, group, slot)
      for (const dead of freed) settings.log('warn', 'kafka.slot.freed', { group, slot, dead })
      this.#freedGeneration = generation
    } catch (error) {
      // Its time runs out by itself.
      settings.log('warn', 'kafka.slot.not-freed', { group, slot, cause: causeOf(error) })
    }
  }

  async #prepare(outputs: readonly OutRecord[]): Promise<Prepared[]> {
    const { limits, book } = this.#parts
    await limits.learn(new Set(outputs.map(({ topic }) => topic)))
    const prepared: Prepared[] = []
    for (const [index, record] of outputs.entries()) {
      const bytes = checkSize(record, limits.of(record.topic) ?? fallbackLimit, index)
      prepared.push(prepare(record, await book.countOf(record.topic), bytes))
    }
    return prepared
  }

  async #run(prepared: readonly Prepared[], moving: Moving | null): Promise<readonly Written[]> {
    const { limits } = this.#parts
    const written: Written[] = new Array(prepared.length)
    const placed = ({ topic, partition, indexes }: Chunk, offset: bigint) => {
      for (const [i, index] of indexes.entries()) written[index] = { topic, partition, offset: offset + BigInt(i) }
    }
    try {
      const lanes = cut(prepared, topic => limits.of(topic) ?? fallbackLimit)
      const moves = moving && {
        consumer: this.#membership.consumer!,
        standing: await this.#membership.standing(),
        positions: moving.positions,
        stillOurs: () => moving.term === this.#membership.term,
      }
      await this.#transactor.run(lanes, placed, moves)
      return written
    } catch (error) {
      // The limit was lowered since we learnt it.
      if (findErrorId(error, tooLargeIds)) for (const { topic } of prepared) limits.forget(topic)
      if (moving) this.#doubt()
      throw unreachable('transaction', error)
    }
  }

  #doubt(): void {
    this.#open = null
    this.#fetcher?.close()
    this.#fetcher = null
    for (const topic of this.#options.topics) this.#parts.book.forget(topic)
    this.#membership.doubt()
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work, work)
    this.#queue = turn.catch(() => {})
    return turn
  }
}

function nameOf({ topic, partition }: { readonly topic: string; readonly partition: number }): string {
  return `${topic}:${partition}`
}

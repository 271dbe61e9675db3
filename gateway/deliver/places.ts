// Where all that waits lies, of every subscription: parking and lanes, followed into a store meanwhile, so that whoever takes
// partitions over reads what came of late and not all that has ever waited. Keeps no event: where each lies is enough.
import { setTimeout as sleep } from 'node:timers/promises'
import type { InRecord, Reader } from '../kafka/port.ts'
import { catchUp, type Followed } from '../pipeline/catch-up.ts'
import type { Changes, Store } from '../store/port.ts'
import { nameOf } from '../supervise.ts'
import { restoredEntry } from './entry.ts'
import { gapKey } from './gaps.ts'
import { type Head, headOf, type Lane } from './lanes.ts'
import { sendingKey } from './records.ts'

export interface Restored {
  readonly lanes: readonly Pick<Lane, 'caseId' | 'partition' | 'head' | 'rest'>[]
  /** Deliveries said to be under way, whose outcome nobody recorded. */
  readonly sending: ReadonlySet<string>
  /** By case: the sequence of the last event that was skipped. */
  readonly gaps: ReadonlyMap<string, string>
}

export interface Places {
  /** What waits in these partitions, as all that was written before this call has left it. */
  restored(subscription: string, partitions: readonly number[]): Promise<Restored>
  stop(): Promise<void>
}

export interface PlacesDeps {
  readonly reader: Reader
  readonly store: Store
  readonly topics: { readonly parking: string; readonly lanes: string }
  readonly shards: number
  readonly now: () => number
  readonly maxAgeMs: number
  readonly log: { warn(facts: object, text: string): void }
}

interface Parked {
  readonly caseId: string
  /** In out.<subscription>: the order in which they were routed. */
  readonly routedAt: string
  readonly head: Head
}

/** What came within it is what a take-over finds to read. */
const followMs = 2000

export function followPlaces(deps: PlacesDeps): Places {
  const { store, log } = deps
  const stopped = new AbortController()
  const followed = followedOf(deps)
  let turn: Promise<unknown> = Promise.resolve()
  let next: Promise<unknown> | null = null
  // One at a time; whoever asks while one is running shares the next, which begins after they asked.
  const level = (): Promise<unknown> => {
    next ??= turn
      .catch(() => undefined)
      .then(() => {
        next = null
        turn = catchUp({ ...deps, followed })
        return turn
      })
    return next
  }
  const following = (async () => {
    while (!stopped.signal.aborted) {
      await sleep(followMs, undefined, { signal: stopped.signal, ref: false }).catch(() => undefined)
      if (stopped.signal.aborted) return
      await level().catch((error: unknown) => {
        if (!stopped.signal.aborted) log.warn({ error: nameOf(error) }, 'places.unreadable')
      })
    }
  })()
  return {
    async restored(subscription, partitions) {
      await level()
      return read(store, subscription, partitions)
    },
    async stop() {
      stopped.abort()
      await following
      await turn.catch(() => undefined)
    },
  }
}

const parkedKey = (partition: number, key: string): string => `parked/${partition}/${key}`
const laneKey = (partition: number, key: string): string => `lanes/${partition}/${key}`

function followedOf({ topics, shards }: PlacesDeps): Followed[] {
  return Array.from({ length: shards }, (_, partition) => [
    { topic: topics.parking, partition, changes: parkedChanges },
    { topic: topics.lanes, partition, changes: laneChanges },
  ]).flat()
}

function* parkedChanges(record: InRecord): Changes {
  const { key, value, partition } = record
  if (key === null) return
  yield [parkedKey(partition, key), value && Buffer.from(JSON.stringify(parkedOf(record)))]
}

const told = [gapKey(''), sendingKey('')]

function* laneChanges({ key, value, partition }: InRecord): Changes {
  if (key !== null && told.some(part => key.includes(part))) yield [laneKey(partition, key), value]
}

function parkedOf(record: InRecord): Parked {
  const entry = restoredEntry(record)
  return { caseId: entry.caseId, routedAt: entry.offset, head: headOf(entry, Number(record.offset)) }
}

function read(store: Store, subscription: string, partitions: readonly number[]): Restored {
  const lanes: Restored['lanes'][number][] = []
  const sending = new Set<string>()
  const gaps = new Map<string, string>()
  for (const partition of partitions) {
    const parked: Parked[] = []
    for (const [, value] of store.scan(parkedKey(partition, `${subscription}/`)))
      parked.push(JSON.parse(value.toString()))
    lanes.push(...lanesOf(partition, parked))
    const sendings = laneKey(partition, sendingKey(subscription))
    for (const [key] of store.scan(sendings)) sending.add(key.slice(sendings.length))
    const skipped = laneKey(partition, gapKey(subscription))
    for (const [key, value] of store.scan(skipped)) gaps.set(key.slice(skipped.length), value.toString())
  }
  return { lanes, sending, gaps }
}

function lanesOf(partition: number, parked: readonly Parked[]): Restored['lanes'][number][] {
  const sorted = parked.toSorted((a, b) => Number(a.routedAt) - Number(b.routedAt))
  return [...Map.groupBy(sorted, one => one.caseId)].map(([caseId, [first, ...others]]) => ({
    caseId,
    partition,
    head: first!.head,
    rest: others.map(one => one.head.parkedAt),
  }))
}

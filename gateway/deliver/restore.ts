// Rebuilds what waits from the topics parking and lanes, for the partitions just taken over. Keeps no event: where each lies
// is enough.
import type { InRecord, Reader } from '../kafka/port.ts'
import { readThrough } from '../pipeline/read-through.ts'
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

interface Parked {
  readonly caseId: string
  readonly partition: number
  /** In out.<subscription>: the order in which they were routed. */
  readonly routedAt: bigint
  readonly head: Head
}

export async function restore(
  reader: Reader,
  topics: { readonly parking: string; readonly lanes: string },
  subscription: string,
  partitions: readonly number[],
): Promise<Restored> {
  const lanes: Restored['lanes'][number][] = []
  const sending = new Set<string>()
  const gaps = new Map<string, string>()
  for (const partition of partitions) {
    const parked = new Map<string, Parked>()
    for await (const record of records(reader, topics.parking, partition, `${subscription}/`)) {
      if (record.value === null) parked.delete(record.key)
      else parked.set(record.key, parkedOf(record))
    }
    lanes.push(...lanesOf([...parked.values()]))
    for await (const { key, value } of records(reader, topics.lanes, partition, sendingKey(subscription))) {
      const delivery = key.slice(sendingKey(subscription).length)
      if (value === null) sending.delete(delivery)
      else sending.add(delivery)
    }
    for await (const { key, value } of records(reader, topics.lanes, partition, gapKey(subscription))) {
      const caseId = key.slice(gapKey(subscription).length)
      if (value === null) gaps.delete(caseId)
      else gaps.set(caseId, value.toString())
    }
  }
  return { lanes, sending, gaps }
}

function parkedOf(record: InRecord): Parked {
  const entry = restoredEntry(record)
  const head = headOf(entry, Number(record.offset))
  return { caseId: entry.caseId, partition: entry.partition, routedAt: BigInt(entry.offset), head }
}

function lanesOf(parked: readonly Parked[]): Restored['lanes'][number][] {
  const sorted = parked.toSorted((a, b) => (a.routedAt < b.routedAt ? -1 : a.routedAt > b.routedAt ? 1 : 0))
  return [...Map.groupBy(sorted, one => one.caseId)].map(([caseId, [first, ...others]]) => ({
    caseId,
    partition: first!.partition,
    head: first!.head,
    rest: others.map(one => one.head.parkedAt),
  }))
}

async function* records(reader: Reader, topic: string, partition: number, prefix: string) {
  for await (const page of readThrough(reader, topic, partition, 'start'))
    for (const record of page.records) if (record.key?.startsWith(prefix)) yield { ...record, key: record.key }
}

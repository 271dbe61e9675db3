// One sessionless fetch from one node: no state on the broker, so any number may run at once. Says leader epochs (G11)
// and topic ids (G12), and answers partition by partition.

import { IS_CONTROL, type RecordsBatch } from '@platformatic/kafka'
import { type AbortedTransaction, dropAborted } from './guards/aborted.ts'
import { ensure } from './maps.ts'
import type { InRecord } from './port.ts'
import { apiOf, type Broker, type Client, connectionTo } from './wire.ts'

export interface Wanted {
  readonly topic: string
  readonly topicId: string
  readonly partition: number
  readonly epoch: number
  readonly from: bigint
  readonly maxBytes: number
}

export interface Fetched {
  readonly topic: string
  readonly partition: number
  readonly from: bigint
  readonly errorCode: number
  readonly records: InRecord[]
  /** The end of the last batch, or the offset asked for. */
  readonly next: bigint
  /** Last stable offset. */
  readonly end: bigint
  readonly start: bigint
}

export interface FetchLimits {
  readonly maxWaitMs: number
  readonly minBytes: number
  readonly maxBytes: number
}

interface FetchResponse {
  readonly errorCode: number
  readonly responses: ReadonlyArray<{
    readonly topicId: string
    readonly partitions: ReadonlyArray<{
      readonly partitionIndex: number
      readonly errorCode: number
      readonly lastStableOffset: bigint
      readonly logStartOffset: bigint
      readonly abortedTransactions: readonly AbortedTransaction[] | null
      readonly records?: RecordsBatch[] | null
    }>
  }>
}

type Request = [number, number, number, number, number, number, unknown[], unknown[], string]

const readCommitted = 1
/** Attribute bit: the broker stamped the whole batch, in its maxTimestamp. */
const logAppendTime = 0x08

function requestTopics(wanted: readonly Wanted[]) {
  const topics = new Map<string, { topicId: string; partitions: object[] }>()
  for (const { topicId, partition, epoch, from, maxBytes } of wanted) {
    ensure(topics, topicId, () => ({ topicId, partitions: [] })).partitions.push({
      partition,
      currentLeaderEpoch: epoch,
      fetchOffset: from,
      lastFetchedEpoch: -1,
      partitionMaxBytes: maxBytes,
    })
  }
  return [...topics.values()]
}

export async function fetchFrom(
  client: Client,
  broker: Broker,
  wanted: readonly Wanted[],
  limits: FetchLimits,
): Promise<Fetched[]> {
  const connection = await connectionTo(client, broker)
  const api = await apiOf<Request, FetchResponse>(client, 'Fetch')
  const { maxWaitMs, minBytes, maxBytes } = limits
  const topics = requestTopics(wanted)
  let answer: FetchResponse
  try {
    answer = await api.async(connection, maxWaitMs, minBytes, maxBytes, readCommitted, 0, -1, topics, [], '')
  } catch (error) {
    // The library rejects the whole answer when one partition failed; the others are in it.
    const partial = (error as { response?: FetchResponse }).response
    if (!partial?.responses || partial.errorCode !== 0) throw error
    answer = partial
  }
  return decode(wanted, answer)
}

function decode(wanted: readonly Wanted[], answer: FetchResponse): Fetched[] {
  const asked = new Map(wanted.map(want => [`${want.topicId}:${want.partition}`, want]))
  const fetched: Fetched[] = []
  for (const { topicId, partitions } of answer.responses) {
    for (const partition of partitions) {
      const want = asked.get(`${topicId}:${partition.partitionIndex}`)
      if (!want) continue
      const batches = partition.records ?? []
      dropAborted(batches, partition.abortedTransactions)
      fetched.push({
        topic: want.topic,
        partition: want.partition,
        from: want.from,
        errorCode: partition.errorCode,
        end: partition.lastStableOffset,
        start: partition.logStartOffset,
        ...recordsOf(want, batches),
      })
    }
  }
  return fetched
}

function recordsOf({ topic, partition, from }: Wanted, batches: readonly RecordsBatch[]) {
  const records: InRecord[] = []
  let next = from
  for (const batch of batches) {
    const after = batch.firstOffset + BigInt(batch.lastOffsetDelta) + 1n
    if (after > next) next = after
    if (batch.attributes & IS_CONTROL) continue
    const appended = (batch.attributes & logAppendTime) !== 0
    for (const record of batch.records) {
      const offset = batch.firstOffset + BigInt(record.offsetDelta)
      // A batch is sent whole, also when only its end was asked for.
      if (offset < from) continue
      records.push({
        topic,
        partition,
        offset,
        timestamp: Number(appended ? batch.maxTimestamp : batch.firstTimestamp + record.timestampDelta),
        key: record.key === null ? null : record.key.toString(),
        value: record.value,
        headers: headersOf(record.headers),
      })
    }
  }
  return { records, next }
}

function headersOf(entries: readonly [Buffer | null, Buffer | null][]): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of entries) if (name) headers[name.toString()] = value?.toString() ?? ''
  return headers
}

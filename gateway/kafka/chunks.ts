// Cuts records into chunks: each becomes one record batch of one partition, under the topic's limit.

import type { MessageRecord } from '@platformatic/kafka'
import { HubError } from '#schemas/errors.ts'
import { ensure } from './maps.ts'
import { partitionOf } from './partitioner.ts'
import type { OutRecord } from './port.ts'
import { batchOverhead, recordBytes } from './sizes.ts'

export interface Prepared {
  readonly topic: string
  readonly partition: number
  readonly bytes: number
  readonly message: MessageRecord
}

export interface Chunk {
  readonly topic: string
  readonly partition: number
  readonly messages: MessageRecord[]
  /** Where each message stood in the list that was prepared. */
  readonly indexes: number[]
}

interface Said {
  readonly name: Buffer
  text: string
  value: Buffer
}

/** What each header said last: names are few, and copies of one record for several topics follow each other. */
const lastSaid = new Map<string, Said>()
const mostNames = 200

function headersOf({ headers }: OutRecord): Map<Buffer, Buffer> | undefined {
  if (!headers) return undefined
  const bytes = new Map<Buffer, Buffer>()
  for (const name in headers) {
    const { name: key, value } = saidOf(name, headers[name]!)
    bytes.set(key, value)
  }
  return bytes
}

function saidOf(name: string, text: string): Said {
  const said = lastSaid.get(name)
  if (!said) {
    const first = { name: Buffer.from(name), text, value: Buffer.from(text) }
    if (lastSaid.size >= mostNames) lastSaid.clear()
    lastSaid.set(name, first)
    return first
  }
  if (said.text !== text) {
    said.text = text
    said.value = Buffer.from(text)
  }
  return said
}

/** Rejects a record that could never be written, before anything is begun. */
export function checkSize(record: OutRecord, limit: number, index: number): number {
  const bytes = recordBytes(record)
  if (bytes + batchOverhead > limit) {
    throw new HubError('HUB_KAFKA_TOO_LARGE', { topic: record.topic, bytes: bytes + batchOverhead, limit, index })
  }
  return bytes
}

export function prepare(record: OutRecord, partitions: number, bytes: number): Prepared {
  const key = record.key === null ? undefined : Buffer.from(record.key)
  const partition = record.partition ?? partitionOf(key ?? null, partitions)
  const headers = headersOf(record)
  const message: MessageRecord = {
    topic: record.topic,
    partition,
    // The library's type knows no tombstone, its encoder does.
    value: record.value as Buffer,
    ...(key ? { key } : {}),
    ...(headers ? { headers } : {}),
  }
  return { topic: record.topic, partition, bytes, message }
}

/** Chunks by partition, each list in order. */
export function cut(records: readonly Prepared[], limitOf: (topic: string) => number): Map<string, Chunk[]> {
  const lanes = new Map<string, { chunks: Chunk[]; bytes: number }>()
  for (const [index, record] of records.entries()) {
    const name = `${record.topic}:${record.partition}`
    const lane = ensure(lanes, name, () => ({ chunks: [], bytes: Number.POSITIVE_INFINITY }))
    if (lane.bytes + record.bytes > limitOf(record.topic)) {
      lane.chunks.push({ topic: record.topic, partition: record.partition, messages: [], indexes: [] })
      lane.bytes = batchOverhead
    }
    const chunk = lane.chunks.at(-1)!
    chunk.messages.push(record.message)
    chunk.indexes.push(index)
    lane.bytes += record.bytes
  }
  return new Map([...lanes].map(([name, lane]) => [name, lane.chunks]))
}

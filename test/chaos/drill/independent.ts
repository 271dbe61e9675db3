// The independent reader: kafkajs, read_committed, and Avro by the schema file alone. Shares no code with the hub.
import { readFileSync } from 'node:fs'
import avsc from 'avsc'
import { Kafka, logLevel } from 'kafkajs'

export interface Row {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  readonly timestamp: number
  readonly key: string | null
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, string>>
}

export function independentClient(brokers: string): Kafka {
  return new Kafka({ clientId: 'independent', brokers: brokers.split(','), logLevel: logLevel.NOTHING })
}

/** All committed records of the topics, each partition in order: read until nothing more has come for a while. */
export async function readAll(brokers: string, topics: readonly string[], quietMs?: number): Promise<Row[]> {
  const rows: Row[] = []
  await readEach(brokers, topics, row => void rows.push(row), quietMs)
  return rows.sort((a, b) =>
    a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : a.partition - b.partition || Number(a.offset - b.offset),
  )
}

/** The same one by one, for topics that are not to be held whole. A partition's records come in order. */
export async function readEach(
  brokers: string,
  topics: readonly string[],
  take: (row: Row) => void,
  quietMs = 2500,
): Promise<void> {
  const consumer = independentClient(brokers).consumer({
    groupId: `independent.${Math.random()}`,
    readUncommitted: false,
    maxBytesPerPartition: 8 << 20,
    maxBytes: 32 << 20,
  })
  let last = performance.now()
  await consumer.connect()
  await consumer.subscribe({ topics: [...topics], fromBeginning: true })
  const joined = new Promise<void>(resolve => consumer.on(consumer.events.GROUP_JOIN, () => resolve()))
  await consumer.run({
    eachMessage: async ({ topic, partition, message }) => {
      last = performance.now()
      take({
        topic,
        partition,
        offset: BigInt(message.offset),
        timestamp: Number(message.timestamp),
        key: message.key?.toString() ?? null,
        value: message.value,
        headers: Object.fromEntries(Object.entries(message.headers ?? {}).map(([k, v]) => [k, String(v)])),
      })
    },
  })
  await joined
  last = performance.now()
  while (performance.now() - last < quietMs) await new Promise(done => setTimeout(done, 50))
  await consumer.disconnect()
}

const schemaFile = new URL('../../../schemas/canonical/case-record/v1.avsc', import.meta.url)
const type = avsc.Type.forSchema(JSON.parse(readFileSync(schemaFile, 'utf8')))

/** A record's open fields, the sealed part left out: it is enciphered anew each time. */
export interface OpenRecord {
  readonly envelope: {
    readonly messageId: string
    readonly eventId: string | null
    readonly eventType: string | null
    readonly mapping: string
    readonly tables: readonly string[]
  }
  readonly case: { readonly caseId: string | null }
  readonly proceeding: {
    readonly proceedingId: string | null
    readonly status: string
    readonly numbers: readonly { readonly numberKey: string; readonly normalized: string }[]
  }
}

export function openFields(value: Buffer): OpenRecord {
  const { sealed: _sealed, ...open } = type.fromBuffer(value.subarray(5)) as Record<string, unknown>
  return open as unknown as OpenRecord
}

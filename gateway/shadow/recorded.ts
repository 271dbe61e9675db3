// Recorded traffic of one message: what stands in in.<system>, oldest first. Reads only, and makes no topic.
import type { InRecord, Kafka, Reader } from '../kafka/port.ts'
import { inTopic } from '../kafka/topics.ts'

export interface Recording {
  readonly prefix: string
  readonly systems: readonly string[]
  readonly message: string
  /** Unix milliseconds; undefined: from the start of what is kept. */
  readonly since: number | undefined
}

const pageBytes = 1 << 20

/** Ends where the log ended when it was reached: traffic that goes on does not hold it up for ever. */
export async function* recorded(kafka: Kafka, recording: Recording): AsyncGenerator<InRecord> {
  const admin = await kafka.admin()
  const topics = new Map((await admin.topics(recording.prefix)).map(one => [one.name, one.partitions]))
  const reader = await kafka.reader()
  try {
    for (const system of recording.systems) {
      const topic = inTopic(recording.prefix, system)
      for (let partition = 0; partition < (topics.get(topic) ?? 0); partition++)
        yield* ofPartition(reader, topic, partition, recording)
    }
  } finally {
    await Promise.all([reader.close(), admin.close()])
  }
}

async function* ofPartition(
  reader: Reader,
  topic: string,
  partition: number,
  { message, since }: Recording,
): AsyncGenerator<InRecord> {
  let from: bigint | 'start' = since === undefined ? 'start' : await reader.offsetAt(topic, partition, since)
  let end: bigint | undefined
  do {
    const page = await reader.page(topic, partition, from, { maxBytes: pageBytes })
    end ??= page.end
    for (const record of page.records) if (record.headers.hub_message === message) yield record
    from = page.next
  } while (from < end)
}

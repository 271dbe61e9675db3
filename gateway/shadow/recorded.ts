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

export async function* recorded(kafka: Kafka, recording: Recording): AsyncGenerator<InRecord> {
  const { prefix, systems, message, since } = recording
  for (const system of systems)
    for await (const record of kept(kafka, inTopic(prefix, system), since))
      if (record.headers.hub_message === message) yield record
}

/** All that a topic keeps, partition by partition. Ends where each ended when it was reached: traffic that goes on does not
 *  hold it up for ever. Nothing where there is no such topic. */
export async function* kept(kafka: Kafka, topic: string, since?: number): AsyncGenerator<InRecord> {
  const admin = await kafka.admin()
  const reader = await kafka.reader()
  try {
    const spec = (await admin.topics(topic)).find(one => one.name === topic)
    for (let partition = 0; partition < (spec?.partitions ?? 0); partition++)
      yield* ofPartition(reader, topic, partition, since)
  } finally {
    await Promise.all([reader.close(), admin.close()])
  }
}

async function* ofPartition(
  reader: Reader,
  topic: string,
  partition: number,
  since: number | undefined,
): AsyncGenerator<InRecord> {
  let from: bigint | 'start' = since === undefined ? 'start' : await reader.offsetAt(topic, partition, since)
  let end: bigint | undefined
  do {
    const page = await reader.page(topic, partition, from, { maxBytes: pageBytes })
    end ??= page.end
    yield* page.records
    from = page.next
  } while (from < end)
}

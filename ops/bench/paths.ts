// When the broker stored each message on its way: read from the log afterwards, so that measuring costs nothing while it runs.
import { openKafka, type Reader, topicNames } from '#gateway/index.ts'
import type { Traffic } from './traffic.ts'

/** Unix milliseconds by the broker's clock. */
export interface Path {
  in: number
  canonical: number
  event: number
  out: number
}

/** By message id. Of several events of a message the first one counts. */
export async function readPaths(brokers: string, prefix: string, { from, to }: Traffic): Promise<Map<string, Path>> {
  const kafka = openKafka({ brokers: [brokers], clientId: 'bench-paths' })
  const admin = await kafka.admin()
  const reader = await kafka.reader()
  const partitions = new Map((await admin.topics(prefix)).map(one => [one.name, one.partitions]))
  const names = {
    in: topicNames.inTopic(prefix, from.system),
    canonical: topicNames.canonicalTopic(prefix),
    event: topicNames.caseEventsTopic(prefix),
    out: topicNames.outTopic(prefix, to.subscription),
  }
  const paths = new Map<string, Path>()
  for (const [place, topic] of Object.entries(names) as [keyof Path, string][]) {
    const header = place === 'in' || place === 'canonical' ? 'ce_id' : 'ce_messageid'
    for (let partition = 0; partition < (partitions.get(topic) ?? 0); partition++) {
      for await (const { headers, timestamp } of recordsOf(reader, topic, partition)) {
        const id = headers[header] ?? ''
        const path = paths.get(id) ?? { in: Number.NaN, canonical: Number.NaN, event: Number.NaN, out: Number.NaN }
        if (Number.isNaN(path[place])) path[place] = timestamp
        paths.set(id, path)
      }
    }
  }
  await kafka.close()
  return paths
}

async function* recordsOf(reader: Reader, topic: string, partition: number) {
  let from: bigint | 'start' = 'start'
  for (;;) {
    const page = await reader.page(topic, partition, from, { maxBytes: 4 << 20 })
    yield* page.records
    if (page.next >= page.end) return
    from = page.next
  }
}

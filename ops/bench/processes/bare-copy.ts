// The limit of route: a bare loop on the same client that copies each record, untouched, to every one of its topics, one
// transaction a batch.
import { openKafka } from '#gateway/index.ts'
import { cpuMicros, onAsk, readJob, say } from './job.ts'

export interface CopyJob {
  readonly brokers: string
  readonly topic: string
  readonly outTopics: readonly string[]
  readonly group: string
  readonly records: number
}

// Stays until the bench has heard it.
onAsk({})
const job = readJob<CopyJob>()
const kafka = openKafka({ brokers: [job.brokers], clientId: job.group })
const member = await kafka.member({ group: job.group, topics: [job.topic], slot: job.group })

const marks: { readonly done: number; readonly at: number; readonly cpu: number }[] = []
let done = 0
while (done < job.records) {
  const batch = await member.poll()
  if (!batch) continue
  if (marks.length === 0) marks.push({ done, at: performance.now(), cpu: cpuMicros() })
  await member.commit(
    batch,
    batch.records.flatMap(({ key, value, headers, partition }) =>
      job.outTopics.map(topic => ({ topic, key, value, headers, partition })),
    ),
  )
  done += batch.records.length
  marks.push({ done, at: performance.now(), cpu: cpuMicros() })
}
say('done', marks)
await member.close()
await kafka.close()

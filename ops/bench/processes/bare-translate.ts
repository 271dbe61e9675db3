// The limit of translate: a bare loop on the same client. Consume, JSON.parse, a map written by hand, Avro, one transaction a batch.
// With `sealed` it opens and seals as translate must; without, the difference is what sealing costs.
import { type InRecord, type OutRecord, openBytes, openKafka, sealBytes } from '#gateway/index.ts'
import { avroType } from '#schemas/avro.ts'
import { type FlatCase, flatCaseSchema, mapByHand } from '../hand-map.ts'
import { cpuMicros, onAsk, readJob, say } from './job.ts'

export interface BareJob {
  readonly brokers: string
  readonly topic: string
  readonly outTopic: string
  readonly group: string
  readonly messages: number
  /** Key of the topic's values, base64; left out: they are plain. */
  readonly key?: { readonly id: string; readonly bytes: string }
}

// Stays until the bench has heard it.
onAsk({})
const job = readJob<BareJob>()
const key = job.key && { id: job.key.id, key: Buffer.from(job.key.bytes, 'base64') }
const type = avroType(flatCaseSchema)
const kafka = openKafka({ brokers: [job.brokers], clientId: job.group })
const member = await kafka.member({ group: job.group, topics: [job.topic], slot: job.group })

function one(record: InRecord): OutRecord {
  const value = record.value!
  const native = JSON.parse((key ? openBytes(value, () => key.key) : value).toString()) as Parameters<
    typeof mapByHand
  >[0]
  const encoded = type.toBuffer(mapByHand(native) satisfies FlatCase)
  return {
    topic: job.outTopic,
    key: record.key,
    value: key ? sealBytes(encoded, key) : encoded,
    headers: record.headers,
  }
}

const marks: { readonly done: number; readonly at: number; readonly cpu: number }[] = []
let done = 0
while (done < job.messages) {
  const batch = await member.poll()
  if (!batch) continue
  if (marks.length === 0) marks.push({ done, at: performance.now(), cpu: cpuMicros() })
  await member.commit(batch, batch.records.map(one))
  done += batch.records.length
  marks.push({ done, at: performance.now(), cpu: cpuMicros() })
}
say('done', marks)
await member.close()
await kafka.close()

// Writes the bulk of the events straight to case-events, a case's events in order, at a steady rate whatever happens to the
// brokers. kafkajs: no code of the hub. One batch at a time, again until it is acknowledged by all in-sync replicas: a batch
// whose answer was lost may then stand twice, which the count allows for.
// Argument: the job as JSON. Tells its parent {phase} at the start of each, at last {again}.
import { independentClient } from '../../chaos/drill/independent.ts'
import { eventRecord } from '../event.ts'
import { eventsOf, type Planned, type StormPlan } from '../plan.ts'

export interface PublisherJob {
  readonly brokers: string
  readonly topic: string
  readonly plan: StormPlan
}

/** Some events at a time, as correlate's transactions write them: each by itself would cost the brokers several times as much. */
const everyMs = 50
const most = 500

const { brokers, topic, plan } = JSON.parse(process.argv[2]!) as PublisherJob
const pause = (ms: number): Promise<void> => new Promise(done => setTimeout(done, ms))

const client = independentClient(brokers)
let again = 0

async function connected() {
  const producer = client.producer({ maxInFlightRequests: 1, allowAutoTopicCreation: false, retry: { retries: 2 } })
  await producer.connect()
  return producer
}

let producer = await connected()

async function write(batch: readonly Planned[]): Promise<void> {
  const messages = batch.map(one => eventRecord(one, Date.now()))
  for (;;)
    try {
      await producer.send({ topic, acks: -1, timeout: 5000, messages })
      return
    } catch {
      again += 1
      await producer.disconnect().catch(() => undefined)
      await pause(200)
      producer = await connected().catch(() => producer)
    }
}

const events = eventsOf(plan)
for (const { name, count, rate } of plan.phases) {
  process.send!({ phase: name })
  const startedAt = Date.now()
  for (let written = 0; written < count; await pause(everyMs)) {
    const due = Math.min(count, Math.floor(((Date.now() - startedAt) / 1000) * rate))
    const batch = Array.from({ length: Math.min(most, due - written) }, () => events.next().value as Planned)
    if (batch.length > 0) await write(batch)
    written += batch.length
  }
}
process.send!({ again })
await producer.disconnect()
process.disconnect()

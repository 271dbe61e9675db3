// Opens the door for one test and closes it when the test ends; reads results with a client that shares no code with ours.
import { Admin } from '@platformatic/kafka'
import { Kafka as IndependentKafka, logLevel } from 'kafkajs'
import { onTestFinished } from 'vitest'
import { type OpenOptions, openKafka } from '#gateway/kafka/open.ts'
import type { Batch, Kafka, Member, OutRecord } from '#gateway/kafka/port.ts'

export interface Kit {
  readonly brokers: string[]
  readonly prefix: string
  readonly kafka: Kafka
  readonly logs: string[]
  open(options?: Partial<OpenOptions>): Kafka
  topic(name: string, partitions?: number, configs?: Record<string, string>): Promise<string>
  /** The library's own admin, for what the port cannot do: deleting topics and records, adding partitions. */
  library(): Admin
}

export function kit({ brokers, prefix }: { brokers: string; prefix: string }): Kit {
  const addresses = brokers.split(',')
  const logs: string[] = []
  const open = (options: Partial<OpenOptions> = {}) => {
    const log: OpenOptions['log'] = (_level, event, facts) => void logs.push(`${event} ${JSON.stringify(facts)}`)
    const kafka = openKafka({ brokers: addresses, clientId: 'test', log, ...options })
    onTestFinished(() => kafka.close())
    return kafka
  }
  const kafka = open()
  return {
    brokers: addresses,
    prefix,
    kafka,
    logs,
    open,
    async topic(name, partitions = 1, configs = {}) {
      const admin = await kafka.admin()
      const replicas = Math.min(3, await admin.brokers())
      await admin.ensureTopics([{ name: prefix + name, partitions, replicas, configs }])
      return prefix + name
    },
    library() {
      const admin = new Admin({ clientId: 'test-admin', bootstrapBrokers: addresses, retries: 10, retryDelay: 200 })
      onTestFinished(() => admin.close())
      return admin
    },
  }
}

/** Polls until a batch comes. */
export async function nextBatch(member: Member, withinMs = 20_000): Promise<Batch> {
  const deadline = performance.now() + withinMs
  while (performance.now() < deadline) {
    const batch = await member.poll()
    if (batch) return batch
  }
  throw new Error(`no batch within ${withinMs} ms`)
}

/** Copies records from member to topic until `count` have come through. */
export async function copy(member: Member, topic: string, count: number): Promise<void> {
  for (let done = 0; done < count; ) {
    const batch = await member.poll()
    if (!batch) continue
    try {
      await member.commit(batch, echo(batch, topic))
      done += batch.records.length
    } catch (error) {
      if ((error as { code?: string }).code !== 'HUB_KAFKA_UNREACHABLE') throw error
    }
  }
}

export function echo(batch: Batch, topic: string): OutRecord[] {
  return batch.records.map(({ key, value, headers }) => ({ topic, key, value, headers }))
}

export const numbered = (topic: string, count: number, from = 0): OutRecord[] =>
  Array.from({ length: count }, (_, i) => ({ topic, key: `k${from + i}`, value: Buffer.from(String(from + i)) }))

/** All committed values of a topic, read by kafkajs until nothing came for a second. */
export async function valuesOf(brokers: string[], topic: string): Promise<string[]> {
  const client = new IndependentKafka({ clientId: 'independent', brokers, logLevel: logLevel.NOTHING })
  const consumer = client.consumer({ groupId: `${topic}.independent.${Math.random()}`, readUncommitted: false })
  const values: string[] = []
  let last = performance.now()
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  const joined = new Promise<void>(resolve => consumer.on(consumer.events.GROUP_JOIN, () => resolve()))
  await consumer.run({
    eachMessage: async ({ message }) => {
      last = performance.now()
      values.push(message.value?.toString() ?? '')
    },
  })
  await joined
  last = performance.now()
  while (performance.now() - last < 1000) await new Promise(resolve => setTimeout(resolve, 50))
  await consumer.disconnect()
  return values
}

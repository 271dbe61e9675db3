// Events and deliveries as the stages before write them, made once by a real hub and copied as often as a run needs. What they say
// repeats; to route and deliver each is one of its own.
import { join } from 'node:path'
import { type InRecord, type OutRecord, openKafka, type Reader } from '#gateway/index.ts'
import type { HubConfig } from '#schemas/files.ts'
import { writeConfig } from './config.ts'
import { fillByDoor } from './fill.ts'
import { startHubProcess, waitUntil } from './hub-process.ts'
import type { Setting } from './setting.ts'

export interface Source {
  readonly config: HubConfig
  readonly dataDir: string
  readonly prefix: string
  /** The topic whose records are wanted, without the prefix. */
  readonly topic: string
  readonly roles: string
}

const made = 1000
const together = 2000
const withinMs = 180_000

/** Lets a hub of these roles make events out of the bench's messages; returns what then lies in the topic. */
export async function madeRecords(setting: Setting, source: Source): Promise<InRecord[]> {
  const kafka = openKafka({ brokers: [(await setting.brokers()).address], clientId: 'bench-made' })
  const reader = await kafka.reader()
  const hub = await startHubProcess(setting, {
    ...source,
    name: 'hub-made',
    config: writeConfig(join(setting.dir, `${source.prefix}made.yaml`), source.config),
  })
  await fillByDoor(setting.traffic, hub.url, made)
  let records: InRecord[] = []
  await waitUntil('events', withinMs, async () => {
    records = await readTopic(reader, source.prefix + source.topic)
    return records.length >= made
  })
  await hub.stop()
  await kafka.close()
  return records
}

/** Copies of them, each a case, an event and a delivery of its own. */
export async function fillCopies(
  setting: Setting,
  from: readonly InRecord[],
  topic: string,
  count: number,
  shape: (copy: OutRecord, n: number) => OutRecord = copy => copy,
): Promise<void> {
  const kafka = openKafka({ brokers: [(await setting.brokers()).address], clientId: 'bench-fill' })
  const producer = await kafka.producer()
  for (let n = 0; n < count; n += together) {
    const size = Math.min(together, count - n)
    await producer.send(
      Array.from({ length: size }, (_, i) => shape(copyOf(from[(n + i) % from.length]!, topic, n + i), n + i)),
    )
  }
  await kafka.close()
}

export function copyOf({ value, headers }: InRecord, topic: string, n: number): OutRecord {
  const ce_subject = idOf('0', n)
  const { hub_delivery, ...rest } = headers
  return {
    topic,
    key: ce_subject,
    value,
    partition: 0,
    headers: { ...rest, ce_subject, ce_id: idOf('1', n), ...(hub_delivery ? { hub_delivery: idOf('2', n) } : {}) },
  }
}

/** Ids that nothing else has; `kind` tells cases, events and deliveries apart. */
export function idOf(kind: string, n: number): string {
  return `${kind.repeat(8)}-0000-5000-8000-${n.toString(16).padStart(12, '0')}`
}

async function readTopic(reader: Reader, topic: string): Promise<InRecord[]> {
  const records: InRecord[] = []
  let from: bigint | 'start' = 'start'
  for (;;) {
    const page = await reader.page(topic, 0, from, { maxBytes: 4 << 20 })
    records.push(...page.records)
    if (page.next >= page.end) return records
    from = page.next
  }
}

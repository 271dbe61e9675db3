// Replays a log that a hub has left: `canonical` into an empty prefix, or `in.*` with the systems interleaved anew.
// The copying and the reading are kafkajs; the hub that works on the copy is a process of its own with the same keys.
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { CompressionTypes, type Producer } from 'kafkajs'
import { type HubProcess, hubProcess, openPort } from './hub-process.ts'
import { independentClient, openFields, type Row, readAll } from './independent.ts'
import { untilQuiet } from './quiet.ts'
import { seeded } from './random.ts'

export interface ReplayOptions {
  readonly brokers: string
  /** Prefix and data folder of the hub that left the log. */
  readonly from: string
  readonly hubDir: string
  /** Prefix of the replay; nothing may be there yet. */
  readonly to: string
  readonly port: number
}

const systems = ['labour-arbitration', 'hotline-12345', 'mt-coordination']

/** Replays `canonical` from its start; resolves with the case events of the copy. */
export async function replayCanonical(options: ReplayOptions): Promise<Row[]> {
  const { brokers, from, to } = options
  return withHub(options, 'correlate', async producer => {
    await copy(producer, await readAll(brokers, [`${from}canonical`]), topic => to + topic.slice(from.length))
    await untilQuiet(brokers, to)
    return readAll(brokers, [`${to}case-events`])
  })
}

export interface Interleaved {
  readonly canonical: readonly Row[]
  readonly events: readonly Row[]
}

/** Replays all of `in.*`, one system after the other in runs of seeded lengths; each partition keeps its order. */
export async function replayIn(options: ReplayOptions, seed: number): Promise<Interleaved> {
  const { brokers, from, to } = options
  return withHub(options, 'translate,correlate', async producer => {
    const rows = await readAll(
      brokers,
      systems.map(system => `${from}in.${system}`),
    )
    for (const run of runs(rows, seeded(seed))) {
      await copy(producer, run, topic => to + topic.slice(from.length))
      await untilTranslated(brokers, to)
    }
    await untilQuiet(brokers, to)
    const read = await readAll(brokers, [`${to}canonical`, `${to}case-events`])
    const of = (name: string) => read.filter(row => row.topic === to + name)
    return { canonical: of('canonical'), events: of('case-events') }
  })
}

function runs(rows: readonly Row[], random: () => number): Row[][] {
  const queues = [...Map.groupBy(rows, row => `${row.topic}/${row.partition}`).values()]
  const most = Math.ceil(rows.length / 6)
  const out: Row[][] = []
  while (queues.some(queue => queue.length > 0)) {
    const queue = queues[Math.floor(random() * queues.length)]!
    if (queue.length > 0) out.push(queue.splice(0, 1 + Math.floor(random() * most)))
  }
  return out
}

async function withHub<T>(options: ReplayOptions, roles: string, work: (producer: Producer) => Promise<T>): Promise<T> {
  const { brokers, hubDir, to, port } = options
  const dataDir = `${hubDir}-${to}`
  mkdirSync(dataDir, { recursive: true })
  // Personal parts are opened and sealed again with the keys they were sealed with.
  cpSync(join(hubDir, 'keys'), join(dataDir, 'keys'), { recursive: true })
  const hub: HubProcess = hubProcess({ brokers, prefix: to, dataDir, port, roles })
  const producer = independentClient(brokers).producer()
  hub.start()
  try {
    await Promise.race([openPort(port, 120_000), hub.failed])
    await producer.connect()
    return await work(producer)
  } finally {
    await producer.disconnect()
    await hub.stop()
  }
}

const most = { records: 500, bytes: 1 << 20 }

async function copy(producer: Producer, rows: readonly Row[], topicOf: (topic: string) => string): Promise<void> {
  for (let at = 0; at < rows.length; ) {
    const { topic } = rows[at]!
    const batch: Row[] = []
    for (let bytes = 0; at < rows.length && rows[at]!.topic === topic; at += 1) {
      bytes += rows[at]!.value?.length ?? 0
      if (batch.length > 0 && (batch.length >= most.records || bytes > most.bytes)) break
      batch.push(rows[at]!)
    }
    await producer.send({
      topic: topicOf(topic),
      acks: -1,
      compression: CompressionTypes.None,
      messages: batch.map(({ key, value, headers, partition }) => ({ key, value, headers, partition })),
    })
  }
}

/** Until translate has committed all that stands in `in.*`. */
async function untilTranslated(brokers: string, prefix: string, withinMs = 120_000): Promise<void> {
  const admin = independentClient(brokers).admin()
  await admin.connect()
  const topics = systems.map(system => `${prefix}in.${system}`)
  const deadline = Date.now() + withinMs
  for (;;) {
    let behind = 0
    const committed = await admin.fetchOffsets({ groupId: `${prefix}translate`, topics })
    for (const { topic, partitions } of committed) {
      const ends = await admin.fetchTopicOffsets(topic)
      for (const { partition, offset } of partitions)
        behind += Number(ends.find(one => one.partition === partition)!.high) - Math.max(0, Number(offset))
    }
    if (behind === 0) break
    if (Date.now() > deadline) throw new Error(`translate is ${behind} records behind`)
    await new Promise(done => setTimeout(done, 100))
  }
  await admin.disconnect()
}

/** One SHA-256 over keys, headers and open fields, in the order of the log. */
export function digestOf(events: readonly Row[]): string {
  const hash = createHash('sha256')
  for (const { key, headers, value } of events)
    hash.update(`${JSON.stringify([key, Object.entries(headers).sort(), openFields(value!)])}\n`)
  return hash.digest('hex')
}

/** What must not depend on how the systems were interleaved. */
export interface Essence {
  /** By proceeding: its numbers, its final status, its events with their ids and all that they say beside the case. */
  readonly proceedings: ReadonlyMap<string, string>
  /** The proceedings of each case. */
  readonly partition: readonly string[]
}

export function essenceOf(events: readonly Row[]): Essence {
  const told = new Map<string, string[]>()
  const last = new Map<string, string>()
  const cases = new Map<string, Set<string>>()
  for (const row of events) {
    const { case: _case, ...record } = openFields(row.value!)
    const { proceedingId, status, numbers } = record.proceeding
    const id = proceedingId!
    cases.set(row.key!, (cases.get(row.key!) ?? new Set()).add(id))
    last.set(id, JSON.stringify([status, numbers.map(one => one.numberKey).sort()]))
    if (record.envelope.eventType !== 'CaseLinked') told.set(id, [...(told.get(id) ?? []), JSON.stringify(record)])
  }
  const proceedings = [...last].map(([id, end]) => [id, `${end}\n${(told.get(id) ?? []).join('\n')}`] as const)
  return {
    proceedings: new Map(proceedings.sort(([a], [b]) => (a < b ? -1 : 1))),
    partition: [...cases.values()].map(ids => [...ids].sort().join()).sort(),
  }
}

export function digestOfEssence({ proceedings, partition }: Essence): { proceedings: string; partition: string } {
  const digest = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex')
  return { proceedings: digest([...proceedings]), partition: digest(partition) }
}

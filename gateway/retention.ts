// What is deleted, and when. Brokers delete by age alone and would delete what nobody has received; so the topics with a group
// behind them are emptied here: up to what the group has passed, and no younger than is kept for replays. Every process of the
// hub does this every hour, by what stands in Kafka; one is enough, and a second changes nothing.
import { isHubError } from '#schemas/errors.ts'
import { createCursors } from './deliver/cursor.ts'
import { cursorKey, type Marks } from './deliver/marks.ts'
import type { Ground } from './ground.ts'
import type { Admin, Page, Reader } from './kafka/port.ts'
import * as topics from './kafka/topics.ts'
import type { KeyManager } from './security/key-manager.ts'
import { nameOf } from './supervise.ts'

/** A topic that the hub empties itself. */
export interface KeptTopic {
  readonly topic: string
  /** For how long at least, whoever has had it. */
  readonly keepMs: number
  /** Who must have passed a record before it may go: a group, or one who pulls. */
  readonly reader: { readonly group: string } | { readonly stored: () => Stored | undefined }
  /** Are its records sealed under intake keys? */
  readonly sealed: boolean
}

/** How far one who pulls has acknowledged, by partition. */
export interface Stored {
  readonly topicId: string
  readonly offsets: readonly bigint[]
}

export interface RetentionDeps {
  readonly admin: Admin
  readonly reader: Reader
  readonly keys: KeyManager
  readonly topics: readonly KeptTopic[]
  readonly now: () => Date
  readonly log: { info(facts: object, text: string): void; warn(facts: object, text: string): void }
}

const dayMs = 86_400_000
/** The longest retention of a topic sealed under intake keys, and a day for messages received around midnight. */
const keptKeyDays = 15
/** One who pulls and has stored a position keeps what lies beyond it so long; one who stores none is held to `keepMs`. */
const storedMs = 90 * dayMs
const everyMs = 3_600_000
/** So much of a topic is searched for the oldest message not yet passed on. */
const searchedPages = 64

/** Looks now and every hour. Returns what stops it. */
export function keepRetention(
  deps: Omit<RetentionDeps, 'topics'> & {
    /** Asked at each look: subscriptions come and go. */
    readonly topics: () => readonly KeptTopic[]
  },
): () => Promise<void> {
  let looking: Promise<void> = Promise.resolve()
  const look = (): void => {
    looking = looking.then(() => retain({ ...deps, topics: deps.topics() }))
  }
  look()
  const timer = setInterval(look, everyMs)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await looking
  }
}

/** What this hub empties itself. */
export function keptTopics(
  { settings, keys, subscriptions }: Pick<Ground, 'settings' | 'keys' | 'subscriptions'>,
  marks: Marks | undefined,
): KeptTopic[] {
  const { prefix, config } = settings
  const cursors = createCursors(keys.derived('cursor'))
  const storedOf = (id: string) => (): Stored | undefined => {
    const mark = marks?.get(cursorKey(id))
    return mark && cursors.read(id, (JSON.parse(mark.toString()) as { cursor: string }).cursor)
  }
  const kept: KeptTopic[] = [
    ...config.systems.map(({ id }) => ({
      topic: topics.inTopic(prefix, id),
      keepMs: topics.keptMs.in,
      reader: { group: `${prefix}translate` },
      sealed: true,
    })),
    {
      topic: topics.canonicalTopic(prefix),
      keepMs: topics.keptMs.canonical,
      reader: { group: `${prefix}correlate` },
      sealed: true,
    },
  ]
  for (const { id, door } of subscriptions.all()) {
    // Without the marks nobody here knows how far one who pulls has come: a process that does will look.
    if (door.kind === 'pull' && !marks) continue
    const reader = door.kind === 'pull' ? { stored: storedOf(id) } : { group: `${prefix}deliver.${id}` }
    kept.push({ topic: topics.outTopic(prefix, id), keepMs: topics.keptMs.out, reader, sealed: false })
  }
  // Nobody waits for what a removed one left.
  for (const id of subscriptions.removed()) {
    const reader = { stored: () => undefined }
    kept.push({ topic: topics.outTopic(prefix, id), keepMs: topics.keptMs.out, reader, sealed: false })
  }
  return kept
}

/** One look. A topic that cannot be looked at is left as it is, and so are the keys. Never rejects. */
export async function retain(deps: RetentionDeps): Promise<void> {
  const { keys, now, log } = deps
  const days: (string | null)[] = [dayOf(now().getTime() - keptKeyDays * dayMs)]
  for (const one of deps.topics) {
    try {
      const needed = await empty(deps, one)
      if (one.sealed) days.push(...(await Promise.all([...needed].map(([at, from]) => oldestDay(deps, one, at, from)))))
    } catch (error) {
      if (one.sealed) days.push(null)
      log.warn({ topic: one.topic, error: nameOf(error) }, 'retention.not-looked-at')
    }
  }
  if (days.includes(null)) return
  keys.destroyIntakeBefore(days.filter(day => day !== null).toSorted()[0]!)
}

/** Deletes what nobody needs any more. Returns the first offset still needed, by partition. */
async function empty(deps: RetentionDeps, one: KeptTopic): Promise<Map<number, bigint>> {
  const { admin, reader, now, log } = deps
  const needed = new Map<number, bigint>()
  const passed = 'group' in one.reader ? await admin.committed(one.reader.group, one.topic) : undefined
  const partitions = (await admin.topics(one.topic)).find(({ name }) => name === one.topic)?.partitions ?? 0
  for (let partition = 0; partition < partitions; partition += 1) {
    const old = await reader.offsetAt(one.topic, partition, now().getTime() - one.keepMs)
    const from = passed ? (passed.get(partition) ?? 0n) : await pulled(deps, one, partition, old)
    needed.set(partition, from)
    const until = from < old ? from : old
    if (until <= 0n) continue
    await admin.deleteBefore(one.topic, partition, until)
    if (from < old)
      log.warn({ topic: one.topic, partition, from: String(from), old: String(old) }, 'retention.undelivered-kept')
  }
  return needed
}

/** The first offset that one who pulls still needs. */
async function pulled({ reader, now }: RetentionDeps, one: KeptTopic, partition: number, old: bigint): Promise<bigint> {
  const stored = 'stored' in one.reader ? one.reader.stored() : undefined
  const at = stored?.offsets[partition]
  if (stored === undefined || at === undefined) return old
  const page = await reader.page(one.topic, partition, 'end', { maxBytes: 1 })
  // A position in a topic that was deleted and made anew says nothing of this one.
  if (page.topicId !== stored.topicId) return old
  const longest = await reader.offsetAt(one.topic, partition, now().getTime() - storedMs)
  const isTooFar = at < longest
  return isTooFar ? longest : at
}

/** The day of the oldest message from here on, less one; a day far off where there is none; null where it was not found out. */
async function oldestDay({ reader }: RetentionDeps, one: KeptTopic, partition: number, from: bigint) {
  let oldest = Number.MAX_SAFE_INTEGER
  let at: bigint | 'start' = from === 0n ? 'start' : from
  for (let pages = 0; pages < searchedPages; pages += 1) {
    const page = await pageFrom(reader, one.topic, partition, at)
    for (const { headers, timestamp } of page.records)
      oldest = Math.min(oldest, Date.parse(headers.ce_time ?? '') || timestamp)
    at = page.next
    if (page.next >= page.end) return oldest === Number.MAX_SAFE_INTEGER ? '9999-12-31' : dayOf(oldest - dayMs)
  }
  return null
}

/** What was deleted by others is not needed any more. */
async function pageFrom(reader: Reader, topic: string, partition: number, at: bigint | 'start'): Promise<Page> {
  try {
    return await reader.page(topic, partition, at, { waitMs: 0 })
  } catch (error) {
    if (!isHubError(error, 'HUB_CURSOR_EXPIRED')) throw error
    return reader.page(topic, partition, 'start', { waitMs: 0 })
  }
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

// One page of a subscription's log from a position: the same position gives the same events in the same order.
import type { InRecord, Reader } from '../kafka/port.ts'
import type { Position } from './cursor.ts'

export interface PageOptions {
  readonly topic: string
  readonly partitions: number
  readonly limit: number
  readonly waitMs: number
  readonly now: () => number
}

export interface LogPage {
  readonly records: readonly InRecord[]
  readonly next: Position
  /** Is there more to read at once? */
  readonly more: boolean
}

/** Enough for one answer, however many events were asked for. */
const fullBytes = 4 << 20

/** Between two looks at several partitions while nothing has come. */
const turnMs = 250

/** @param from null: the start. Throws HUB_CURSOR_EXPIRED or HUB_CURSOR_FOREIGN. */
export async function readPage(reader: Reader, from: Position | null, options: PageOptions): Promise<LogPage> {
  const until = options.now() + options.waitMs
  let position = from
  for (;;) {
    const left = Math.max(0, until - options.now())
    const page = await readOnce(reader, position, options, options.partitions === 1 ? left : Math.min(left, turnMs))
    if (page.records.length > 0 || page.more || left === 0) return page
    // An emptied stretch of the log was passed over: no need to read it again.
    position = page.next
  }
}

async function readOnce(
  reader: Reader,
  from: Position | null,
  { topic, partitions, limit }: PageOptions,
  waitMs: number,
): Promise<LogPage> {
  const records: InRecord[] = []
  const offsets: bigint[] = []
  let topicId = from?.topicId ?? ''
  let more = false
  let bytes = 0
  for (let partition = 0; partition < partitions; partition += 1) {
    let at: bigint | 'start' = from?.offsets[partition] ?? 'start'
    let mayWait = partition === partitions - 1 && records.length === 0
    for (;;) {
      const page = await reader.page(topic, partition, at, {
        waitMs: mayWait ? waitMs : 0,
        ...(from ? { topicId: from.topicId } : {}),
      })
      mayWait = false
      topicId = page.topicId
      const room = bytes < fullBytes ? limit - records.length : 0
      const events = page.records.filter(one => one.value !== null)
      const taken = events.slice(0, room)
      records.push(...taken)
      for (const one of taken) bytes += one.value!.length
      const last = taken.at(-1)
      const isWhole = taken.length === events.length
      at = isWhole ? page.next : last ? last.offset + 1n : at === 'start' ? events[0]!.offset : at
      const isLevel = isWhole && page.next >= page.end
      if (!isLevel && records.length < limit && bytes < fullBytes) continue
      more ||= !isLevel
      break
    }
    offsets.push(at)
  }
  return { records, next: { topicId, offsets }, more }
}

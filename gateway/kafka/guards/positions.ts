// Where a member reads on (G6, G11, G12): from committed offsets that are stable, never from a position of another topic
// that only bears the same name.
import type { Consumer, Admin as LibraryAdmin } from '@platformatic/kafka'
import type { TopicBook } from '../book.ts'
import { earliest, latest, offsetFor } from '../offsets.ts'
import type { KafkaLog } from '../settings.ts'
import { stableOffsets, type TopicPartition } from './offsets.ts'

export interface Start extends TopicPartition {
  readonly from: bigint
  /** The topic id that the position belongs to, and its number of partitions then. */
  readonly topicId: string
  readonly partitions: number
}

/** Committed offsets, or the start of the log where there are none. */
export async function startPositions(
  consumer: Consumer,
  admin: LibraryAdmin,
  book: TopicBook,
  assignment: readonly TopicPartition[],
): Promise<Start[]> {
  // Ids first: a topic created anew in between shows as a changed id in the first fetch.
  const views = new Map<string, { id: string; partitions: number }>()
  for (const topic of new Set(assignment.map(({ topic }) => topic))) {
    const view = await book.refresh(topic)
    views.set(topic, { id: view.id, partitions: view.partitions.length })
  }
  const committed = await stableOffsets(consumer, assignment)
  return Promise.all(
    assignment.map(async ({ topic, partition }) => {
      const offset = committed.get(`${topic}:${partition}`) ?? -1n
      const from = offset >= 0n ? offset : await offsetFor(admin, topic, partition, earliest)
      const view = views.get(topic)!
      return { topic, partition, from, topicId: view.id, partitions: view.partitions }
    }),
  )
}

/** After OFFSET_OUT_OF_RANGE came twice, with fresh metadata in between: the start of the log. Below it, retention was
 *  faster than we; above its end, the log was cut, and reading all of it again loses nothing. */
export async function resetPosition(
  admin: LibraryAdmin,
  { topic, partition }: TopicPartition,
  from: bigint,
  log: KafkaLog,
): Promise<bigint> {
  const [start, end] = await Promise.all([
    offsetFor(admin, topic, partition, earliest),
    offsetFor(admin, topic, partition, latest),
  ])
  if (from >= start && from <= end) return from
  log('error', 'kafka.position.lost', {
    topic,
    partition,
    position: String(from),
    start: String(start),
    end: String(end),
  })
  return start
}

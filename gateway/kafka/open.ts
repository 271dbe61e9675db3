// Opens the door to Kafka: makes the parts, hands them out, closes them all.
import { Base, Admin as LibraryAdmin } from '@platformatic/kafka'
import { TopicAdmin } from './admin.ts'
import { TopicBook } from './book.ts'
import { ChunkSender } from './chunk-sender.ts'
import { GuardedProducer } from './guards/identity.ts'
import { Limits } from './limits.ts'
import { GroupMember } from './member.ts'
import type { Kafka } from './port.ts'
import { BatchingProducer } from './producer.ts'
import { PositionReader } from './reader.ts'
import { baseOptions, type OpenOptions, settle } from './settings.ts'

export type { KafkaLog, OpenOptions } from './settings.ts'

interface Closable {
  close(): Promise<void>
}

/** Connects to nothing by itself: parts connect when they are first used, and come back by themselves after an outage. */
export function openKafka(options: OpenOptions): Kafka {
  const settings = settle(options)
  const open = new Set<Closable>()
  const base = () => new Base({ ...baseOptions(settings), maxInflights: 64 })
  const library = () => new LibraryAdmin({ ...baseOptions(settings), retries: 5 })
  const shared = library()
  const lookups = base()
  const book = new TopicBook(lookups, settings.now)
  const limits = new Limits(shared, settings.now)

  function keep<T extends Closable>(part: T): T {
    open.add(part)
    const close = part.close.bind(part)
    part.close = async () => {
      open.delete(part)
      await close()
    }
    return part
  }

  return {
    async producer() {
      const producer = new GuardedProducer(settings)
      const sender = new ChunkSender(producer, book, settings.now)
      return keep(new BatchingProducer({ library: producer, book, limits, sender, now: settings.now }))
    },
    async member(memberOptions) {
      // Its own book: what one member doubts is not everyone's doubt.
      const fetching = base()
      const parts = { settings, admin: shared, limits, fetching, book: new TopicBook(fetching, settings.now) }
      return keep(new GroupMember(parts, memberOptions))
    },
    async reader() {
      return keep(new PositionReader({ client: base(), waiting: base(), admin: shared, book, now: settings.now }))
    },
    async admin() {
      return keep(new TopicAdmin({ library: library(), book, limits }))
    },
    async close() {
      await Promise.all([...open].map(part => part.close().catch(() => {})))
      await Promise.all([shared.close(), lookups.close()]).catch(() => {})
    },
  }
}

// The narrow door to Kafka. Stages, pipeline and transports know this file only; the client lives behind it.

/** Header values are UTF-8 text. Never personal data. */
export type Headers = Readonly<Record<string, string>>

export interface InRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  /** Unix milliseconds, as stored by the broker. */
  readonly timestamp: number
  readonly key: string | null
  readonly value: Buffer | null
  readonly headers: Headers
}

export interface OutRecord {
  readonly topic: string
  /** Decides the partition (murmur2, as Java's default partitioner); null only where the topic has one partition. */
  readonly key: string | null
  readonly value: Buffer | null
  readonly headers?: Headers
  readonly partition?: number
}

export interface Written {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
}

/** Idempotent, acks=all. Calls are gathered into batches; a call resolves when the broker has confirmed all of its records.
 *  Rejects with HUB_KAFKA_UNREACHABLE when that is uncertain, HUB_KAFKA_TOO_LARGE when a record can never be written. */
export interface Producer {
  send(records: readonly OutRecord[]): Promise<readonly Written[]>
  close(): Promise<void>
}

/** Records of one poll with all that is needed to commit them. Opaque to stages. */
export interface Batch {
  readonly records: readonly InRecord[]
}

export interface MemberOptions {
  readonly group: string
  readonly topics: readonly string[]
  /** Stable name of this member's slot: its group instance id and its transactional id. One live process per slot. Named
   *  `<group>.<name>`, what it leaves open at its death is ended by whoever of the group takes its partitions over. */
  readonly slot: string
  readonly maxRecords?: number
  readonly maxBytes?: number
}

/** One member of a consumer group with its transactional producer: the only thing that moves offsets. */
export interface Member {
  /** Next records, at most `most` of them, or null when nothing arrived in time or the assignment moved. Waits out an absent
   *  broker. With 0 it only takes its place in the group, where that is due. */
  poll(most?: number): Promise<Batch | null>
  /** One transaction: the outputs, and the batch's offsets. Resolves with where outputs were written once committed.
   *  Rejects with HUB_KAFKA_TOO_LARGE before the transaction begins (fact `index` says which output; the batch may be
   *  committed again with others), HUB_KAFKA_FENCED (stop for good), or HUB_KAFKA_UNREACHABLE: the batch is void, poll
   *  again. Its fact `outcome` is then 'none' (nothing committed) or, when the broker was lost while it ended the
   *  transaction, 'unknown'; the next poll starts from the truth either way. */
  commit(batch: Batch, outputs: readonly OutRecord[]): Promise<readonly Written[]>
  /** One transaction without offsets, e.g. a parked delivery's later outcome. Rejects as commit does. */
  write(outputs: readonly OutRecord[]): Promise<readonly Written[]>
  /** Called before the first batch after every (re)assignment, with the partitions now owned. */
  onAssigned(listener: (partitions: ReadonlyArray<{ topic: string; partition: number }>) => Promise<void>): void
  /** False before the first answer, and while brokers do not answer. */
  readonly reachable: boolean
  close(): Promise<void>
}

export interface Page {
  readonly records: readonly InRecord[]
  /** Where to read next: the end of the last batch, which may lie beyond the last record (markers, aborted records). */
  readonly next: bigint
  /** Last stable offset when the page was read: next >= end means all caught up. */
  readonly end: bigint
  readonly topicId: string
}

/** Read without a group, read_committed, by position; safe to call concurrently. */
export interface Reader {
  /** Rejects with HUB_CURSOR_EXPIRED below the log start, HUB_CURSOR_FOREIGN when topicId is given and differs. */
  page(
    topic: string,
    partition: number,
    from: bigint | 'start' | 'end',
    options?: { maxBytes?: number; waitMs?: number; topicId?: string },
  ): Promise<Page>
  /** Below it lies all that was written before this call, also by transactions whose end is not known yet. Asked of the leader:
   *  a page read after a change of leader may end before what others have read. */
  writtenEnd(topic: string, partition: number): Promise<bigint>
  /** First offset at or after a time (Unix ms), or the end. */
  offsetAt(topic: string, partition: number, timestamp: number): Promise<bigint>
  close(): Promise<void>
}

export interface TopicSpec {
  readonly name: string
  readonly partitions: number
  /** The cluster's default where absent. Used at creation only. */
  readonly replicas?: number
  readonly configs: Readonly<Record<string, string>>
}

export interface Admin {
  /** Creates what is missing, sets configs that differ; never deletes. Returns the names created. */
  ensureTopics(specs: readonly TopicSpec[]): Promise<readonly string[]>
  topics(prefix: string): Promise<readonly TopicSpec[]>
  /** max.message.bytes by topic. */
  limits(topics: readonly string[]): Promise<ReadonlyMap<string, number>>
  /** Records not yet committed by the group, by topic. */
  lag(group: string, topics: readonly string[]): Promise<ReadonlyMap<string, bigint>>
  /** Members that the group has just now, those too that are away and not yet given up. */
  members(group: string): Promise<number>
  /** Puts a group without members at these positions of a topic, by partition. */
  moveTo(group: string, topic: string, offsets: readonly bigint[]): Promise<void>
  /** What the group has committed, by partition; a partition of which it committed nothing is left out. */
  committed(group: string, topic: string): Promise<ReadonlyMap<number, bigint>>
  /** Deletes the records below an offset for good. No-op where they are gone already. */
  deleteBefore(topic: string, partition: number, offset: bigint): Promise<void>
  brokers(): Promise<number>
  /** One entry a log directory; brokers before 3.3 do not say and are left out. */
  disks(): Promise<readonly BrokerDisk[]>
  close(): Promise<void>
}

export interface BrokerDisk {
  readonly broker: number
  readonly directory: string
  readonly freeBytes: number
  readonly totalBytes: number
}

export interface Kafka {
  producer(): Promise<Producer>
  member(options: MemberOptions): Promise<Member>
  reader(): Promise<Reader>
  admin(): Promise<Admin>
  /** Closes all that was opened through this door. */
  close(): Promise<void>
}

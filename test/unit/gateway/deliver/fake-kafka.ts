// Topics in memory with a member and a reader that keep the port's promises: a transaction is all or nothing.
import type { Batch, InRecord, Member, OutRecord, Page, Reader, Written } from '#gateway/kafka/port.ts'
import { HubError } from '#schemas/errors.ts'

export interface FakeMember extends Member {
  /** The partitions are taken away and given again: what was polled and not committed comes again. */
  rebalance(): void
}

export class FakeKafka {
  readonly topics = new Map<string, InRecord[]>()
  committed = 0
  /** Called before each transaction; throws to make it fail. */
  onTransaction: (outputs: readonly OutRecord[], isCommit: boolean) => void = () => undefined
  transactions = 0

  log(topic: string): InRecord[] {
    const log = this.topics.get(topic) ?? []
    this.topics.set(topic, log)
    return log
  }

  append(record: OutRecord): Written {
    const log = this.log(record.topic)
    const offset = this.endOf(record.topic)
    const { topic, key, value } = record
    log.push({
      topic,
      partition: record.partition ?? 0,
      offset,
      timestamp: 1,
      key,
      value,
      headers: record.headers ?? {},
    })
    return { topic, partition: 0, offset }
  }

  /** The next offset: compaction leaves holes below it. */
  endOf(topic: string): bigint {
    return (this.log(topic).at(-1)?.offset ?? -1n) + 1n
  }

  /** Latest value by key, tombstones left out. */
  table(topic: string): Map<string, InRecord> {
    const out = new Map<string, InRecord>()
    for (const record of this.log(topic)) {
      if (record.value === null) out.delete(record.key!)
      else out.set(record.key!, record)
    }
    return out
  }

  /** Leaves the last record of each key, where it stands. */
  compact(topic: string): void {
    const last = [...this.table(topic).values()]
    this.topics.set(
      topic,
      this.log(topic).filter(one => last.includes(one)),
    )
  }

  json(topic: string): Record<string, unknown>[] {
    return this.log(topic).map(one => JSON.parse(one.value!.toString()))
  }

  member(topic: string, maxRecords = 100): FakeMember {
    let position = this.committed
    let assigned: Parameters<Member['onAssigned']>[0] = async () => undefined
    let level = false
    let term = 0
    /** The term of the last poll: what is written in a later one is refused until the place is taken anew. */
    let placed = 0
    const terms = new WeakMap<Batch, number>()
    const transact = (outputs: readonly OutRecord[], isCommit: boolean): Written[] => {
      this.transactions += 1
      try {
        this.onTransaction(outputs, isCommit)
      } catch (error) {
        position = this.committed
        throw error
      }
      return outputs.map(one => this.append(one))
    }
    return {
      rebalance: () => {
        level = false
        position = this.committed
        term += 1
      },
      reachable: true,
      onAssigned(listener) {
        assigned = listener
      },
      poll: async most => {
        if (!level) await assigned([{ topic, partition: 0 }])
        level = true
        placed = term
        await new Promise(done => setTimeout(done, 5))
        if (!level) return null
        const records = this.log(topic).slice(position, position + Math.min(most ?? maxRecords, maxRecords))
        if (records.length === 0) return null
        position += records.length
        const batch = { records }
        terms.set(batch, term)
        return batch
      },
      commit: async (batch: Batch, outputs) => {
        if (terms.get(batch) !== term)
          throw new HubError('HUB_KAFKA_UNREACHABLE', { operation: 'commit', cause: 'REBALANCE', outcome: 'none' })
        const written = transact(outputs, true)
        this.committed = Number(batch.records.at(-1)!.offset) + 1
        return written
      },
      write: async outputs => {
        if (outputs.length === 0) return []
        if (placed !== term)
          throw new HubError('HUB_KAFKA_UNREACHABLE', { operation: 'write', cause: 'REBALANCE', outcome: 'none' })
        return transact(outputs, false)
      },
      close: async () => undefined,
    }
  }

  reader(): Reader {
    return {
      page: async (topic, _partition, from, options): Promise<Page> => {
        const log = this.log(topic)
        if (options?.topicId !== undefined && options.topicId !== `id-${topic}`)
          throw new HubError('HUB_CURSOR_FOREIGN', { topic })
        const end = this.endOf(topic)
        const at = from === 'start' ? 0n : from === 'end' ? end : from
        if (from !== 'start' && from !== 'end' && from < this.logStart)
          throw new HubError('HUB_CURSOR_EXPIRED', { topic, position: String(from), start: String(this.logStart) })
        if (at >= end && options?.waitMs) await new Promise(done => setTimeout(done, Math.min(options.waitMs!, 20)))
        const records = log.filter(one => one.offset >= at).slice(0, 50)
        const next = (records.at(-1)?.offset ?? end - 1n) + 1n
        return { records, next, end, topicId: `id-${topic}` }
      },
      writtenEnd: async topic => this.endOf(topic),
      offsetAt: async () => 0n,
      close: async () => undefined,
    }
  }

  logStart = 0n
}

// Topics in memory, one partition each, as a reader sees them: for what follows topics into a store.
import type { InRecord, Page, Reader } from '#gateway/kafka/port.ts'
import { HubError } from '#schemas/errors.ts'

export class MemoryLog implements Reader {
  readonly records = new Map<string, InRecord[]>()
  topicId = 'first'
  start = 0n
  /** Of records that do not say theirs. */
  timestamp = 0

  add(topic: string, record: Partial<InRecord>): void {
    const list = this.records.get(topic) ?? []
    this.records.set(topic, list)
    list.push({
      topic,
      partition: 0,
      offset: BigInt(list.length),
      timestamp: this.timestamp,
      key: null,
      value: Buffer.from('sealed'),
      headers: {},
      ...record,
    })
  }

  async page(
    topic: string,
    _partition: number,
    from: bigint | 'start' | 'end',
    options: { topicId?: string } = {},
  ): Promise<Page> {
    await new Promise(done => setTimeout(done, 5))
    if (options.topicId !== undefined && options.topicId !== this.topicId) throw new HubError('HUB_CURSOR_FOREIGN', {})
    const list = this.records.get(topic) ?? []
    const first = typeof from === 'bigint' ? from : this.start
    if (first < this.start) throw new HubError('HUB_CURSOR_EXPIRED', {})
    const end = BigInt(list.length)
    return { records: list.slice(Number(first)), next: end, end, topicId: this.topicId }
  }

  writtenEnd = async (topic: string) => BigInt(this.records.get(topic)?.length ?? 0)
  offsetAt = async () => 0n
  close = async () => undefined
}

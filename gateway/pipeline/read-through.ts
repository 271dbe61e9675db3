// Reads a partition to what had been written when the reading began. For those who take over: a commit is answered before its
// markers are written, so that for a moment the log seems to end before what the member of before has settled.
import type { Page, Reader } from '../kafka/port.ts'

const waitMs = 100

/** Pages from a position on; the last one holds the last record that lay in the log at the start. Waits for transactions that
 *  are open then: at most their timeout. */
export async function* readThrough(
  reader: Reader,
  topic: string,
  partition: number,
  from: bigint | 'start',
  maxBytes = 4 << 20,
): AsyncGenerator<Page> {
  const written = await reader.writtenEnd(topic, partition)
  let page = await reader.page(topic, partition, from, { maxBytes })
  for (;;) {
    yield page
    if (page.next >= written) return
    page = await reader.page(topic, partition, page.next, { maxBytes, waitMs, topicId: page.topicId })
  }
}

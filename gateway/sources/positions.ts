// How far a poll has read: kept in the compacted topic registry, so that a restart and another process go on from there.
// A position is saved after what it covers is stored: a crash between both reads again, and repeats are harmless.
import type { Json } from '#connectors/sdk.ts'
import type { Producer, Reader } from '../kafka/port.ts'

const mark = 'position:'

export interface Positions {
  get(name: string): Json | undefined
  /** Resolves when the broker has it. */
  put(name: string, value: Json): Promise<void>
}

/** Reads the topic to its present end. */
export async function openPositions(reader: Reader, producer: Producer, topic: string): Promise<Positions> {
  const held = new Map<string, Json>()
  let next: bigint | 'start' = 'start'
  for (;;) {
    const page = await reader.page(topic, 0, next, { waitMs: 0 })
    for (const { key, value } of page.records) {
      if (!key?.startsWith(mark)) continue
      if (value === null) held.delete(key.slice(mark.length))
      else held.set(key.slice(mark.length), JSON.parse(value.toString()) as Json)
    }
    next = page.next
    if (page.next >= page.end) break
  }
  return {
    get: name => held.get(name),
    async put(name, value) {
      await producer.send([{ topic, key: `${mark}${name}`, value: Buffer.from(JSON.stringify(value)) }])
      held.set(name, value)
    },
  }
}

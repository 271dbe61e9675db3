// What the topics hold in the end: what came in, and what was made of it.
import { setTimeout as sleep } from 'node:timers/promises'
import type { InRecord, Reader } from '#gateway/kafka/port.ts'
import { readAll } from '../../../chaos/drill/independent.ts'
import type { Held } from './count.ts'

export interface Place {
  readonly brokers: string
  readonly prefix: string
  readonly reader: Reader
}

const patienceMs = 90_000
/** For records that should not come any more. */
const surplusMs = 2000

export async function readHeld(place: Place, systems: readonly string[]): Promise<Omit<Held, 'sent'>> {
  const doors = systems.map(id => `${place.prefix}in.${id}`)
  const arrived = await readAll(place.brokers, doors)
  return { arrived, canonical: await canonicalOf(place, arrived.length) }
}

// By the hub's own reader: two processes write canonical at a time, and kafkajs lets records of aborted transactions through
// where two of these overlap.
async function canonicalOf({ reader, prefix }: Place, wanted: number): Promise<InRecord[]> {
  const records: InRecord[] = []
  let from: bigint | 'start' = 'start'
  const read = async () => {
    const page = await reader.page(`${prefix}canonical`, 0, from, { waitMs: 200 })
    records.push(...page.records)
    from = page.next
    return page.next >= page.end
  }
  for (const deadline = Date.now() + patienceMs; records.length < wanted && Date.now() < deadline; ) await read()
  await sleep(surplusMs)
  while (!(await read()));
  return records
}

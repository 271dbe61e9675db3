// Removes what the topics parking and lanes hold of subscriptions that are gone: waiting deliveries, marks and positions.
import type { OutRecord, Producer, Reader } from '../kafka/port.ts'
import { readThrough } from '../pipeline/read-through.ts'

export interface SweepDeps {
  readonly reader: Reader
  readonly producer: Producer
  readonly topics: { readonly parking: string; readonly lanes: string }
  readonly partitions: number
}

/** Tombstones by subscription. */
type Found = Map<string, OutRecord[]>

/** @param stillGone asked once all has been read: one that came back under the same name keeps what it has
 *  @returns how many deliveries of each were waiting */
export async function sweep(
  deps: SweepDeps,
  ids: readonly string[],
  stillGone: () => Promise<readonly string[]>,
): Promise<ReadonlyMap<string, number>> {
  const waiting = await standing(deps, deps.topics.parking, ids)
  const marks = await standing(deps, deps.topics.lanes, ids)
  const gone = new Set(await stillGone())
  const swept = ids.filter(id => gone.has(id))
  const tombstones = swept.flatMap(id => [...waiting.get(id)!, ...marks.get(id)!])
  if (tombstones.length > 0) await deps.producer.send(tombstones)
  return new Map(swept.map(id => [id, waiting.get(id)!.length]))
}

async function standing({ reader, partitions }: SweepDeps, topic: string, ids: readonly string[]): Promise<Found> {
  const found: Found = new Map(ids.map(id => [id, []]))
  for (let partition = 0; partition < partitions; partition += 1) {
    const keys = new Set<string>()
    for await (const page of readThrough(reader, topic, partition, 'start')) {
      for (const { key, value } of page.records) {
        if (key === null || !found.has(ownerOf(key))) continue
        if (value === null) keys.delete(key)
        else keys.add(key)
      }
    }
    for (const key of keys) found.get(ownerOf(key))!.push({ topic, key, value: null, partition })
  }
  return found
}

/** Every key of either topic begins with its subscription. */
function ownerOf(key: string): string {
  return key.slice(0, key.indexOf('/'))
}

// Sends events of the log to one subscription once more: as the rules in force now decide, under new delivery ids, with their
// original versions and in their original order. What was never delivered is found as well: the log is read, not the deliveries.
import type { Subscription } from '#schemas/files.ts'
import type { InRecord, OutRecord, Producer, Reader } from '../kafka/port.ts'
import { readThrough } from '../pipeline/read-through.ts'
import { fateOf, type RouteDeps, replayIdOf } from '../route/stage.ts'

export interface ReplayDeps {
  readonly reader: Reader
  readonly producer: Producer
  readonly topic: string
  readonly partitions: number
  readonly route: Omit<RouteDeps, 'subscriptions'>
}

export interface ReplayOrder {
  /** Names the replay: the same one again gives the same delivery ids, so that a receiver knows what it has. */
  readonly replay: string
  /** Unix ms as the broker stored the event; from its start and to its present end where left out. */
  readonly from?: number
  /** Exclusive. */
  readonly to?: number
  readonly caseId?: string
  /** Counts, and sends nothing. */
  readonly dryRun: boolean
}

export interface Replayed {
  readonly events: number
  readonly cases: number
}

export async function replay(deps: ReplayDeps, subscription: Subscription, order: ReplayOrder): Promise<Replayed> {
  const cases = new Set<string>()
  let events = 0
  for (let partition = 0; partition < deps.partitions; partition += 1) {
    const start = order.from === undefined ? 'start' : await deps.reader.offsetAt(deps.topic, partition, order.from)
    for await (const page of readThrough(deps.reader, deps.topic, partition, start)) {
      const asked = page.records.filter(one => isAsked(one, order))
      const again = asked.flatMap(one => againOf(deps, subscription, one, order.replay))
      // Page by page: what has been sent is confirmed before the next is read.
      if (!order.dryRun && again.length > 0) await deps.producer.send(again)
      events += again.length
      for (const one of again) cases.add(one.headers?.ce_subject ?? '')
    }
  }
  return { events, cases: cases.size }
}

function isAsked({ value, headers, timestamp }: InRecord, { caseId, to }: ReplayOrder): boolean {
  if (value === null || (caseId !== undefined && headers.ce_subject !== caseId)) return false
  return to === undefined || timestamp < to
}

function againOf({ route }: ReplayDeps, subscription: Subscription, input: InRecord, replay: string): OutRecord[] {
  const deps: RouteDeps = { ...route, subscriptions: [subscription] }
  const fate = fateOf(deps, subscription, route.decode(input.value!), input)
  if (fate.kind === 'not') return []
  // When it first came in says nothing about how long this delivery takes.
  const { hub_received: _received, hub_delivery: original = '', ...headers } = fate.record.headers ?? {}
  const hub_delivery = replayIdOf(original, replay)
  return [{ ...fate.record, headers: { ...headers, hub_delivery, hub_replay_of: original } }]
}

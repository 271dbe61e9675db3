// Tickets of a call centre, a hub with a wire to one system, and what the hub's own topics say of deliveries.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, vi } from 'vitest'
import type { Json } from '#connectors/sdk.ts'
import type { HubSettings } from '#gateway/index.ts'
import { openKafka } from '#gateway/kafka/open.ts'
import type { InRecord, Reader } from '#gateway/kafka/port.ts'
import { root, type TestHub, testHub } from '../../helpers/hub.ts'
import { startWire, type Wire } from '../../helpers/wire.ts'

export type { Passed, Wire } from '../../helpers/wire.ts'

export const soon = { timeout: 30_000, interval: 100 }

const ticket = JSON.parse(
  readFileSync(join(root, 'connectors/hotline-12345/samples/valid/a01-dispatched.json'), 'utf8'),
) as { [key: string]: Json }

export const numberOf = (n: number): string => `HZSDH2026${String(n).padStart(7, '0')}`

/** A ticket handed to the town, in one of its states. */
export function order(n: number, ldzt = '已派单', more: { [key: string]: Json } = {}): Json {
  const local = `XH20260302${String(n).padStart(5, '0')}`
  const xfj = { ...(ticket.xfj as object), xfjbh: local }
  return { ...ticket, sxfjbh: numberOf(n), xfjbh: local, xfj, ldzt, fynr: `第${n}件:${ldzt}`, ...more }
}

export async function ring(hub: TestHub, native: Json): Promise<void> {
  const answer = await hub.simulators.get('hotline-12345')!.send('order', native)
  expect(answer.status).toBe(200)
}

export interface Log {
  /** All committed records of a topic, from its start. */
  all(topic: string): Promise<InRecord[]>
  /** Latest value by key, tombstones left out. */
  table(topic: string): Promise<Map<string, InRecord>>
  attempts(subscription: string): Promise<Tried[]>
  /** Waits until each event of the subscription came to an end; returns its attempts. */
  done(subscription: string, least: number): Promise<Tried[]>
}

export interface Tried {
  readonly deliveryId: string
  readonly subscription: string
  readonly caseId: string
  readonly outcome: string
  readonly code?: string
}

export async function openLog({ settings }: { settings: Pick<HubSettings, 'brokers' | 'prefix'> }): Promise<Log> {
  const kafka = openKafka({ brokers: [...settings.brokers], clientId: 'log' })
  onTestFinished(() => kafka.close())
  const reader: Reader = await kafka.reader()
  const log: Log = {
    async all(topic) {
      const records: InRecord[] = []
      let from: bigint | 'start' = 'start'
      for (;;) {
        const page = await reader.page(settings.prefix + topic, 0, from)
        records.push(...page.records)
        from = page.next
        if (page.next >= page.end) return records
      }
    },
    async table(topic) {
      const out = new Map<string, InRecord>()
      for (const one of await log.all(topic)) {
        if (one.value === null) out.delete(one.key!)
        else out.set(one.key!, one)
      }
      return out
    },
    async attempts(subscription) {
      const all = (await log.all('attempts')).map(one => JSON.parse(one.value!.toString()) as Tried)
      return all.filter(one => one.subscription === subscription)
    },
    done: (subscription, least) =>
      vi.waitFor(async () => {
        const routed = (await log.all(`out.${subscription}`)).map(one => one.headers.hub_delivery!)
        const tried = await log.attempts(subscription)
        const ended = new Set(tried.filter(one => isEnd(one.outcome)).map(one => one.deliveryId))
        expect(routed.length).toBeGreaterThanOrEqual(least)
        expect(routed.filter(id => !ended.has(id))).toEqual([])
        return tried
      }, soon),
  }
  return log
}

function isEnd(outcome: string): boolean {
  return ['delivered', 'conflict', 'refused', 'skipped'].includes(outcome)
}

/** Deliveries by case, in the order given. */
export function byCase(ids: readonly string[], routed: readonly InRecord[]): Record<string, string[]> {
  const caseOf = new Map(routed.map(one => [one.headers.hub_delivery!, one.headers.ce_subject!]))
  const out: Record<string, string[]> = {}
  for (const id of ids) {
    const caseId = caseOf.get(id) ?? 'foreign'
    out[caseId] = [...(out[caseId] ?? []), id]
  }
  return out
}

export interface Wired {
  readonly hub: TestHub
  readonly wire: Wire
  readonly log: Log
}

/** A hub whose calls to one system pass over a wire. */
export async function wired(system: string): Promise<Wired> {
  const wire = await startWire()
  const hub = await testHub({
    config: demo => ({
      ...demo,
      systems: demo.systems.map(one => {
        if (one.id !== system) return one
        wire.to(one.url!)
        return { ...one, url: wire.url }
      }),
    }),
  })
  return { hub, wire, log: await openLog(hub) }
}

type Tree = { [key: string]: Json }

/** What the town's platform and the call centre hold. */
export const eventsOf = (hub: TestHub) => {
  const store = hub.simulators.get('zongzhi')!.store() as { events: Tree }
  return Object.values(store.events) as { event: Tree; feedbacks: Json[] }[]
}

/** How many results each ticket of the call centre has. */
export const resultsOf = (hub: TestHub): number[] => {
  const store = hub.simulators.get('hotline-12345')!.store() as { tickets: Tree }
  return (Object.values(store.tickets) as { results: Json[] }[]).map(one => one.results.length)
}

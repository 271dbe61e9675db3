// What became of a message: its receipt, its events with their personal parts opened, the alarms that rose.
import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'
import { openKafka } from '#gateway/kafka/open.ts'
import * as topics from '#gateway/kafka/topics.ts'
import type { Receipt } from '#gateway/receipts/receipt.ts'
import { fileKeyManager } from '#gateway/security/key-manager.ts'
import { followKeys } from '#gateway/security/key-ring.ts'
import { personalCodec } from '#gateway/security/personal.ts'
import { openSqliteStore } from '#gateway/store/sqlite.ts'
import type { CaseRecord, SealedPart } from '#schemas/canonical/types.ts'
import type { TestHub } from '../../helpers/hub.ts'
import { caseCodec, sealedPartSchema } from '../../helpers/records.ts'

export interface SeenEvent {
  readonly record: CaseRecord
  readonly personal: SealedPart | null
}

export interface Watch {
  /** The receipt once it has ended. */
  receipt(messageId: string): Promise<Receipt>
  event(eventId: string): Promise<SeenEvent>
  /** Ids of all events of a proceeding until now, in order. */
  eventsOf(proceedingId: string): Promise<readonly string[]>
  /** How often each table's unknown-code alarm rose, over all systems. */
  alarms(): Promise<ReadonlyMap<string, number>>
}

export async function watch(on: TestHub): Promise<Watch> {
  const { settings } = on
  const kafka = openKafka({ brokers: [...settings.brokers], clientId: 'watch' })
  const reader = await kafka.reader()
  const keys = fileKeyManager(join(settings.dataDir, 'keys'))
  const ring = await followKeys({
    reader,
    store: openSqliteStore(':memory:'),
    topic: topics.caseStateTopic(settings.prefix),
    keyOf: id => keys.keyOf(id),
    log: { warn: () => undefined },
  })
  onTestFinished(async () => {
    await ring.stop()
    await kafka.close()
  })
  const personal = personalCodec(sealedPartSchema, keys.derived('fingerprint'))
  const events = new Map<string, CaseRecord>()
  let next: bigint | 'start' = 'start'
  async function readOn(): Promise<void> {
    const page = await reader.page(topics.caseEventsTopic(settings.prefix), 0, next, { waitMs: 200 })
    next = page.next
    for (const one of page.records) events.set(one.headers.ce_id!, caseCodec.decode(one.value!))
  }
  return {
    receipt: id =>
      vi.waitFor(
        async () => {
          const answer = await fetch(`${on.url}/receipts/${id}`, { headers: { authorization: 'Bearer operator-key' } })
          const receipt = (await answer.json()) as Receipt
          if (answer.status !== 200 || receipt.status === 'received') throw new Error(`receipt is ${receipt.status}`)
          return receipt
        },
        { timeout: 20_000, interval: 50 },
      ),
    async event(id) {
      for (let tries = 0; !events.has(id) && tries < 50; tries++) await readOn()
      const record = events.get(id)!
      const key = record.sealed && (await ring.keyOf(record.proceeding.proceedingId!))
      return { record, personal: record.sealed && personal.open(record.sealed, () => key!) }
    },
    async eventsOf(id) {
      await readOn()
      return [...events].filter(([, one]) => one.proceeding.proceedingId === id).map(([eventId]) => eventId)
    },
    async alarms() {
      const text = await (await fetch(`${on.url}/metrics`)).text()
      const found = new Map<string, number>()
      for (const [, table = '', count] of text.matchAll(/^hub_unknown_codes_total\{.*table="([^"]+)"\} (\d+)$/gm))
        found.set(table, (found.get(table) ?? 0) + Number(count))
      return found
    },
  }
}

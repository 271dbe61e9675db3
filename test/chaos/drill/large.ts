// The one message that could not be produced: set aside with its original bytes, as stored and as sent.
import { join } from 'node:path'
import { expect } from 'vitest'
import { fileKeyManager } from '#gateway/security/key-manager.ts'
import { openBytes } from '#gateway/security/sealing.ts'
import { type Row, readAll } from './independent.ts'
import { largeCount } from './strands.ts'

export async function checkLarge(brokers: string, prefix: string, dataDir: string, invalid: Row): Promise<void> {
  const { hub_origin_topic, hub_origin_partition, hub_origin_offset, hub_error_code } = invalid.headers
  expect(hub_error_code).toBe('HUB_KAFKA_TOO_LARGE')
  expect(hub_origin_topic).toBe(`${prefix}in.labour-arbitration`)
  const rows = await readAll(brokers, [hub_origin_topic!])
  const at = (row: Row) => String(row.partition) === hub_origin_partition && String(row.offset) === hub_origin_offset
  expect(invalid.value!.equals(rows.find(at)!.value!)).toBe(true)
  const keys = fileKeyManager(join(dataDir, 'hub', 'keys'))
  const sent = JSON.parse(openBytes(invalid.value!, id => keys.keyOf(id)).toString()) as { applicant_arr: object[] }
  expect(sent.applicant_arr).toHaveLength(largeCount)
}

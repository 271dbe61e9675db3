// The limit of staging: the same rows selected and updated in batches, with their parts, and thrown away.
import { openDatabase } from '#gateway/index.ts'
import type { TableIn } from '#schemas/tables.ts'
import type { WayConfig } from '#schemas/transport.ts'
import { onAsk, readJob, say } from './job.ts'

export interface BareStagingJob {
  readonly way: WayConfig
  readonly spec: TableIn
}

const batch = 500

onAsk({})
const { way, spec } = readJob<BareStagingJob>()
const { db } = openDatabase(way, 1)!
const { column, new: open, done } = spec.state
const began = performance.now()
for (;;) {
  const rows = await db.transaction().execute(async trx => {
    const query = trx.selectFrom(spec.table).selectAll().where(column, 'in', open).limit(batch)
    const found = await query.forUpdate().skipLocked().execute()
    const keys = found.map(row => row[spec.key])
    if (keys.length === 0) return 0
    for (const { table, on } of spec.parts ?? [])
      await trx.selectFrom(table).selectAll().where(on.child, 'in', keys).execute()
    await trx
      .updateTable(spec.table)
      .set({ [column]: done })
      .where(spec.key, 'in', keys)
      .execute()
    return keys.length
  })
  if (rows === 0) break
}
say('done', (performance.now() - began) / 1000)
await db.destroy()

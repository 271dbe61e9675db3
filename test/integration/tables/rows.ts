// A town's staging tables as tests fill them: one of rows, one of their parts, and a source that reads them.
import { sql } from 'kysely'
import { onTestFinished } from 'vitest'
import type { ItemResult } from '#connectors/sdk.ts'
import { isUnread } from '#gateway/formats/read.ts'
import type { Source, SourceItem, SourceParts } from '#gateway/sources/port.ts'
import type { Db } from '#gateway/transports/staging-table/server.ts'
import { tableSource } from '#gateway/transports/staging-table/source.ts'
import type { Manifest } from '#schemas/files.ts'
import type { TableIn } from '#schemas/tables.ts'
import type { WayConfig } from '#schemas/transport.ts'
import { system } from '../../unit/gateway/route/sketch.ts'

export const spec: TableIn = {
  message: 'case',
  table: 'IN_CASE',
  key: 'id',
  state: { column: 'zt', new: ['0'], claimed: '10', done: '20', conflict: '30', failed: '40' },
  claim: { by: 'hub_by', at: 'hub_at', leaseMs: 400 },
  tries: { column: 'cs', max: 2 },
  note: 'hub_note',
  stamp: 'gxsj',
  columns: ['id', 'words'],
  parts: [
    { table: 'IN_WAY', on: { parent: 'id', child: 'pid' }, at: '/ways', as: 'list', order: 'no' },
    { table: 'IN_ONE', on: { parent: 'id', child: 'pid' }, at: '/in/one', as: 'object' },
  ],
}

export async function makeTables(db: Db, kind: string): Promise<void> {
  const moment = kind === 'postgres' ? sql`timestamp(6)` : sql`datetime(6)`
  await db.schema
    .createTable('IN_CASE')
    .addColumn('id', 'integer', column => column.primaryKey())
    .addColumn('words', kind === 'postgres' ? 'text' : sql`mediumtext`)
    .addColumn('zt', 'varchar(2)', column => column.notNull().defaultTo('0'))
    .addColumn('cs', 'integer')
    .addColumn('gxsj', moment)
    .addColumn('second', kind === 'postgres' ? sql`timestamp(0)` : sql`datetime`)
    .addColumn('hub_by', 'varchar(80)')
    .addColumn('hub_at', moment)
    .addColumn('hub_note', 'varchar(100)')
    .execute()
  await db.schema.createIndex('in_case_zt').on('IN_CASE').column('zt').execute()
  for (const table of ['IN_WAY', 'IN_ONE'])
    await db.schema
      .createTable(table)
      .addColumn('no', 'integer')
      .addColumn('pid', 'integer')
      .addColumn('blfs', 'varchar(200)')
      .execute()
}

export const stampNow = sql`current_timestamp(6)`

/** Rows 1 to `count`. */
export async function fill(db: Db, count: number, words = (n: number) => `第${n}件`): Promise<void> {
  // Few rows may be large ones: a server takes in so much at a time.
  const together = count > 100 ? 1000 : 10
  for (let from = 1; from <= count; from += together) {
    const size = Math.min(together, count - from + 1)
    const rows = Array.from({ length: size }, (_, index) => ({
      id: from + index,
      words: words(from + index),
      gxsj: stampNow,
      second: '2026-03-02 09:00:00',
    }))
    await db.insertInto('IN_CASE').values(rows).execute()
  }
}

/** id → all that is told of a row. */
export async function states(db: Db): Promise<Record<string, unknown>[]> {
  return db.selectFrom('IN_CASE').select(['id', 'zt', 'cs', 'hub_by', 'hub_note']).orderBy('id').execute()
}

export function sourceOf(way: WayConfig, table: TableIn = spec): Source {
  const manifest = { messages: {}, transport: { table: { in: [table] } } } as unknown as Manifest
  const parts = { system: system('town'), connector: { manifest }, way, slot: 'one' }
  const source = tableSource(parts as unknown as SourceParts)
  onTestFinished(() => source.close())
  return source
}

type Said = Pick<ItemResult, 'status'> & Partial<ItemResult>
export type TestDesk = (items: readonly SourceItem[]) => readonly Said[] | Promise<readonly Said[]>

export const taken: TestDesk = items => items.map((_, n) => ({ status: 'accepted', messageId: `m${n}` }))

/** Works one batch as the loop does; returns its messages, or undefined when nothing is there. */
export async function work(source: Source, desk: TestDesk = taken): Promise<SourceItem[] | undefined> {
  const find = await source.next()
  if (!find) return undefined
  const seen: SourceItem[] = []
  for await (const chunk of find.items()) {
    const results = await desk(chunk)
    seen.push(...chunk)
    await find.settled(results.map((one, index) => ({ index, numbers: [], ...one })))
  }
  await find.end()
  return seen
}

export async function workAll(source: Source, desk: TestDesk = taken): Promise<SourceItem[]> {
  const seen: SourceItem[] = []
  for (let some = await work(source, desk); some; some = await work(source, desk)) seen.push(...some)
  return seen
}

export function treeOf(item: SourceItem): unknown {
  if (isUnread(item)) throw item.error
  return item.tree
}

export const idOf = (item: SourceItem): number => (treeOf(item) as { id: number }).id

export const pause = (ms: number): Promise<void> => new Promise(done => setTimeout(done, ms))

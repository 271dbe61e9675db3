// The staging tables of one connector, as its contract makes them, filled with rows of the bench's own.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { parse } from 'yaml'
import { openDatabase } from '#gateway/index.ts'
import type { Manifest } from '#schemas/files.ts'
import type { TableIn } from '#schemas/tables.ts'
import type { WayConfig } from '#schemas/transport.ts'

export interface Staging {
  readonly system: string
  readonly way: WayConfig
  readonly spec: TableIn
  /** Empties the tables and fills them anew, in one transaction. */
  fill(count: number): Promise<void>
  /** Is a row left that nobody has settled? */
  hasOpen(): Promise<boolean>
  /** Rows that were taken in. */
  done(): Promise<number>
  close(): Promise<void>
}

interface File {
  readonly staging: { readonly system: string; readonly connector: string; readonly native: unknown }
}

type Tree = Record<string, unknown>
type Db = NonNullable<ReturnType<typeof openDatabase>>['db']

const together = 500

export async function openStaging(root: string, way: WayConfig): Promise<Staging> {
  const { system, connector, native } = (parse(readFileSync(join(root, 'connectors', 'bench.yaml'), 'utf8')) as File)
    .staging
  const dir = join(root, 'connectors', connector)
  const { transport } = parse(readFileSync(join(dir, 'manifest.yaml'), 'utf8')) as Manifest
  const spec = transport.table!.in![0]!
  const { db } = openDatabase(way, 2)!
  await sql.raw(readFileSync(join(dir, 'contract', 'tables.sql'), 'utf8')).execute(db)
  const words = JSON.stringify(native).split('{n}')
  const treeOf = (n: number) => JSON.parse(words.join(String(n).padStart(7, '0'))) as Tree
  const { column, done, claimed } = spec.state
  return {
    system,
    way,
    spec,
    fill: count => fill(db, spec, count, treeOf),
    async hasOpen() {
      const open = claimed === undefined ? spec.state.new : [...spec.state.new, claimed]
      return (await db.selectFrom(spec.table).select(spec.key).where(column, 'in', open).limit(1).execute()).length > 0
    },
    async done() {
      const found = await db
        .selectFrom(spec.table)
        .select(eb => eb.fn.countAll().as('rows'))
        .where(column, '=', done)
        .executeTakeFirst()
      return Number(found?.rows)
    },
    close: () => db.destroy(),
  }
}

function fill(db: Db, spec: TableIn, count: number, treeOf: (n: number) => Tree): Promise<void> {
  return db.transaction().execute(async trx => {
    for (const { table } of [spec, ...(spec.parts ?? [])]) await trx.deleteFrom(table).execute()
    for (let from = 1; from <= count; from += together) {
      const trees = Array.from({ length: Math.min(together, count - from + 1) }, (_, index) => treeOf(from + index))
      const parts = (spec.parts ?? []).map(({ table, at, on }) => ({
        table,
        rows: trees.flatMap(tree => {
          const value = tree[at.slice(1)]
          delete tree[at.slice(1)]
          const children = (Array.isArray(value) ? value : [value]).filter(Boolean) as Tree[]
          return children.map(child => ({ ...child, [on.child]: tree[on.parent] }))
        }),
      }))
      await trx.insertInto(spec.table).values(trees).execute()
      for (const { table, rows } of parts) if (rows.length > 0) await trx.insertInto(table).values(rows).execute()
    }
    // A database in use knows how large its tables are; this one would learn it only after a minute.
    for (const { table } of [spec, ...(spec.parts ?? [])]) await sql`analyze ${sql.table(table)}`.execute(trx)
  })
}

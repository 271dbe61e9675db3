// What simulators with staging tables share: the tables of the connector's contract in a PostgreSQL, its own messages laid
// out as rows, the hub's rows taken up by a timed job as the real systems do it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { parse } from 'yaml'
import type { TableIn, TableOut, TablePart, TableTransport } from '#schemas/tables.ts'
import { isObject, type JsonObject } from './sdk-answer.ts'
import { jsonAnswer } from './sdk-form.ts'
import type { Behaviour, Json, Simulator, SimulatorOptions } from './sdk-types.ts'

export interface TableParts {
  /** Folder of the connector: its manifest says how the tables are used, contract/tables.sql what they are. */
  readonly dir: string
  /** The system's own books, before a message of its own is laid out. */
  readonly keep: (native: Json) => void
  /** Looks at one row of the hub, in the shape of its message; gives the columns that the system writes into it. */
  readonly take: (message: string, native: JsonObject, refuse: boolean) => JsonObject
}

type Db = Kysely<Record<string, Record<string, unknown>>>

const everyMs = 100

/** What keeps a system from answering a call keeps it from looking at rows. */
const idle = new Set<Behaviour['mode']>(['down', 'error', 'cut'])

/** The same simulator by staging tables, where the options give it a database; else as it is. */
export async function offerTables(
  simulator: Simulator,
  { database }: SimulatorOptions,
  parts: TableParts,
): Promise<Simulator> {
  if (!database) return simulator
  const address = new URL(database.url)
  const pool = new pg.Pool({
    host: address.hostname,
    port: Number(address.port),
    database: address.pathname.slice(1),
    ...database.credentials,
    max: 2,
  })
  // A server that goes away is met at the next look.
  pool.on('error', () => undefined)
  pool.on('connect', client => client.on('error', () => undefined))
  await pool.query(readFileSync(join(parts.dir, 'contract', 'tables.sql'), 'utf8'))
  const db: Db = new Kysely({ dialect: new PostgresDialect({ pool }) })
  const { transport } = parse(readFileSync(join(parts.dir, 'manifest.yaml'), 'utf8')) as {
    transport: { table: TableTransport }
  }
  const job = startJob(db, transport.table.out ?? [], parts.take)
  return {
    ...simulator,
    ways: { ...simulator.ways, 'staging-table': database },
    async send(message, native) {
      const spec = transport.table.in?.find(one => one.message === message)
      const trees = Array.isArray(native) ? native : [native]
      if (!spec || !trees.every(isObject)) return jsonAnswer(422, { message })
      parts.keep(native)
      for (const tree of trees) await layOut(db, spec, tree as JsonObject)
      return jsonAnswer(202, { rows: trees.length })
    },
    behave(behaviour) {
      job.behave(behaviour)
      simulator.behave(behaviour)
    },
    async close() {
      await job.stop()
      await db.destroy()
      await simulator.close()
    },
  }
}

/** The row is new, or new again: the owner changes it in its place. */
async function layOut(db: Db, spec: TableIn, tree: JsonObject): Promise<void> {
  const { key, state, stamp } = spec
  const row: JsonObject = { ...tree }
  const children = (spec.parts ?? []).map(part => ({ part, rows: takeOut(row, part) }))
  const marks = { [state.column]: state.new[0], ...(stamp ? { [stamp]: sql`current_timestamp` } : {}) }
  await db.transaction().execute(async trx => {
    const values = { ...row, ...marks }
    await trx
      .insertInto(spec.table)
      .values(values)
      .onConflict(one => one.column(key).doUpdateSet(values))
      .execute()
    for (const { part, rows } of children) {
      const parent = row[part.on.parent]
      await trx.deleteFrom(part.table).where(part.on.child, '=', parent).execute()
      for (const child of rows)
        await trx
          .insertInto(part.table)
          .values({ ...child, [part.on.child]: parent })
          .execute()
    }
  })
}

function takeOut(row: JsonObject, { at }: Pick<TablePart, 'at'>): JsonObject[] {
  const value = row[at.slice(1)]
  delete row[at.slice(1)]
  return (Array.isArray(value) ? value : [value]).filter(isObject)
}

function startJob(db: Db, specs: readonly TableOut[], take: TableParts['take']) {
  let behaviour: Behaviour = { mode: 'normal' }
  let stopped = false
  const run = async (): Promise<void> => {
    while (!stopped) {
      const { mode, delayMs = 1000 } = behaviour
      for (const spec of idle.has(mode) ? [] : specs) {
        // While the database is away there is nothing to take up.
        await takeUp(db, spec, (message, native) => take(message, native, mode === 'refuse')).catch(() => undefined)
      }
      await new Promise(done => setTimeout(done, mode === 'slow' ? delayMs : everyMs))
    }
  }
  const running = run()
  return {
    behave: (next: Behaviour) => {
      behaviour = next
    },
    stop: () => {
      stopped = true
      return running
    },
  }
}

async function takeUp(
  db: Db,
  spec: TableOut,
  take: (message: string, native: JsonObject) => JsonObject,
): Promise<void> {
  const { ids, state } = spec
  const rows = await db.selectFrom(spec.table).selectAll().where(state!.column, '=', state!.new).execute()
  for (const row of rows) {
    const native = present(row, [state!.column, ids.event, spec.answers?.taken])
    for (const part of spec.parts ?? []) {
      const children = await db
        .selectFrom(part.table)
        .selectAll()
        .where(part.on.child, '=', row[part.on.parent])
        .execute()
      native[part.at.slice(1)] = children.map(child => present(child, [part.on.child]))
    }
    const said = take(spec.message, native)
    await db.updateTable(spec.table).set(said).where(ids.delivery, '=', row[ids.delivery]).execute()
  }
}

/** As it was before it became a row. */
function present(row: Readonly<Record<string, unknown>>, added: readonly (string | undefined)[]): JsonObject {
  const own = Object.entries(row).filter(([name, value]) => value !== null && !added.includes(name))
  return Object.fromEntries(own) as { [key: string]: Json }
}

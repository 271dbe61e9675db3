// Claims new rows for one worker and writes back what became of them. Both are one short transaction; between them the row
// is nobody's prisoner: its owner may change it, and then it is read again.
import { sql } from 'kysely'
import type { TableIn } from '#schemas/tables.ts'
import { type RowRead, readRows } from './read.ts'
import { type Row, type Server, shortly, type Trx } from './server.ts'

export interface Claimed extends RowRead {
  /** Before it was claimed. */
  readonly state: string
  readonly tries: number
}

/** What a row is to be. `again`: it could not be read and counts a try. `back`: as if it had not been claimed. */
export interface Fate {
  readonly to: 'done' | 'conflict' | 'failed' | 'again' | 'back'
  readonly note?: string | undefined
}

/** @param worker a name that no other claim has ever had */
export function claimRows(server: Server, spec: TableIn, worker: string, limit: number): Promise<Claimed[]> {
  const { key, state, claim, tries } = spec
  return shortly(server, async trx => {
    const columns = [key, state.column, ...(tries ? [tries.column] : [])]
    const open = state.claimed === undefined ? state.new : [...state.new, state.claimed]
    let query = trx
      .selectFrom(spec.table)
      .select([...new Set(columns)])
      .where(state.column, 'in', open)
      .where(eb => eb.or([eb(claim.at, 'is', null), eb(claim.at, '<', server.ago(claim.leaseMs))]))
    if (spec.order !== undefined) query = query.orderBy(spec.order)
    const found = await query.limit(limit).forUpdate().skipLocked().execute()
    if (found.length === 0) return []
    const before = new Map(found.map(row => [String(row[key]), row]))
    const keys = [...before.keys()]
    const mark = { [claim.by]: worker, [claim.at]: server.now }
    await trx
      .updateTable(spec.table)
      .set(state.claimed === undefined ? mark : { ...mark, [state.column]: state.claimed })
      .where(key, 'in', keys)
      .execute()
    // Only now: the owner's own trigger may have stamped our mark.
    const rows = await readRows(trx, spec, keys)
    return rows.map(row => ({ ...row, ...countOf(spec, before.get(row.key)!) }))
  })
}

function countOf({ state, tries }: TableIn, row: Row): Pick<Claimed, 'state' | 'tries'> {
  const was = String(row[state.column])
  // Of a worker that died nobody knows what it was before.
  const known = was === state.claimed ? state.new[0]! : was
  return { state: known, tries: tries ? Number(row[tries.column] ?? 0) || 0 : 0 }
}

/** Rows that changed meanwhile are given back. Returns how many of them were. */
export function settleRows(
  server: Server,
  spec: TableIn,
  worker: string,
  rows: readonly Claimed[],
  fateOf: (row: Claimed) => Fate,
): Promise<number> {
  if (rows.length === 0) return Promise.resolve(0)
  return shortly(server, async trx => {
    const { mine, changed } = await stillMine(trx, spec, worker, rows)
    const isChanged = new Set(changed)
    const writes = mine.map(row => writeOf(server, spec, row, isChanged.has(row.key) ? { to: 'back' } : fateOf(row)))
    for (const group of Map.groupBy(writes, one => one.group).values()) await write(trx, spec, group)
    return isChanged.size
  })
}

interface Write {
  readonly key: string
  readonly values: Record<string, unknown>
  readonly note: string | undefined
  /** Rows of one group differ in nothing but their notes. */
  readonly group: string
}

/** Locks those rows whose claim is still this worker's. */
async function stillMine(trx: Trx, spec: TableIn, worker: string, rows: readonly Claimed[]) {
  const { key, state, claim, stamp } = spec
  const known = new Map(rows.map(row => [row.key, row]))
  const columns = [key, state.column, ...(stamp ? [stamp] : [])]
  const found = await trx
    .selectFrom(spec.table)
    .select([...new Set(columns)])
    .where(key, 'in', [...known.keys()])
    .where(claim.by, '=', worker)
    .forUpdate()
    .execute()
  const mine: Claimed[] = []
  const changed: string[] = []
  const unsure: string[] = []
  for (const row of found) {
    const before = known.get(String(row[key]))!
    const now = String(row[state.column])
    if (now !== (state.claimed ?? before.state)) {
      // Its owner has said what it is now: that stays, only the claim goes.
      mine.push({ ...before, state: now })
      changed.push(before.key)
      continue
    }
    mine.push(before)
    if (stamp !== undefined && String(row[stamp]) !== before.stamp) changed.push(before.key)
    else if (!isFine(before.stamp)) unsure.push(before.key)
  }
  changed.push(...(await otherBytes(trx, spec, known, unsure)))
  return { mine, changed }
}

/** A stamp of whole seconds does not show a second change within the same one. */
function isFine(stamp: string | undefined): boolean {
  return stamp !== undefined && /\.\d/.test(stamp)
}

async function otherBytes(
  trx: Trx,
  spec: TableIn,
  known: ReadonlyMap<string, Claimed>,
  keys: readonly string[],
): Promise<string[]> {
  if (keys.length === 0) return []
  const now = await readRows(trx, spec, keys)
  return now.filter(row => !row.bytes.equals(known.get(row.key)!.bytes)).map(row => row.key)
}

function writeOf(server: Server, spec: TableIn, row: Claimed, fate: Fate): Write {
  const { state, claim, tries } = spec
  const again = fate.to === 'again'
  const free = fate.to === 'back' || again ? row.state : state[fate.to]
  // A row to be tried again keeps the time: it rests for as long as a dead worker's.
  const values: Record<string, unknown> = {
    [state.column]: free,
    [claim.by]: null,
    [claim.at]: again ? server.now : null,
  }
  if (again && tries) values[tries.column] = String(row.tries + 1)
  const note = fate.note?.slice(0, 100)
  return { key: row.key, values, note, group: `${fate.to} ${free} ${row.tries} ${note === undefined}` }
}

/** The rows are locked, and their claim was seen to be ours. */
async function write(trx: Trx, spec: TableIn, group: readonly Write[]): Promise<void> {
  const { values, note } = group[0]!
  const noted = spec.note !== undefined && note !== undefined
  const keys = group.map(one => one.key)
  await trx
    .updateTable(spec.table)
    .set(noted ? { ...values, [spec.note!]: notesOf(spec, group) } : values)
    .where(spec.key, 'in', keys)
    .execute()
}

function notesOf(spec: TableIn, group: readonly Write[]) {
  const same = group.every(one => one.note === group[0]!.note)
  if (same) return group[0]!.note
  const cases = group.map(one => sql`when ${one.key} then ${one.note}`)
  return sql<string>`case ${sql.ref(spec.key)} ${sql.join(cases, sql` `)} end`
}

// Reads claimed rows into messages, with their children: one query a table, whatever the number of rows.
import { HubError } from '#schemas/errors.ts'
import type { TableIn, TablePart } from '#schemas/tables.ts'
import type { Db, Row } from './server.ts'
import { put, type Tree, treeOf } from './tree.ts'

export interface RowRead {
  readonly key: string
  readonly stamp: string | undefined
  readonly tree: Tree
  readonly bytes: Buffer
  /** Why there is no message in it yet. */
  readonly fault?: HubError
}

/** @param db the transaction that claims, or a later one. Rows in the order of `keys`; those that are gone are left out. */
export async function readRows(db: Db, spec: TableIn, keys: readonly string[]): Promise<RowRead[]> {
  const rows = await mainRows(db, spec, keys)
  const found = new Map(rows.map(row => [String(row[spec.key]), row]))
  const ordered = keys.map(key => found.get(key)).filter(row => row !== undefined)
  const parts = await Promise.all((spec.parts ?? []).map(part => childrenOf(db, part, ordered)))
  return ordered.map(row => readRow(spec, row, parts))
}

function mainRows(db: Db, spec: TableIn, keys: readonly string[]): Promise<Row[]> {
  const query = db.selectFrom(spec.table).where(spec.key, 'in', keys)
  if (!spec.columns) return query.selectAll().execute()
  const joins = (spec.parts ?? []).map(part => part.on.parent)
  const columns = new Set([spec.key, ...(spec.stamp ? [spec.stamp] : []), ...joins, ...spec.columns])
  return query.select([...columns]).execute()
}

type Children = ReadonlyMap<string, readonly Row[]>

async function childrenOf(db: Db, part: TablePart, rows: readonly Row[]): Promise<Children> {
  const { parent, child } = part.on
  const keys = [...new Set(rows.map(row => row[parent]).filter(key => key !== null && key !== undefined))]
  if (keys.length === 0) return new Map()
  let query = db.selectFrom(part.table).where(child, 'in', keys)
  if (part.order !== undefined) query = query.orderBy(part.order)
  const found = part.columns
    ? await query.select([...new Set([child, ...part.columns])]).execute()
    : await query.selectAll().execute()
  return Map.groupBy(found, row => String(row[child]))
}

function readRow(spec: TableIn, row: Row, parts: readonly Children[]): RowRead {
  const own = new Set([spec.state.column, spec.claim.by, spec.claim.at, spec.tries?.column, spec.note, spec.stamp])
  const tree = treeOf(row, column => (spec.columns ? spec.columns.includes(column) : !own.has(column)))
  let fault: HubError | undefined
  for (const [index, part] of (spec.parts ?? []).entries()) {
    const children = (parts[index]!.get(String(row[part.on.parent])) ?? []).map(child => childTree(part, child))
    const rule = ruleBroken(part, children.length)
    if (rule) fault ??= new HubError('HUB_SOURCE_ROW', { pointer: part.at, rule })
    else if (children.length > 0) put(tree, part.at, part.as === 'list' ? children : children[0]!)
  }
  const stamp = spec.stamp === undefined ? undefined : String(row[spec.stamp])
  const bytes = Buffer.from(JSON.stringify(tree))
  return { key: String(row[spec.key]), stamp, tree, bytes, ...(fault ? { fault } : {}) }
}

function childTree(part: TablePart, row: Row): Tree {
  return treeOf(row, column => part.columns?.includes(column) ?? column !== part.on.child)
}

function ruleBroken(part: TablePart, count: number): string | undefined {
  if (count === 0 && part.required) return 'NO_PART'
  return count > 1 && part.as === 'object' ? 'MORE_THAN_ONE_PART' : undefined
}

// Lays one message of ours into a table, and tells whether it lies there. Nothing is ever changed or taken away.
import type { Json } from '#connectors/sdk.ts'
import type { TableOut } from '#schemas/tables.ts'
import { type Fault, faultOf } from './faults.ts'
import { type Row, type Server, shortly } from './server.ts'
import { columnsOf, put, type Tree, take } from './tree.ts'

export interface Laid {
  readonly deliveryId: string
  readonly caseId: string
  readonly eventId: string
  readonly native: Json
}

/** laid: it was not there before. unreached: nothing was sent. lost: it may lie there or not. */
export type LayResult =
  | { readonly kind: 'laid' }
  | { readonly kind: 'unreached' | 'lost' | 'failed'; readonly fault: Fault }

export async function layRow(server: Server, spec: TableOut, laid: Laid): Promise<LayResult> {
  let step: 'connecting' | 'writing' | 'committing' = 'connecting'
  try {
    await shortly(server, async trx => {
      step = 'writing'
      const { row, children } = rowsOf(spec, laid)
      await trx.insertInto(spec.table).values(row).execute()
      for (const one of children)
        await trx
          .insertInto(one.table)
          .values([...one.rows])
          .execute()
      step = 'committing'
    })
    return { kind: 'laid' }
  } catch (error) {
    const fault = faultOf(error)
    return { kind: lossOf(step, fault), fault }
  }
}

// Up to the commit a lost connection takes everything back; the commit itself may have arrived without its answer.
function lossOf(step: string, fault: Fault): 'unreached' | 'lost' | 'failed' {
  if (step === 'committing') return 'lost'
  return step === 'connecting' && fault.kind === 'away' ? 'unreached' : 'failed'
}

/** Throws what the database throws. */
export async function isLaid({ db }: Server, spec: TableOut, deliveryId: string): Promise<boolean> {
  const { delivery } = spec.ids
  const found = await db.selectFrom(spec.table).select(delivery).where(delivery, '=', deliveryId).executeTakeFirst()
  return found !== undefined
}

function rowsOf(spec: TableOut, laid: Laid): { row: Row; children: { table: string; rows: readonly Row[] }[] } {
  const tree = structuredClone(laid.native) as Tree
  const { delivery, case: ofCase, event } = spec.ids
  put(tree, `/${delivery}`, laid.deliveryId)
  if (ofCase !== undefined) put(tree, `/${ofCase}`, laid.caseId)
  if (event !== undefined) put(tree, `/${event}`, laid.eventId)
  if (spec.state) put(tree, `/${spec.state.column}`, spec.state.new)
  const parts = (spec.parts ?? []).map(part => ({ part, value: take(tree, part.at) }))
  const row = columnsOf(tree)
  const children = parts.map(({ part: { table, on }, value }) => ({
    table,
    rows: listOf(value).map(child => ({ ...columnsOf(child as Tree), [on.child]: row[on.parent] })),
  }))
  return { row, children: children.filter(one => one.rows.length > 0) }
}

function listOf(value: Json | undefined): readonly Json[] {
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]
}

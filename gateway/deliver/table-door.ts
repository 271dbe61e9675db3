// The door of systems that read what they get from a table: one row a delivery, laid once. A row with our delivery id is
// this delivery, whoever asks; another row with the same number of theirs is a conflict.
import type { TableOut } from '#schemas/tables.ts'
import { openDatabase } from '../transports/staging-table/database.ts'
import { faultOf } from '../transports/staging-table/faults.ts'
import { isLaid, type LayResult, layRow } from '../transports/staging-table/insert.ts'
import type { Server } from '../transports/staging-table/server.ts'
import type { PushDoor, Result } from './door.ts'
import type { Entry } from './entry.ts'
import { failureOf } from './native.ts'
import { type OutboundDeps, outboundOf } from './outbound.ts'

export interface TableDoorDeps extends OutboundDeps {
  readonly now: () => Date
}

const connections = 8

export function tableDoor(deps: TableDoorDeps): PushDoor {
  const { system, connector } = deps
  const { repeats, table } = connector.manifest.transport
  const way = system.ways?.['staging-table']
  const server = way && openDatabase(way, connections)
  return {
    system: system.id,
    repeats,
    canLookUp: true,
    async attempt(entry) {
      try {
        const said = await outboundOf(deps, entry, deps.now())
        if (!said) return { kind: 'skipped', code: 'NO_OUTBOUND_RULE' }
        if (!server) return { kind: 'retry', code: 'NO_ADDRESS', unreached: true }
        const spec = table?.out?.find(one => one.message === said.message)
        if (!spec) return { kind: 'broken', code: 'HUB_DELIVER_BROKEN' }
        return await new Attempt(server, spec, entry).run(said.native)
      } catch (error) {
        return failureOf(error)
      }
    },
    close: () => server?.db.destroy() ?? Promise.resolve(),
  }
}

class Attempt {
  readonly #server: Server
  readonly #spec: TableOut
  readonly #entry: Entry

  constructor(server: Server, spec: TableOut, entry: Entry) {
    this.#server = server
    this.#spec = spec
    this.#entry = entry
  }

  async run(native: Parameters<typeof layRow>[2]['native']): Promise<Result> {
    const { caseId, deliveryId, eventId, doubtful } = this.#entry
    if (doubtful) {
      const found = await this.#lookUp()
      if (found) return found
    }
    return this.#resultOf(await layRow(this.#server, this.#spec, { caseId, deliveryId, eventId, native }))
  }

  /** undefined: it does not lie there. A question that failed says nothing: it is put again. */
  async #lookUp(): Promise<Result | undefined> {
    try {
      return (await isLaid(this.#server, this.#spec, this.#entry.deliveryId)) ? { kind: 'delivered' } : undefined
    } catch (error) {
      const { kind, code } = faultOf(error)
      return { kind: 'retry', code, ...(kind === 'away' ? { unreached: true } : {}) }
    }
  }

  async #resultOf(laid: LayResult): Promise<Result> {
    if (laid.kind === 'laid') return { kind: 'delivered' }
    const { code, kind } = laid.fault
    if (laid.kind === 'unreached') return { kind: 'retry', code, unreached: true }
    if (laid.kind === 'lost') return { kind: 'unknown', code }
    if (kind === 'taken') return (await this.#lookUp()) ?? { kind: 'conflict' }
    return kind === 'unfit' ? { kind: 'refused', code } : { kind: 'retry', code }
  }
}

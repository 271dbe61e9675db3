// The two ledgers, projected out of `canonical` into one store. Delete it at any moment: it fills again from the log.
import type { Reader } from '../kafka/port.ts'
import { followTopics } from '../store/follow.ts'
import type { Store } from '../store/port.ts'
import { ledgerChanges, type ProjectDeps } from './project.ts'
import { forgotten, rowsOf, type Seen } from './rows.ts'

export interface UnknownCodeRow extends Seen {
  readonly system: string
  readonly message: string
  readonly table: string
  /** `*` for elements of lists. */
  readonly pointer: string
  /** As sent; null where the field is not open or the record does not say for certain. */
  readonly code: string | null
}

export interface UnmappedFieldRow extends Seen {
  readonly system: string
  readonly message: string
  /** `*` for elements of lists, `?` for a name that is no plain word. */
  readonly pointer: string
}

export interface LedgersDeps extends ProjectDeps {
  readonly reader: Reader
  readonly store: Store
  readonly topic: string
  readonly partitions: number
  readonly now: () => Date
  readonly log: { warn(facts: object, text: string): void }
}

export interface Ledgers {
  unknownCodes(system?: string): UnknownCodeRow[]
  unmappedFields(system?: string): UnmappedFieldRow[]
  stop(): Promise<void>
}

/** As long as `canonical` keeps what they are made of. */
const keepMs = 14 * 86_400_000

/** Starts following; does not wait until all is read. */
export function followLedgers(deps: LedgersDeps): Ledgers {
  const { reader, store, topic, partitions, log } = deps
  const following = followTopics({
    name: 'ledgers',
    reader,
    store,
    topics: [{ topic, partitions, changes: (record, read) => ledgerChanges(deps, record, read) }],
    idle: forgetter(deps),
    log,
  })
  return {
    unknownCodes: system =>
      rowsOf(store, 'codes', system).map(({ place, ...seen }) => {
        const [of, message, table, pointer, code] = place as [string, string, string, string, string | null]
        return { system: of, message, table, pointer, code, ...seen }
      }),
    unmappedFields: system =>
      rowsOf(store, 'fields', system).map(({ place, ...seen }) => {
        const [of, message, pointer] = place as [string, string, string]
        return { system: of, message, pointer, ...seen }
      }),
    stop: following.stop,
  }
}

function forgetter({ store, now }: LedgersDeps): () => void {
  let day = ''
  return () => {
    const oldest = new Date(now().getTime() - keepMs).toISOString()
    if (oldest.slice(0, 10) === day) return
    day = oldest.slice(0, 10)
    const gone = forgotten(store, oldest)
    if (gone.length > 0) store.write(gone)
  }
}

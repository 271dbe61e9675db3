// What the parts of this way know of a database: tables by name, and the server's clock.
import type { Socket } from 'node:net'
import type { Kysely, RawBuilder, Transaction } from 'kysely'

/** Any table with any column: they are the owner's. */
export type Tables = Record<string, Record<string, unknown>>
export type Row = Readonly<Record<string, unknown>>
export type Db = Kysely<Tables>
export type Trx = Transaction<Tables>

/** What differs between the servers. */
export interface Server {
  readonly db: Db
  /** The server's clock, so that workers on several machines agree on it. */
  readonly now: RawBuilder<Date>
  /** The moment so long before. */
  ago(ms: number): RawBuilder<Date>
}

export interface Login {
  readonly host: string
  readonly port: number | undefined
  readonly database: string
  readonly user: string | undefined
  readonly password: string | undefined
}

export interface PoolOptions {
  readonly connections: number
  readonly silenceMs: number
}

/** Gives a silent connection up: whoever waits for its answer hears that it was lost. An idle one is opened anew when needed. */
export function endWhenSilent(socket: Socket, ms: number): void {
  socket.setTimeout(ms, () => socket.destroy(new Error('silent')))
}

/** Without gap locks: two workers that look for new rows do not wait for each other, and none waits for the owner's inserts. */
export function shortly<T>({ db }: Server, work: (trx: Trx) => Promise<T>): Promise<T> {
  return db.transaction().setIsolationLevel('read committed').execute(work)
}

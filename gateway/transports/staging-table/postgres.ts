// PostgreSQL. Values come as the database writes them, so that no digit of a number and no fraction of a time is lost.
import type { Socket } from 'node:net'
import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { endWhenSilent, type Login, type PoolOptions, type Server, type Tables } from './server.ts'

const { builtins } = pg.types

const parsers = new Map<number, (text: string) => unknown>([
  [builtins.BOOL, text => text === 't'],
  [builtins.INT2, Number],
  [builtins.INT4, Number],
  [builtins.JSON, text => JSON.parse(text) as unknown],
  [builtins.JSONB, text => JSON.parse(text) as unknown],
  [builtins.TIMESTAMPTZ, instant],
  // Bytes are no words of a message.
  [builtins.BYTEA, () => null],
])

/** With a zone that everybody reads. What is no instant, like infinity, stays as it is written. */
function instant(text: string): string {
  const at = new Date(text.replace(/([+-]\d\d)$/, '$1:00'))
  return Number.isNaN(at.getTime()) ? text : at.toISOString()
}

export function postgres(login: Login, { connections, silenceMs }: PoolOptions): Server {
  const pool = new pg.Pool({
    ...login,
    max: connections,
    connectionTimeoutMillis: 5000,
    types: { getTypeParser: (oid: number) => parsers.get(oid) ?? String } as pg.CustomTypesConfig,
  })
  // A connection that dies is replaced at the next use. Whoever uses it hears so from the query; the event beside it, which
  // nobody but us listens to, would end the process.
  pool.on('error', () => undefined)
  pool.on('connect', client => {
    client.on('error', () => undefined)
    endWhenSilent(
      (client as unknown as { readonly connection: { readonly stream: Socket } }).connection.stream,
      silenceMs,
    )
  })
  return {
    db: new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }),
    now: sql<Date>`current_timestamp`,
    ago: ms => sql<Date>`current_timestamp - ${ms} * interval '1 millisecond'`,
  }
}

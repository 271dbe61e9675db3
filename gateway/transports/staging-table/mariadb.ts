// MariaDB 10.6 and newer, MySQL 8: the first ones that can pass over locked rows. Times and long numbers come as text.
import type { Socket } from 'node:net'
import { Kysely, MysqlDialect, sql } from 'kysely'
import { createPool } from 'mysql2'
import { endWhenSilent, type Login, type PoolOptions, type Server, type Tables } from './server.ts'

export function mariadb({ port, ...login }: Login, { connections, silenceMs }: PoolOptions): Server {
  const pool = createPool({
    host: login.host,
    ...(port === undefined ? {} : { port }),
    database: login.database,
    ...(login.user === undefined ? {} : { user: login.user }),
    ...(login.password === undefined ? {} : { password: login.password }),
    connectionLimit: connections,
    connectTimeout: 5000,
    // Four bytes a character: the three-byte charset of that name loses rare characters and pictures.
    charset: 'utf8mb4',
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
  })
  pool.on('connection', connection =>
    endWhenSilent((connection as unknown as { readonly stream: Socket }).stream, silenceMs),
  )
  return {
    db: new Kysely<Tables>({ dialect: new MysqlDialect({ pool }) }),
    now: sql<Date>`current_timestamp(6)`,
    ago: ms => sql<Date>`current_timestamp(6) - interval ${ms * 1000} microsecond`,
  }
}

// A database between both sides, opened by its address. Names are quoted by kysely and values are parameters: nothing here
// puts a query together as text.
import type { WayConfig } from '#schemas/transport.ts'
import { mariadb } from './mariadb.ts'
import { postgres } from './postgres.ts'
import type { Login, PoolOptions, Server } from './server.ts'

type Silence = Partial<Pick<PoolOptions, 'silenceMs'>>

/** A server that says nothing for so long, or the way to it, is gone; longer than any server lets a lock wait. */
const silenceMs = 60_000

const servers: Readonly<Record<string, (login: Login, pool: PoolOptions) => Server>> = {
  'postgres:': postgres,
  'mariadb:': mariadb,
}

/** undefined: the address is none of a database. Connects when it is first used. */
export function openDatabase(way: WayConfig, connections: number, options: Silence = {}): Server | undefined {
  const url = new URL(way.url)
  return servers[url.protocol]?.(
    {
      host: url.hostname,
      port: url.port === '' ? undefined : Number(url.port),
      database: decodeURIComponent(url.pathname.slice(1)),
      user: way.credentials?.user,
      password: way.credentials?.password,
    },
    { connections, silenceMs, ...options },
  )
}

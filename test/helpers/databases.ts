// Real databases for tests: PostgreSQL from the packages, MariaDB where the machine has one. Each test has one of its own.
import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { connect, createServer, type Socket } from 'node:net'
import { sql } from 'kysely'
import { afterAll, beforeAll, onTestFinished } from 'vitest'
import { openDatabase } from '#gateway/transports/staging-table/database.ts'
import type { Db } from '#gateway/transports/staging-table/server.ts'
import { type DatabaseServer, startPostgres } from '#ops/bootstrap/databases/postgres.ts'
import type { WayConfig } from '#schemas/transport.ts'
import { hasMariadb, noMariadb, startMariadb } from './mariadb.ts'

export interface TestDatabase {
  readonly way: WayConfig
  /** The owner's own connection. */
  readonly db: Db
}

const starters = { postgres: () => startPostgres(['fsync=off']), mariadb: startMariadb }
export type ServerKind = keyof typeof starters

/** Servers that can run here. Says why where one cannot. */
export function serverKinds(): ServerKind[] {
  if (hasMariadb) return ['postgres', 'mariadb']
  process.stdout.write(`${noMariadb}\n`)
  return ['postgres']
}

/** Starts the server for the tests around; returns what makes a new, empty database on it. */
export function useServer(kind: ServerKind): () => Promise<TestDatabase> {
  let server: DatabaseServer
  beforeAll(async () => {
    server = await starters[kind]()
  })
  afterAll(() => server.stop())
  return async () => {
    const name = `t${randomBytes(6).toString('hex')}`
    const first = openDatabase({ ...server, url: `${server.url}${kind === 'postgres' ? 'postgres' : 'mysql'}` }, 1)!
    const charset = kind === 'mariadb' ? sql`character set utf8mb4` : sql``
    await sql`create database ${sql.id(name)} ${charset}`.execute(first.db)
    await first.db.destroy()
    const way = { url: `${server.url}${name}`, credentials: server.credentials }
    const { db } = openDatabase(way, 2)!
    onTestFinished(() => db.destroy())
    return { way, db }
  }
}

export interface Line {
  /** As `way`, by this line. */
  readonly way: WayConfig
  cut(): Promise<void>
  mend(): Promise<void>
  /** Resolves when a commit has passed on a connection that said `text` before; its answer never comes back. */
  holdCommitAfter(text: string): Promise<void>
}

/** A line to the database that can be cut, mended and held. */
export async function startLine(way: WayConfig): Promise<Line> {
  const target = new URL(way.url)
  const sockets = new Set<Socket>()
  let awaited: { readonly text: string; readonly reached: () => void } | undefined
  const server = createServer(near => {
    const far = connect(Number(target.port), target.hostname)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    let said = false
    let held = false
    near.on('data', bytes => {
      said ||= awaited !== undefined && bytes.includes(awaited.text)
      if (said && awaited && /commit/i.test(bytes.toString('latin1'))) {
        held = true
        awaited.reached()
      }
      far.write(bytes)
    })
    far.on('data', bytes => held || near.write(bytes))
  })
  const listen = (port: number) => new Promise<void>(done => server.listen(port, '127.0.0.1', done))
  await listen(0)
  const { port } = server.address() as AddressInfo
  const cut = () =>
    new Promise<void>(done => {
      server.close(() => done())
      for (const socket of sockets) socket.destroy()
    })
  onTestFinished(() => (server.listening ? cut() : undefined))
  return {
    way: { ...way, url: way.url.replace(`:${target.port}/`, `:${port}/`) },
    cut,
    mend: () => listen(port),
    holdCommitAfter: text =>
      new Promise(reached => {
        awaited = { text, reached: () => reached(undefined) }
      }),
  }
}

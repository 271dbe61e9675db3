// The store on node:sqlite: one file, WAL, no fsync, since everything in it can be rebuilt from Kafka.
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Changes, Store } from './port.ts'

/** @param file path, or ':memory:' for a store that lives as long as the process. */
export function openSqliteStore(file: string): Store {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true })
  const db = new DatabaseSync(file)
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -32000')
  db.exec('PRAGMA wal_autocheckpoint = 8000; PRAGMA temp_store = MEMORY')
  // With row ids: values of some kilobytes are appended, and only the small index of random keys is searched.
  db.exec('CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, value BLOB NOT NULL)')
  db.exec('CREATE TABLE IF NOT EXISTS position (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID')
  const get = db.prepare('SELECT value FROM state WHERE key = ?')
  const put = db.prepare('INSERT INTO state VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value')
  const remove = db.prepare('DELETE FROM state WHERE key = ?')
  const range = db.prepare('SELECT key, value FROM state WHERE key >= ? AND key < ? ORDER BY key LIMIT ?')
  const where = db.prepare('SELECT value FROM position WHERE name = ?')
  const allWhere = db.prepare('SELECT name, value FROM position')
  const move = db.prepare('INSERT INTO position VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value')

  function write(changes: Changes, positions: Readonly<Record<string, string>> = {}): void {
    db.exec('BEGIN')
    try {
      for (const [key, value] of changes) {
        if (value === null) remove.run(key)
        else put.run(key, value)
      }
      for (const [name, value] of Object.entries(positions)) move.run(name, value)
      db.exec('COMMIT')
    } catch (error) {
      db.exec('ROLLBACK')
      throw error
    }
  }

  return {
    get: key => bytesOf(get.get(key)?.value),
    write,
    position: name => where.get(name)?.value as string | undefined,
    positions: () => Object.fromEntries(allWhere.all().map(row => [row.name as string, row.value as string])),
    *scan(prefix, limit = -1) {
      for (const row of range.all(prefix, `${prefix}\uffff`, limit))
        yield [row.key as string, bytesOf(row.value)!] as const
    },
    clear: () => db.exec('DELETE FROM state; DELETE FROM position'),
    close: () => db.close(),
  }
}

function bytesOf(value: unknown): Buffer | undefined {
  if (value === undefined) return undefined
  const bytes = value as Uint8Array
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

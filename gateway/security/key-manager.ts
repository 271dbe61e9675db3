// Keys that live outside Kafka: the key-encryption key and the daily intake keys. A port; the file manager is the default.
import { hkdfSync, randomBytes } from 'node:crypto'
import { chmodSync, linkSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { HubError } from '#schemas/errors.ts'
import type { NamedKey } from './sealing.ts'

export interface KeyManager {
  /** Key of a UTC day, yyyy-MM-dd; made on first use. */
  intakeKey(day: string): NamedKey
  /** Throws HUB_SECURITY_KEY_GONE when the key was destroyed or never existed. */
  keyOf(id: string): Buffer
  kek(): NamedKey
  /** A key for one named purpose, derived from the key-encryption key (cursors, fingerprints). */
  derived(purpose: string): Buffer
  /** Destroys intake keys of days before this one; returns their ids. */
  destroyIntakeBefore(day: string): readonly string[]
}

/** One file of 32 bytes a key, readable by the owner only. Several processes may share the folder. */
export function fileKeyManager(dir: string): KeyManager {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const cache = new Map<string, Buffer>()

  function read(id: string): Buffer | undefined {
    const known = cache.get(id)
    if (known) return known
    try {
      const key = readFileSync(fileOf(id))
      cache.set(id, key)
      return key
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }

  // Written whole beside its place, then linked: the first of several processes wins and no reader sees half a key.
  function create(id: string): Buffer {
    const fresh = join(dir, `.${randomBytes(6).toString('hex')}`)
    writeFileSync(fresh, randomBytes(32), { mode: 0o600 })
    try {
      linkSync(fresh, fileOf(id))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    } finally {
      rmSync(fresh)
    }
    chmodSync(fileOf(id), 0o600)
    return read(id)!
  }

  const fileOf = (id: string) => join(dir, `${id.replace(':', '-')}.key`)
  const named = (id: string): NamedKey => ({ id, key: read(id) ?? create(id) })

  return {
    intakeKey: day => named(`day:${day}`),
    kek: () => named('kek:1'),
    derived: purpose => Buffer.from(hkdfSync('sha256', named('kek:1').key, '', purpose, 32)),
    keyOf(id) {
      const key = read(id)
      if (!key) throw new HubError('HUB_SECURITY_KEY_GONE', { keyId: id })
      return key
    },
    destroyIntakeBefore(day) {
      const old = readdirSync(dir).filter(name => /^day-\d{4}-\d\d-\d\d\.key$/.test(name) && name.slice(4, 14) < day)
      for (const name of old) {
        rmSync(join(dir, name))
        cache.delete(`day:${name.slice(4, 14)}`)
      }
      return old.map(name => `day:${name.slice(4, 14)}`)
    },
  }
}

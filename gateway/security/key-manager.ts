// The key manager: intake keys by day, key-encryption keys, the hub's own root key. The only state that cannot be rebuilt from
// Kafka. By default files of mode 600 in one directory; several processes may share it.
import { createSecretKey, hkdfSync } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { HubError } from '#schemas/errors.ts'
import { type NamedKey, randomKey } from './sealing.ts'

export interface KeyManager {
  /** Key of an intake day (`yyyy-MM-dd`), made on first use; never made again once destroyed (HUB_SECURITY_KEY_GONE). */
  intakeKey(day: string): NamedKey
  /** Key of an id `day:…` or `kek:…`; HUB_SECURITY_KEY_GONE when there is none. */
  keyOf(id: string): Buffer
  /** The newest key-encryption key; wraps proceeding keys. */
  kek(): NamedKey
  /** 32 bytes for one named purpose of the hub itself, such as signing cursors. Outlives every other key. */
  derived(purpose: string): Buffer
  /** Destroys all intake keys of days before this one and returns their ids: what they sealed can never be read again. */
  destroyIntakeBefore(day: string): readonly string[]
}

const dayPattern = /^\d{4}-\d{2}-\d{2}$/
const idPattern = /^(day:\d{4}-\d{2}-\d{2}|kek:\d{1,9}|root:1)$/
const marker = 'destroyed-before'

export function fileKeyManager(directory: string): KeyManager {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const known = new Map<string, NamedKey>()
  const newest = newestKek(directory)
  let destroyedBefore = readMarker(directory)

  const load = (id: string): NamedKey | undefined => {
    const cached = known.get(id)
    if (cached) return cached
    const key = idPattern.test(id) ? readKey(join(directory, fileOf(id))) : undefined
    if (key === undefined) return undefined
    const named = { id, key, handle: createSecretKey(key) }
    known.set(id, named)
    return named
  }
  const need = (id: string): NamedKey => {
    const found = load(id)
    if (!found) throw new HubError('HUB_SECURITY_KEY_GONE', { key: id })
    return found
  }
  const make = (id: string): NamedKey => {
    const found = load(id)
    if (found) return found
    createKey(directory, fileOf(id))
    return need(id)
  }

  return {
    intakeKey(day) {
      const id = `day:${day}`
      if (!dayPattern.test(day) || day < destroyedBefore) throw new HubError('HUB_SECURITY_KEY_GONE', { key: id })
      return make(id)
    },
    keyOf: id => need(id).key,
    kek: () => make(`kek:${newest()}`),
    derived: purpose => Buffer.from(hkdfSync('sha256', make('root:1').key, '', purpose, 32)),
    destroyIntakeBefore(day) {
      if (!dayPattern.test(day)) throw new HubError('HUB_SECURITY_KEY_GONE', { key: `day:${day}` })
      if (day <= destroyedBefore) return []
      destroyedBefore = day
      writeDurably(directory, marker, day)
      const gone: string[] = []
      for (const file of readdirSync(directory)) {
        const old = /^day-(.+)\.key$/.exec(file)?.[1]
        if (old === undefined || old >= day) continue
        known.delete(`day:${old}`)
        rmSync(join(directory, file), { force: true })
        gone.push(`day:${old}`)
      }
      return gone
    },
  }
}

function fileOf(id: string): string {
  return `${id.replace(':', '-')}.key`
}

/** Another process may have made a newer one; the directory is read again only when something in it has changed. */
function newestKek(directory: string): () => number {
  let changedAt = -1n
  let number = 1
  return () => {
    const { mtimeNs } = statSync(directory, { bigint: true })
    if (mtimeNs === changedAt) return number
    const found = readdirSync(directory).map(file => Number(/^kek-(\d+)\.key$/.exec(file)?.[1] ?? 0))
    number = Math.max(1, ...found)
    changedAt = mtimeNs
    return number
  }
}

function readKey(file: string): Buffer | undefined {
  if (!existsSync(file)) return undefined
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64')
  if (key.length !== 32) throw new HubError('HUB_SECURITY_KEY_UNREADABLE', { file })
  return key
}

function readMarker(directory: string): string {
  const file = join(directory, marker)
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : ''
}

/** A key is on disk before it seals anything. The first of two processes wins: link never overwrites. */
function createKey(directory: string, name: string): void {
  const draft = writeDraft(directory, name, `${randomKey().toString('base64')}\n`)
  try {
    linkSync(draft, join(directory, name))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(draft, { force: true })
  }
  syncDirectory(directory)
}

function writeDurably(directory: string, name: string, text: string): void {
  renameSync(writeDraft(directory, name, text), join(directory, name))
  syncDirectory(directory)
}

function writeDraft(directory: string, name: string, text: string): string {
  const draft = join(directory, `${name}.${process.pid}.draft`)
  rmSync(draft, { force: true })
  const file = openSync(draft, 'wx', 0o600)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  return draft
}

function syncDirectory(directory: string): void {
  const file = openSync(directory, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

// An exchange folder on an SFTP server. One connection, opened when it is needed and anew when it was lost; a server that
// does not show the host key of the configuration is never spoken to.
import type { FileEntryWithStats, SFTPWrapper, Stats } from 'ssh2'
import { HubError, isHubError } from '#schemas/errors.ts'
import type { WayConfig } from '#schemas/transport.ts'
import { type Folder, type FolderEntry, partEnding } from './port.ts'
import { SftpSession } from './sftp-session.ts'

/** Status codes of SFTP version 3. */
const endOfFile = 1
const noSuchFile = 2
const failure = 4

const pieceBytes = 256 << 10

export function sftpFolder(way: WayConfig): Folder {
  return new SftpFolder(way)
}

class SftpFolder implements Folder {
  readonly #session: SftpSession
  readonly #root: string

  constructor(way: WayConfig) {
    this.#session = new SftpSession(way)
    const path = decodeURIComponent(new URL(way.url).pathname)
    // `sftp://host/~/x` is relative to the account's home, as curl and others read it.
    this.#root = path.startsWith('/~/') ? path.slice(3) : path
  }

  async list(path: string): Promise<readonly FolderEntry[]> {
    await this.#realFolder(path)
    const found = await this.#session.call<FileEntryWithStats[]>((sftp, done) => sftp.readdir(this.#at(path), done))
    return found
      .filter(one => one.filename !== '.' && one.filename !== '..')
      .map(one => entryOf(one.filename, one.attrs))
  }

  async look(path: string): Promise<FolderEntry | undefined> {
    const found = await this.#status(path)
    return found && entryOf(path.split('/').at(-1)!, found)
  }

  async *read(path: string): AsyncIterable<Uint8Array> {
    const found = await this.look(path)
    if (found?.kind !== 'file') throw new HubError('HUB_FILE_REFUSED', { rule: 'NO_PLAIN_FILE' })
    const { call } = this.#session
    const handle = await call<Buffer>((sftp, done) => sftp.open(this.#at(path), 'r', done))
    try {
      for (let at = 0; ; ) {
        const piece = Buffer.allocUnsafe(pieceBytes)
        const read = await call<number>((sftp, done) => sftp.read(handle, piece, 0, pieceBytes, at, done)).catch(atEnd)
        if (read === 0) return
        yield piece.subarray(0, read)
        at += read
      }
    } finally {
      // Gone with its connection where that broke.
      await call<void>((sftp, done) => sftp.close(handle, done)).catch(() => undefined)
    }
  }

  async write(path: string, bytes: Uint8Array): Promise<void> {
    const part = `${path}${partEnding}`
    try {
      await this.#writeWhole(part, bytes)
    } catch (error) {
      await this.remove(part).catch(() => undefined)
      throw error
    }
    try {
      if (!(await this.rename(part, path))) throw new HubError('HUB_FOLDER_FAILED', { cause: 'PART_GONE' })
    } catch (error) {
      if (!isHubError(error, 'HUB_FOLDER_FAILED') || error.facts.cause !== 'CUT') throw error
      throw new HubError('HUB_FOLDER_CUT', { cause: 'RENAME' }, error)
    }
  }

  async rename(from: string, to: string): Promise<boolean> {
    if (from === to) return (await this.look(from)) !== undefined
    try {
      await this.#session.call<void>((sftp, done) => renameOf(sftp)(this.#at(from), this.#at(to), done))
      return true
    } catch (error) {
      const code = statusOf(error)
      if (code !== noSuchFile && code !== failure) throw error
      if ((await this.#status(from)) === undefined && (await this.#folderOf(to))) return false
      if (code !== failure || (await this.#status(to)) === undefined) throw error
      // A server that cannot replace: the old file goes first.
      await this.remove(to)
      return this.rename(from, to)
    }
  }

  async remove(path: string): Promise<void> {
    try {
      await this.#session.call<void>((sftp, done) => sftp.unlink(this.#at(path), done))
    } catch (error) {
      if (statusOf(error) !== noSuchFile) throw error
    }
  }

  async makeFolder(path: string): Promise<void> {
    if ((await this.look(path))?.kind === 'folder') return
    try {
      await this.#session.call<void>((sftp, done) => sftp.mkdir(this.#at(path), done))
    } catch (error) {
      // Another process made it in between.
      if ((await this.look(path))?.kind !== 'folder') throw error
    }
  }

  close(): Promise<void> {
    return this.#session.close()
  }

  #at(path: string): string {
    return path === ''
      ? this.#root || '.'
      : `${this.#root}${this.#root === '' || this.#root.endsWith('/') ? '' : '/'}${path}`
  }

  async #status(path: string): Promise<Stats | undefined> {
    try {
      return await this.#session.call<Stats>((sftp, done) => sftp.lstat(this.#at(path), done))
    } catch (error) {
      if (statusOf(error) === noSuchFile) return undefined
      throw error
    }
  }

  async #folderOf(path: string): Promise<boolean> {
    return (await this.look(path.split('/').slice(0, -1).join('/')))?.kind === 'folder'
  }

  /** Who may write into the exchange folder must not lead the hub elsewhere by a link. */
  async #realFolder(path: string): Promise<void> {
    const parts = path.split('/')
    for (let n = 1; n <= parts.length; n++) {
      const found = await this.look(parts.slice(0, n).join('/'))
      if (found?.kind !== 'folder') throw new HubError('HUB_FOLDER_FAILED', { cause: found ? 'NO_FOLDER' : 'ENOENT' })
    }
  }

  async #writeWhole(path: string, bytes: Uint8Array): Promise<void> {
    const { call } = this.#session
    const data = Buffer.from(bytes)
    const handle = await call<Buffer>((sftp, done) => sftp.open(this.#at(path), 'w', 0o640, done))
    try {
      if (data.length > 0) await call<void>((sftp, done) => sftp.write(handle, data, 0, data.length, 0, done))
      await call<void>((sftp, done) => flush(sftp, handle, done))
    } finally {
      await call<void>((sftp, done) => sftp.close(handle, done))
    }
  }
}

type Done = (error?: Error | null) => void

// Both are extensions of OpenSSH, which the client refuses by an error where the server does not name them.
function renameOf(sftp: SFTPWrapper): (from: string, to: string, done: Done) => void {
  return (from, to, done) => {
    try {
      sftp.ext_openssh_rename(from, to, done)
    } catch {
      sftp.rename(from, to, done)
    }
  }
}

function flush(sftp: SFTPWrapper, handle: Buffer, done: Done): void {
  try {
    sftp.ext_openssh_fsync(handle, error => done(error))
  } catch {
    done()
  }
}

function atEnd(error: unknown): number {
  if (statusOf(error) === endOfFile) return 0
  throw error
}

function statusOf(error: unknown): unknown {
  return isHubError(error, 'HUB_FOLDER_FAILED') ? error.facts.status : undefined
}

function entryOf(name: string, attrs: Stats): FolderEntry {
  const format = attrs.mode & 0o170_000
  const kind = format === 0o100_000 ? 'file' : format === 0o040_000 ? 'folder' : 'other'
  return { name, kind, size: attrs.size, modifiedAt: attrs.mtime * 1000 }
}

// An exchange folder on a disk of this machine, or one mounted there.
import { constants } from 'node:fs'
import { type FileHandle, lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HubError, isHubError } from '#schemas/errors.ts'
import { type Folder, type FolderEntry, partEnding } from './port.ts'

const pieceBytes = 256 << 10

/** @param url file:///… of the folder */
export function localFolder(url: string): Folder {
  return new LocalFolder(fileURLToPath(url))
}

class LocalFolder implements Folder {
  readonly #root: string

  constructor(root: string) {
    this.#root = root
  }

  list(path: string): Promise<readonly FolderEntry[]> {
    return guarded(async () => {
      const dir = await this.#real(path)
      const found = await Promise.all((await readdir(dir)).map(name => entryAt(join(dir, name), name)))
      return found.filter(entry => entry !== undefined)
    })
  }

  look(path: string): Promise<FolderEntry | undefined> {
    return guarded(async () => entryAt(await this.#file(path), path.split('/').at(-1)!))
  }

  async *read(path: string): AsyncIterable<Uint8Array> {
    const file = await guarded(async () => this.#openPlain(await this.#file(path)))
    try {
      for (;;) {
        const piece = Buffer.allocUnsafe(pieceBytes)
        const { bytesRead } = await guarded(() => file.read(piece, 0, pieceBytes))
        if (bytesRead === 0) return
        yield piece.subarray(0, bytesRead)
      }
    } finally {
      await file.close()
    }
  }

  write(path: string, bytes: Uint8Array): Promise<void> {
    return guarded(async () => {
      const place = await this.#file(path)
      const part = `${place}${partEnding}`
      try {
        await writeWhole(part, bytes)
        await rename(part, place)
      } catch (error) {
        await rm(part, { force: true }).catch(() => undefined)
        throw error
      }
      await flushFolder(dirname(place))
    })
  }

  rename(from: string, to: string): Promise<boolean> {
    return guarded(async () => {
      const [source, target] = [await this.#file(from), await this.#file(to)]
      try {
        await rename(source, target)
        return true
      } catch (error) {
        // A missing target folder is a fault; a missing source is the answer.
        if (codeOf(error) !== 'ENOENT' || !(await isThere(dirname(target)))) throw error
        return false
      }
    })
  }

  remove(path: string): Promise<void> {
    return guarded(async () => rm(await this.#file(path), { force: true }))
  }

  makeFolder(path: string): Promise<void> {
    return guarded(async () => {
      const dir = await this.#file(path)
      await mkdir(dir).catch(error => {
        if (codeOf(error) !== 'EEXIST') throw error
      })
    })
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  async #file(path: string): Promise<string> {
    const parts = path.split('/')
    return join(await this.#real(parts.slice(0, -1).join('/')), parts.at(-1)!)
  }

  /** Who may write into the exchange folder must not lead the hub out of it by a link. */
  async #real(path: string): Promise<string> {
    let dir = this.#root
    for (const part of path.split('/').filter(one => one !== '')) {
      dir = join(dir, part)
      if (!(await lstat(dir)).isDirectory()) throw new HubError('HUB_FOLDER_FAILED', { cause: 'NO_FOLDER' })
    }
    return dir
  }

  async #openPlain(place: string): Promise<FileHandle> {
    const file = await open(place, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(error => {
      throw codeOf(error) === 'ELOOP' ? new HubError('HUB_FILE_REFUSED', { rule: 'NO_PLAIN_FILE' }) : error
    })
    if ((await file.stat()).isFile()) return file
    await file.close()
    throw new HubError('HUB_FILE_REFUSED', { rule: 'NO_PLAIN_FILE' })
  }
}

async function entryAt(place: string, name: string): Promise<FolderEntry | undefined> {
  try {
    const found = await lstat(place)
    const kind = found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other'
    return { name, kind, size: found.size, modifiedAt: found.mtimeMs }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

async function isThere(dir: string): Promise<boolean> {
  return (await entryAt(dir, '')) !== undefined
}

async function writeWhole(place: string, bytes: Uint8Array): Promise<void> {
  const file = await open(place, 'w', 0o640)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** The new name itself must survive a power cut; some mounted file systems cannot be asked for that. */
async function flushFolder(dir: string): Promise<void> {
  const handle = await open(dir, constants.O_RDONLY).catch(() => undefined)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}

async function guarded<T>(use: () => Promise<T>): Promise<T> {
  try {
    return await use()
  } catch (error) {
    if (isHubError(error)) throw error
    throw new HubError('HUB_FOLDER_FAILED', { cause: codeOf(error) }, error)
  }
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown }).code ?? 'unknown')
}

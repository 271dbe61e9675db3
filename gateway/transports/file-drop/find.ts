// One claimed file: read piece by piece, answered, put away. A file that changes while it is read was not whole.
import type { ItemResult } from '#connectors/sdk.ts'
import { HubError, isHubError } from '#schemas/errors.ts'
import { openStream } from '../../formats/reader.ts'
import type { Find, Problem, SourceItem } from '../../sources/port.ts'
import type { Folder, FolderEntry } from '../folder/port.ts'
import { Ack } from './ack.ts'
import { type Claims, type Held, leaseMs, markOf, pathOf } from './claims.ts'
import type { FileKind } from './inbox.ts'
import { ackEnding, doneFolder, failedFolder, shownName } from './names.ts'

export interface FindParts {
  readonly folder: Folder
  readonly claims: Claims
  readonly now: () => Date
  /** What this file throws of folders is the source's to name. */
  readonly fault: (error: unknown) => unknown
  /** It must be read again: at once, or when its writer may have finished. */
  readonly again: (isUnfinished: boolean) => void
  /** May a file that cannot be read still be half-written? */
  readonly mayBeUnfinished: () => boolean
}

export class FileFind implements Find {
  readonly message: string
  readonly name: string
  readonly #parts: FindParts
  readonly #kind: FileKind
  readonly #ack = new Ack()
  #held: Held
  readonly #hasMark: boolean
  #isUnfinished = false

  constructor(parts: FindParts, held: Held, hasMark: boolean, kind: FileKind) {
    this.message = kind.message
    this.name = shownName(held.name)
    this.#parts = parts
    this.#kind = kind
    this.#held = held
    this.#hasMark = hasMark
  }

  async *items(): AsyncIterable<readonly SourceItem[]> {
    const { about, format, isMute } = this.#kind
    if (isMute) return
    const before = await this.#look()
    if (before.kind !== 'file') throw new HubError('HUB_FILE_REFUSED', { rule: 'NO_PLAIN_FILE' })
    let broken: unknown
    const source = this.#source(error => {
      broken = error
    })
    try {
      if (before.size === 0) throw new HubError('HUB_FILE_REFUSED', { rule: 'EMPTY_FILE' })
      for await (const reads of openStream(source, undefined, format))
        yield about ? reads.map(read => ({ ...read, about })) : reads
    } catch (error) {
      if (broken !== undefined) throw broken
      if (isHubError(error)) await this.#mustBeWhole(before, error)
      throw error
    }
    await this.#mustBeWhole(before)
  }

  async settled(results: readonly ItemResult[]): Promise<void> {
    this.#ack.add(results)
    if (this.#parts.now().getTime() - this.#held.at > leaseMs / 4) await this.#keep()
  }

  async end(problem?: Problem): Promise<void> {
    try {
      await this.#keep()
      await this.#guarded(() => this.#putAway(problem))
    } catch (error) {
      this.#parts.again(false)
      throw error
    }
  }

  async release(): Promise<void> {
    this.#parts.again(this.#isUnfinished)
  }

  /** In this order a crash at any point makes a repeat and loses no answer: answer, mark, file. */
  async #putAway(problem: Problem | undefined): Promise<void> {
    const { folder, now } = this.#parts
    const { inbox, name } = this.#held
    if (inbox.ack) await folder.write(`${inbox.folder}/${name}${ackEnding}`, this.#ack.toBytes(name, now(), problem))
    if (this.#hasMark) await folder.remove(markOf(this.#held))
    const place = this.#ack.isFailure(problem) ? failedFolder : doneFolder
    await folder.rename(pathOf(this.#held), await this.#free(`${inbox.folder}/${place}/${name}`))
  }

  /** Holds on to the claim; throws HUB_FILE_LOST when another process has it. */
  async #keep(): Promise<void> {
    const held = await this.#guarded(() => this.#parts.claims.renew(this.#held, this.#hasMark))
    if (!held) throw new HubError('HUB_FILE_LOST')
    this.#held = held
  }

  /** An earlier file of the same name stays as it is. */
  async #free(path: string): Promise<string> {
    const isTaken = await this.#parts.folder.look(path)
    return isTaken ? `${path}~${this.#parts.now().getTime()}` : path
  }

  async #look(): Promise<FolderEntry> {
    const entry = await this.#guarded(() => this.#parts.folder.look(pathOf(this.#held)))
    if (!entry) throw new HubError('HUB_FILE_LOST')
    return entry
  }

  async #mustBeWhole(before: FolderEntry, error?: HubError): Promise<void> {
    const after = await this.#look()
    const hasChanged = after.size !== before.size || after.modifiedAt !== before.modifiedAt
    if (!hasChanged && !(error && !error.entry.retryable && this.#parts.mayBeUnfinished())) return
    this.#isUnfinished = true
    throw new HubError('HUB_FILE_CHANGED')
  }

  // A reader may take a broken connection for a broken file: what the folder threw is kept beside it.
  async *#source(broke: (error: unknown) => void): AsyncIterable<Uint8Array> {
    try {
      yield* this.#parts.folder.read(pathOf(this.#held))
    } catch (error) {
      broke(this.#parts.fault(error))
      throw error
    }
  }

  async #guarded<T>(use: () => Promise<T>): Promise<T> {
    try {
      return await use()
    } catch (error) {
      throw this.#parts.fault(error)
    }
  }
}

// The way file-drop: takes the files that a system has laid out whole, one after the other, each for one process alone.
// Files that are not whole, not plain or of no message stay where they are and are told about.
import { HubError, isHubError } from '#schemas/errors.ts'
import type { Find, Source, SourceParts } from '../../sources/port.ts'
import { openFolder } from '../folder/open.ts'
import type { Folder } from '../folder/port.ts'
import { Claims, type Held, leaseMs } from './claims.ts'
import { FileFind } from './find.ts'
import { type Inbox, inboxesOf, lookInto } from './inbox.ts'
import { doneFolder, failedFolder, takenFolder } from './names.ts'
import { Noticed } from './noticed.ts'

/** How long a file that cannot be read and bears no mark may still be under way. */
const unfinishedMs = 60_000
const unfinishedRestMs = 3000

export function fileSource(parts: SourceParts): Source {
  return new FileSource(parts, openFolder(parts.way))
}

interface Kept {
  readonly held: Held
  readonly hasMark: boolean
  readonly notBefore: number
  /** When it was first read. */
  readonly since: number
}

class FileSource implements Source {
  readonly #parts: SourceParts
  readonly #folder: Folder
  readonly #inboxes: readonly Inbox[]
  readonly #claims: Claims
  readonly #noticed: Noticed
  /** Claimed files to be read again. */
  #kept: Kept[] = []
  #whole: { inbox: Inbox; name: string }[] = []
  #isReady = false
  #nextSweep = 0

  constructor(parts: SourceParts, folder: Folder) {
    this.#parts = parts
    this.#folder = folder
    this.#inboxes = inboxesOf(parts.connector.manifest)
    this.#claims = new Claims(folder, parts.slot, () => this.#now())
    this.#noticed = new Noticed(parts)
  }

  async next(): Promise<Find | undefined> {
    try {
      if (!this.#isReady) await this.#prepare()
      if (this.#now() >= this.#nextSweep) await this.#sweep()
      return (await this.#again()) ?? (await this.#fresh())
    } catch (error) {
      throw this.#fault(error)
    }
  }

  close(): Promise<void> {
    return this.#folder.close()
  }

  /** Folders of the hub; those of the system are the system's to make. */
  async #prepare(): Promise<void> {
    for (const { folder } of this.#inboxes)
      for (const name of [takenFolder, doneFolder, failedFolder]) await this.#folder.makeFolder(`${folder}/${name}`)
  }

  /** At the start what this slot had in hand when it died; from then on what others have left lying. */
  async #sweep(): Promise<void> {
    for (const inbox of this.#inboxes) {
      const kept = new Set(this.#kept.filter(one => one.held.inbox === inbox).map(one => one.held.name))
      for (const one of await this.#claims.lapsed(inbox, !this.#isReady))
        if (!kept.has(one.held.name)) this.#kept.push({ ...one, notBefore: 0, since: this.#now() })
    }
    this.#isReady = true
    this.#nextSweep = this.#now() + leaseMs / 4
  }

  async #again(): Promise<Find | undefined> {
    const due = this.#kept.filter(one => one.notBefore <= this.#now())
    this.#kept = this.#kept.filter(one => !due.includes(one))
    while (due.length > 0) {
      const { held, hasMark, since } = due.shift()!
      const taken = await this.#claims.renew(held, hasMark)
      const find = taken && this.#find(taken, hasMark, since)
      if (!find) continue
      this.#kept.unshift(...due)
      return find
    }
    return undefined
  }

  async #fresh(): Promise<Find | undefined> {
    if (this.#whole.length === 0) await this.#look()
    for (;;) {
      const one = this.#whole.shift()
      if (!one) return undefined
      const held = await this.#claims.take(one.inbox, one.name)
      const find = held && this.#find(held, held.inbox.marked, this.#now())
      if (find) return find
    }
  }

  async #look(): Promise<void> {
    for (const inbox of this.#inboxes) {
      const looked = await lookInto(this.#folder, inbox)
      this.#noticed.looked(inbox, looked)
      this.#whole.push(...looked.whole.map(name => ({ inbox, name })))
    }
  }

  #find(held: Held, hasMark: boolean, since: number): Find | undefined {
    const kind = held.inbox.kindOf(held.name)
    if (!kind) return undefined
    const parts = {
      folder: this.#folder,
      claims: this.#claims,
      now: this.#parts.now,
      fault: (error: unknown) => this.#fault(error),
      again: (held: Held, hasMark: boolean, isUnfinished: boolean) =>
        void this.#kept.push({ held, hasMark, since, notBefore: isUnfinished ? this.#now() + unfinishedRestMs : 0 }),
      mayBeUnfinished: () => !held.inbox.marked && this.#now() - since < unfinishedMs,
    }
    return new FileFind(parts, held, hasMark, kind)
  }

  #fault(error: unknown): unknown {
    if (!isHubError(error, 'HUB_FOLDER_FAILED', 'HUB_FOLDER_CUT', 'HUB_FOLDER_HOST_KEY')) return error
    const cause = String(error.facts.cause ?? error.code)
    return new HubError('HUB_SOURCE_UNREACHABLE', { system: this.#parts.system.id, way: 'file-drop', cause }, error)
  }

  #now(): number {
    return this.#parts.now().getTime()
  }
}

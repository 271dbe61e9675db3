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

/** A claimed file that must be read again. */
interface Kept {
  readonly held: Held
  readonly hasMark: boolean
}

/** What is remembered of a file that looked half-written. */
interface Unfinished {
  readonly since: number
  readonly notBefore: number
}

class FileSource implements Source {
  readonly #parts: SourceParts
  readonly #folder: Folder
  readonly #inboxes: readonly Inbox[]
  readonly #claims: Claims
  readonly #noticed: Noticed
  #kept: Kept[] = []
  #unfinished = new Map<string, Unfinished>()
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
      this.#nextSweep = 0
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
    this.#isReady = true
  }

  /** What this slot has in hand from before, since it died or something failed, and what others have left lying. */
  async #sweep(): Promise<void> {
    this.#kept = []
    const unfinished = new Map<string, Unfinished>()
    for (const inbox of this.#inboxes) {
      for (const one of await this.#claims.free(inbox)) {
        const before = this.#unfinished.get(placeOf(one.held))
        if (before) unfinished.set(placeOf(one.held), before)
        this.#kept.push(one)
      }
    }
    this.#unfinished = unfinished
    this.#nextSweep = this.#now() + leaseMs / 4
  }

  async #again(): Promise<Find | undefined> {
    const isDue = ({ held }: Kept) => (this.#unfinished.get(placeOf(held))?.notBefore ?? 0) <= this.#now()
    for (let one = this.#kept.find(isDue); one; one = this.#kept.find(isDue)) {
      this.#kept.splice(this.#kept.indexOf(one), 1)
      const held = await this.#claims.renew(one.held, one.hasMark)
      const find = held && this.#find(held, one.hasMark)
      if (find) return find
    }
    return undefined
  }

  async #fresh(): Promise<Find | undefined> {
    if (this.#whole.length === 0) await this.#look()
    for (;;) {
      const one = this.#whole.shift()
      if (!one) return undefined
      const held = await this.#claims.take(one.inbox, one.name)
      const find = held && this.#find(held, held.inbox.marked)
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

  #find(held: Held, hasMark: boolean): Find | undefined {
    const kind = held.inbox.kindOf(held.name)
    if (!kind) return undefined
    const since = this.#unfinished.get(placeOf(held))?.since ?? this.#now()
    const parts = {
      folder: this.#folder,
      claims: this.#claims,
      now: this.#parts.now,
      fault: (error: unknown) => this.#fault(error),
      again: (isUnfinished: boolean) => {
        const notBefore = isUnfinished ? this.#now() + unfinishedRestMs : 0
        this.#unfinished.set(placeOf(held), { since, notBefore })
        this.#nextSweep = 0
      },
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

function placeOf({ inbox, name }: Held): string {
  return `${inbox.folder}/${name}`
}

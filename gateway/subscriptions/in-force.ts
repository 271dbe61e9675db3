// The subscriptions in force in this process: those of the configuration, and over them what the registry tells.
import type { Subscription } from '#schemas/files.ts'
import type { Position } from '../deliver/cursor.ts'
import type { InRecord } from '../kafka/port.ts'
import type { KeyManager } from '../security/key-manager.ts'
import { type Entry, idOf, type Kept, readEntry } from './entry.ts'
import { isValid, openSecrets } from './secrets.ts'

export interface InForceDeps {
  readonly configured: readonly Subscription[]
  readonly keys: Pick<KeyManager, 'kek' | 'keyOf'>
  readonly now: () => Date
  readonly log: { info(facts: object, text: string): void; error(facts: object, text: string): void }
}

export class Subscriptions {
  readonly #deps: InForceDeps
  readonly #configured: ReadonlyMap<string, Subscription>
  readonly #told = new Map<string, Entry>()
  readonly #secrets = new Map<string, readonly string[]>()
  readonly #listeners = new Set<() => void>()
  #all: readonly Subscription[]

  constructor(deps: InForceDeps) {
    this.#deps = deps
    this.#configured = new Map(deps.configured.map(one => [one.id, one]))
    this.#all = deps.configured
  }

  /** As they are now, by id where the configuration does not order them. The list never changes: a change makes another one, so
   *  whoever holds it holds one state. */
  all(): readonly Subscription[] {
    return this.#all
  }

  get(id: string): Subscription | undefined {
    return this.#all.find(one => one.id === id)
  }

  /** What the registry says of it; undefined: nothing, the configuration counts. */
  entryOf(id: string): Entry | undefined {
    return this.#told.get(id)
  }

  removed(): string[] {
    return [...this.#told].filter(([, entry]) => 'removed' in entry).map(([id]) => id)
  }

  /** A webhook's secrets, the newest first; the same list as long as nothing has changed. Throws when they cannot be opened: then nothing may be sent. */
  secretsOf(id: string): readonly string[] {
    const kept = this.#keptOf(id)
    if (kept) return this.#opened(id, kept)
    const door = this.#configured.get(id)?.door
    return door?.kind === 'webhook' ? door.secrets : []
  }

  /** Where its own life begins; null: at the start of its topic. */
  beginOf(id: string): Position | null {
    const begin = this.#keptOf(id)?.begin
    return begin ? { topicId: begin.topicId, offsets: begin.offsets.map(BigInt) } : null
  }

  /** Called after each change, in the order of the log. */
  follow(listener: () => void): void {
    this.#listeners.add(listener)
  }

  hear(record: InRecord): void {
    const id = idOf(record)
    const entry = record.value === null ? undefined : readEntry(record)
    if (record.value !== null && !entry) {
      this.#deps.log.error({ subscription: id, offset: String(record.offset) }, 'subscription.unreadable')
      return
    }
    if (entry) this.#told.set(id, entry)
    else this.#told.delete(id)
    this.#secrets.delete(id)
    this.#all = this.#gathered()
    for (const listener of this.#listeners) listener()
  }

  // Only time takes one away without a word: as many as before are the same as before.
  #opened(id: string, { secrets }: Kept): readonly string[] {
    const now = this.#deps.now()
    const known = this.#secrets.get(id)
    if (known && known.length === secrets.filter(one => isValid(one, now)).length) return known
    const opened = openSecrets(this.#deps.keys, id, secrets, now)
    this.#secrets.set(id, opened)
    return opened
  }

  #keptOf(id: string): Kept | undefined {
    const entry = this.#told.get(id)
    return entry && 'definition' in entry ? entry : undefined
  }

  // In the same order in every process, whatever order it heard of them in.
  #gathered(): Subscription[] {
    const added = [...this.#told.keys()].filter(id => !this.#configured.has(id)).sort()
    const all = [...this.#configured.keys(), ...added].map(id => {
      const entry = this.#told.get(id)
      if (!entry) return this.#configured.get(id)
      return 'definition' in entry ? entry.definition : undefined
    })
    return all.filter(one => one !== undefined)
  }
}

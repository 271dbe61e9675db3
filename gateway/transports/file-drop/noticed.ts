// Tells once about each file that is not taken: one without its mark for hours, one that the hub must not touch.
import type { SourceParts } from '../../sources/port.ts'
import type { Inbox, Looked } from './inbox.ts'
import { shownName } from './names.ts'

/** A sender may take hours over a file; after these somebody should look. */
const overdueMs = 2 * 3_600_000

export class Noticed {
  readonly #parts: SourceParts
  /** By path: since when it has been seen, and whether it was told. */
  #seen = new Map<string, { readonly since: number; told: boolean }>()

  constructor(parts: SourceParts) {
    this.#parts = parts
  }

  looked(inbox: Inbox, { unmarked, refused }: Looked): void {
    const { notice, now } = this.#parts
    const still = new Map([...this.#seen].filter(([path]) => !path.startsWith(`${inbox.folder}/`)))
    const tell = (name: string, kind: 'overdue' | 'refused', isDue: (since: number) => boolean) => {
      const path = `${inbox.folder}/${name}`
      const one = this.#seen.get(path) ?? { since: now().getTime(), told: false }
      still.set(path, one)
      if (one.told || !isDue(one.since)) return
      one.told = true
      notice(kind, shownName(name))
    }
    for (const { name, modifiedAt } of unmarked)
      tell(name, 'overdue', since => now().getTime() - Math.min(since, modifiedAt) > overdueMs)
    for (const name of refused) tell(name, 'refused', () => true)
    this.#seen = still
  }
}

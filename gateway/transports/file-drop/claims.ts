// Claims on files: one atomic rename into `taken/` decides among processes. Where a mark says that a file is whole, the mark is
// claimed first: whoever has it has the file, and no mark is left behind for a later file of the same name.
import type { Folder } from '../folder/port.ts'
import type { Inbox } from './inbox.ts'
import { type Claim, claimOf, doneEnding, takenFolder, takenName } from './names.ts'

/** How long a process may be silent before another takes its files over. */
export const leaseMs = 60_000

export interface Held extends Claim {
  readonly inbox: Inbox
}

export class Claims {
  readonly #folder: Folder
  readonly #slot: string
  readonly #now: () => number

  constructor(folder: Folder, slot: string, now: () => number) {
    this.#folder = folder
    this.#slot = slot
    this.#now = now
  }

  /** undefined: another process was faster. */
  async take(inbox: Inbox, name: string): Promise<Held | undefined> {
    const held = this.#mine(inbox, name)
    const laid = `${inbox.folder}/${name}`
    if (!inbox.marked) return (await this.#folder.rename(laid, pathOf(held))) ? held : undefined
    if (!(await this.#folder.rename(`${laid}${doneEnding}`, markOf(held)))) return undefined
    if (await this.#folder.rename(laid, pathOf(held))) return held
    await this.#folder.remove(markOf(held))
    return undefined
  }

  /** Takes it once more, from a process that is silent or from this one before its claim runs out.
   *  undefined: it is not there any more. */
  async renew(held: Held, hasMark: boolean): Promise<Held | undefined> {
    const next = this.#mine(held.inbox, held.name)
    if (takenName(next) === takenName(held)) return held
    if (hasMark && !(await this.#folder.rename(markOf(held), markOf(next)))) return undefined
    if (await this.#folder.rename(pathOf(held), pathOf(next))) return next
    if (!hasMark) return undefined
    // The other process died between the two renames of its claim.
    if (await this.#folder.rename(`${held.inbox.folder}/${held.name}`, pathOf(next))) return next
    await this.#folder.remove(markOf(next))
    return undefined
  }

  /** What lies in `taken/` of an inbox and nobody works on: claims that ran out, and those of this slot while it has none in
   *  hand. */
  async free(inbox: Inbox): Promise<readonly { held: Held; hasMark: boolean }[]> {
    const entries = await this.#folder.list(`${inbox.folder}/${takenFolder}`)
    const names = new Set(entries.map(entry => entry.name))
    const own = this.#mine(inbox, '').slot
    const found = new Map<string, { held: Held; hasMark: boolean }>()
    for (const name of names) {
      const claim = claimOf(inbox.marked && name.endsWith(doneEnding) ? name.slice(0, -doneEnding.length) : name)
      if (!claim) continue
      const isFree = claim.slot === own || this.#now() - claim.at > leaseMs
      const hasMark = inbox.marked && names.has(`${takenName(claim)}${doneEnding}`)
      if (isFree) found.set(takenName(claim), { held: { ...claim, inbox }, hasMark })
    }
    return [...found.values()].sort((a, b) => a.held.at - b.held.at)
  }

  #mine(inbox: Inbox, name: string): Held {
    const slot = claimOf(takenName({ slot: this.#slot, at: 0, name: '-' }))!.slot
    return { slot, at: this.#now(), name, inbox }
  }
}

export function pathOf(held: Held): string {
  return `${held.inbox.folder}/${takenFolder}/${takenName(held)}`
}

export function markOf(held: Held): string {
  return `${pathOf(held)}${doneEnding}`
}

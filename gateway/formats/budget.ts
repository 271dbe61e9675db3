// What a packed file may come to: a small file that unpacks into a large one is refused while it is still small.
import { HubError } from '#schemas/errors.ts'
import { maxUnpackedBytes } from './limits.ts'

const maxEntries = 100_000
/** Tables and documents of cases pack to a tenth or a fiftieth; only a bomb packs to less than a two-hundredth. */
const maxRatio = 200
/** So much may come out of anything. */
const freeBytes = 256 << 10

export function packedError(rule: string): HubError {
  return new HubError('HUB_RECEIVE_PACKED', { rule })
}

export class Budget {
  #bytes = 0
  #entries = 0

  /** How many entries there were. */
  get entries(): number {
    return this.#entries
  }

  enter(): void {
    this.#entries += 1
    if (this.#entries > maxEntries) throw packedError(`MORE_ENTRIES_THAN_${maxEntries}`)
  }

  /** @param piece just unpacked; the rest is of its entry so far */
  spend(piece: number, unpacked: number, packed: number): void {
    this.#bytes += piece
    if (unpacked > freeBytes + maxRatio * packed) throw packedError(`UNPACKS_OVER_${maxRatio}_TIMES`)
    if (this.#bytes > maxUnpackedBytes)
      throw new HubError('HUB_RECEIVE_TOO_LARGE', { limit: maxUnpackedBytes, pointer: '', rule: 'MAX_BYTES' })
  }
}

// What this process remembers of messages it has stored: idempotency keys, and the latest content of each number.
// Bounded: the oldest is forgotten first. What slips past a memory is caught in correlate.

export interface KeyEntry {
  readonly hash: string
  readonly messageId: string
  /** While it is being stored: settles when the broker has answered. Undefined once stored. */
  storing: Promise<void> | undefined
}

export class KeyMemory {
  readonly #entries = new Map<string, KeyEntry>()
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  get(key: string): KeyEntry | undefined {
    return this.#entries.get(key)
  }

  /** Takes the key for a message on its way to the broker; a message that was not confirmed frees it again. */
  claim(key: string, entry: KeyEntry): void {
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    if (this.#entries.size > this.#limit) this.#entries.delete(this.#entries.keys().next().value!)
    entry.storing?.then(
      () => {
        entry.storing = undefined
      },
      () => {
        if (this.#entries.get(key) === entry) this.#entries.delete(key)
      },
    )
  }
}

export class LatestMemory {
  readonly #hashes = new Map<string, string>()
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Is this the content that was stored last under the number? Remembers it as that. */
  note(numberKey: string, hash: string): boolean {
    if (this.#hashes.get(numberKey) === hash) return true
    this.#hashes.delete(numberKey)
    this.#hashes.set(numberKey, hash)
    if (this.#hashes.size > this.#limit) this.#hashes.delete(this.#hashes.keys().next().value!)
    return false
  }
}

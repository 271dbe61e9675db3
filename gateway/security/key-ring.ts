// Proceeding keys for those who read events: follows the `k:` records of case-state into a store of its own.
import type { Reader } from '../kafka/port.ts'
import type { Store } from '../store/port.ts'
import { unwrapKey } from './sealing.ts'

export interface KeyRing {
  /** The key of a proceeding; waits for it as long as it may still arrive. null: erased. */
  keyOf(proceedingId: string): Promise<Buffer | null>
  stop(): Promise<void>
}

export interface KeyRingDeps {
  readonly reader: Reader
  readonly store: Store
  readonly topic: string
  /** Key-encryption keys by id. */
  readonly keyOf: (id: string) => Buffer
  readonly log: { warn(facts: object, text: string): void }
}

const remembered = 20_000

/** Starts following. A store of another topic, or one ahead of it, is thrown away. */
export async function followKeys(deps: KeyRingDeps): Promise<KeyRing> {
  const ring = new Ring(deps)
  await ring.begin()
  return ring
}

class Ring implements KeyRing {
  readonly #deps: KeyRingDeps
  readonly #open = new Map<string, Buffer>()
  readonly #waiting = new Set<() => void>()
  #next: bigint | 'start' = 'start'
  #stopped = false
  #following: Promise<void> = Promise.resolve()

  constructor(deps: KeyRingDeps) {
    this.#deps = deps
  }

  async begin(): Promise<void> {
    const { reader, store, topic } = this.#deps
    const page = await reader.page(topic, 0, 'end', { maxBytes: 1 })
    const known = store.position('next')
    if (known !== undefined && store.position('topic') === page.topicId && BigInt(known) <= page.end)
      this.#next = BigInt(known)
    else store.clear()
    this.#following = this.#follow()
  }

  async keyOf(proceedingId: string): Promise<Buffer | null> {
    for (;;) {
      const cached = this.#open.get(proceedingId)
      if (cached) return cached
      const stored = this.#deps.store.get(proceedingId)
      if (stored) return stored.length === 0 ? null : this.#unwrap(proceedingId, stored)
      if (this.#stopped) return null
      await new Promise<void>(done => this.#waiting.add(done))
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#wake()
    await this.#following
  }

  #unwrap(id: string, stored: Buffer): Buffer {
    const { kek, wrapped } = JSON.parse(stored.toString()) as { kek: string; wrapped: string }
    const key = unwrapKey(Buffer.from(wrapped, 'base64'), this.#deps.keyOf(kek))
    if (this.#open.size >= remembered) this.#open.delete(this.#open.keys().next().value!)
    this.#open.set(id, key)
    return key
  }

  async #follow(): Promise<void> {
    const { reader, topic, log } = this.#deps
    while (!this.#stopped) {
      try {
        const page = await reader.page(topic, 0, this.#next, { waitMs: 500 })
        this.#take(page.records, page.next, page.topicId)
      } catch (error) {
        if (this.#stopped) return
        log.warn({ error: (error as Error).name }, 'keys.unreadable')
        await new Promise(done => setTimeout(done, 500))
      }
    }
  }

  #take(records: readonly { key: string | null; value: Buffer | null }[], next: bigint, topicId: string): void {
    if (next === this.#next) return
    const changes = records
      .filter(one => one.key?.startsWith('k:'))
      .map(one => [one.key!.slice(2), one.value ?? Buffer.alloc(0)] as const)
    // An erased key leaves an empty entry: a reader must be told "erased", not wait for ever.
    for (const [id, value] of changes) if (value.length === 0) this.#open.delete(id)
    this.#deps.store.write(changes, { next: String(next), topic: topicId })
    this.#next = next
    if (changes.length > 0) this.#wake()
  }

  #wake(): void {
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }
}

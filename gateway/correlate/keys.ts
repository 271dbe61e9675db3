// Proceeding keys: correlate owns them in case-state; erasing one makes every copy of its personal data unreadable.
import type { Sealed, SealedPart } from '#schemas/canonical/types.ts'
import type { Personal } from '../security/personal.ts'
import { type NamedKey, rewrap, unwrapKey, wrapKey } from '../security/sealing.ts'
import type { CorrelateState } from './state.ts'

export interface KeyDeps {
  readonly randomKey: () => Buffer
  readonly kek: () => NamedKey
  readonly keyOf: (id: string) => Buffer
  readonly personal: Personal
}

const cacheLimit = 50_000

export class ProceedingKeys {
  readonly #deps: KeyDeps
  readonly #open = new Map<string, Buffer>()

  constructor(deps: KeyDeps) {
    this.#deps = deps
  }

  /** The proceeding's key, made on first use and written to case-state with the batch. */
  of(state: CorrelateState, proceedingId: string): NamedKey {
    const id = `p:${proceedingId}`
    const stored = state.get('k', proceedingId)
    const cached = stored && this.#open.get(stored.wrapped)
    if (cached) return { id, key: cached }
    if (stored)
      return {
        id,
        key: this.#remember(
          stored.wrapped,
          unwrapKey(Buffer.from(stored.wrapped, 'base64'), this.#deps.keyOf(stored.kek)),
        ),
      }
    const key = this.#deps.randomKey()
    const kek = this.#deps.kek()
    const wrapped = wrapKey(key, kek).toString('base64')
    state.put('k', proceedingId, { kek: kek.id, wrapped })
    return { id, key: this.#remember(wrapped, key) }
  }

  /** What the event carries: the message's sealed part under the proceeding's key; a partial message adds to what was sealed before. */
  reseal(under: NamedKey, said: Sealed | null, before: Sealed | null, partial: boolean): Sealed | null {
    if (said === null) return before
    const moved = () => rewrap(said, this.#deps.keyOf, under)
    if (before === null || !partial) return moved()
    const keyOf = (id: string) => (id === under.id ? under.key : this.#deps.keyOf(id))
    const had = this.#deps.personal.open(before, keyOf)
    const fresh = this.#deps.personal.open(said, keyOf)
    return this.#deps.personal.seal(addPersonal(had, fresh), under)
  }

  #remember(wrapped: string, key: Buffer): Buffer {
    if (this.#open.size >= cacheLimit) this.#open.delete(this.#open.keys().next().value!)
    this.#open.set(wrapped, key)
    return key
  }
}

function addPersonal(had: SealedPart, said: SealedPart): SealedPart {
  const out = { ...had }
  for (const [name, value] of Object.entries(said)) {
    const empty = value === null || (Array.isArray(value) && value.length === 0)
    if (!empty) (out as Record<string, unknown>)[name] = value
  }
  return out
}

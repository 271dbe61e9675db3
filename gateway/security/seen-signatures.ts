// Remembers which body a signature came with, as long as the signature is fresh: the scheme signs no body.
// Two generations of numbers, each of bounded size; 48 bits of a hash are kept of either.

export interface SeenSignatures {
  /** 'new' or 'same' may pass; 'other' came with other bytes; 'full' cannot be remembered now. */
  note(signature: string, bodyHash: Buffer, now: number): 'new' | 'same' | 'other' | 'full'
  /** A hash unlike any other, for a body that nobody has read. */
  unlike(): Buffer
}

export function seenSignatures(freshMs: number, maxEntries = 1_000_000): SeenSignatures {
  let young = new Map<number, number>()
  let old = new Map<number, number>()
  let turnedAt = Number.NEGATIVE_INFINITY
  let unread = 0
  return {
    unlike() {
      const hash = Buffer.alloc(6)
      hash.writeUIntBE(++unread, 0, 6)
      return hash
    },
    note(signature, bodyHash, now) {
      if (now - turnedAt >= freshMs) {
        old = now - turnedAt >= 2 * freshMs ? new Map() : young
        young = new Map()
        turnedAt = now
      }
      const key = Buffer.from(signature, 'base64').readUIntBE(0, 6)
      const body = bodyHash.readUIntBE(0, 6)
      const before = young.get(key) ?? old.get(key)
      if (before !== undefined) return before === body ? 'same' : 'other'
      if (young.size >= maxEntries) return 'full'
      young.set(key, body)
      return 'new'
    },
  }
}

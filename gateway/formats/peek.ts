// Looks at the beginning of a source before anyone reads it.
import type { Source } from './read.ts'

export interface Peeked {
  /** The first bytes; fewer than asked for only where there are no more. */
  readonly head: Buffer
  /** All of it, the beginning included. Closing it closes the source. */
  readonly whole: Source
}

export async function peek(source: Source, bytes: number): Promise<Peeked> {
  const iterator = source[Symbol.asyncIterator]()
  const parts: Uint8Array[] = []
  let length = 0
  while (length < bytes) {
    const next = await iterator.next()
    if (next.done) break
    parts.push(next.value)
    length += next.value.length
  }
  return { head: Buffer.concat(parts).subarray(0, bytes), whole: joined(parts, iterator) }
}

async function* joined(parts: readonly Uint8Array[], iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* parts
    for (;;) {
      const next = await iterator.next()
      if (next.done) return
      yield next.value
    }
  } finally {
    await iterator.return?.()
  }
}

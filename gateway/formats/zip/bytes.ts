// A source of bytes that is read in parts of known length, and that takes back what was read too much.
import type { Source } from '../read.ts'

export class Bytes {
  readonly #iterator: AsyncIterator<Uint8Array>
  #held: Buffer = Buffer.alloc(0)
  #read = 0

  constructor(source: Source) {
    this.#iterator = source[Symbol.asyncIterator]()
  }

  /** How many bytes were read so far. */
  get read(): number {
    return this.#read
  }

  /** Exactly so many bytes; undefined when there are fewer left. */
  async take(length: number): Promise<Buffer | undefined> {
    const parts: Buffer[] = [this.#held]
    let held = this.#held.length
    while (held < length) {
      const next = await this.#iterator.next()
      if (next.done) return undefined
      parts.push(viewOf(next.value))
      held += next.value.length
    }
    this.#held = parts.length === 1 ? parts[0]! : Buffer.concat(parts)
    return this.#cut(length)
  }

  /** From one to `most` bytes; undefined at the end. */
  async some(most: number): Promise<Buffer | undefined> {
    while (this.#held.length === 0) {
      const next = await this.#iterator.next()
      if (next.done) return undefined
      this.#held = viewOf(next.value)
    }
    return this.#cut(Math.min(most, this.#held.length))
  }

  giveBack(bytes: Buffer): void {
    this.#read -= bytes.length
    const { buffer, byteOffset, length } = bytes
    const isNext = this.#held.buffer === buffer && this.#held.byteOffset === byteOffset + length
    // Mostly they were cut off from what is held: then nothing is copied.
    this.#held = isNext
      ? Buffer.from(buffer, byteOffset, length + this.#held.length)
      : Buffer.concat([bytes, this.#held])
  }

  async close(): Promise<void> {
    await this.#iterator.return?.()
  }

  #cut(length: number): Buffer {
    const cut = this.#held.subarray(0, length)
    this.#held = this.#held.subarray(length)
    this.#read += length
    return cut
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}

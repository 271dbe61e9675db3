// Files out of a wrapping, one after the other → their messages, counted on through all of them. A file that cannot be read is
// refused in its place, and the next one goes on; a wrapping that breaks ends all.
import { HubError, isHubError } from '#schemas/errors.ts'
import type { Read, ReadStream, Source } from './read.ts'

export async function* readFiles(
  files: AsyncIterable<Source>,
  open: (file: Source) => Promise<ReadStream>,
): AsyncGenerator<Read> {
  let index = 0
  for await (const file of files) {
    const held = new HeldFile(file)
    try {
      for await (const chunk of await open(held)) for (const read of chunk) yield { ...read, index: index++ }
    } catch (error) {
      if (held.isBroken || !isHubError(error)) throw error
      yield { index: index++, error }
    }
    await held.skipRest()
  }
}

/** Reading stops early where a reader has seen enough: the file stays open, so that its rest can be skipped. */
class HeldFile implements Source {
  readonly #iterator: AsyncIterator<Uint8Array>
  /** The wrapping itself broke within this file. */
  isBroken = false

  constructor(file: Source) {
    this.#iterator = file[Symbol.asyncIterator]()
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return { next: () => this.#next() }
  }

  async skipRest(): Promise<void> {
    while (!(await this.#next()).done);
  }

  async #next(): Promise<IteratorResult<Uint8Array>> {
    try {
      return await this.#iterator.next()
    } catch (error) {
      this.isBroken = true
      throw error
    }
  }
}

/** A file that came along with messages, but is none of them. */
export function attachment(): HubError {
  return new HubError('HUB_RECEIVE_ATTACHMENT', { rule: 'ATTACHMENT' })
}

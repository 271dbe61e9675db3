// The file parts of a multipart/form-data body, one after the other. Fields beside them are not read.
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Busboy, type BusboyInstance } from '@fastify/busboy'
import { HubError, isHubError } from '#schemas/errors.ts'
import type { Source } from './read.ts'

const limits = { fields: 100, fieldSize: 64 << 10, files: 100, parts: 200, headerPairs: 100, headerSize: 8 << 10 }

/** Throws HUB_RECEIVE_UNREADABLE, also out of a part. Each part must be read to its end before the next one is asked for. */
export async function* partsOf(source: Source, contentType: string): AsyncGenerator<Source> {
  const parts = new Parts(source, contentType)
  try {
    let count = 0
    for (let part = await parts.next(); part; part = await parts.next()) {
      count += 1
      yield part
    }
    if (count === 0) throw unreadable('NO_FILE_PART')
  } finally {
    parts.close()
  }
}

class Parts {
  readonly #waiting: Readable[] = []
  readonly #pumping = new AbortController()
  #current: Readable | undefined
  #isOver = false
  #fault: HubError | undefined
  #wake = (): void => undefined

  constructor(source: Source, contentType: string) {
    const busboy = openBusboy(contentType)
    busboy.on('file', (_field: string, part: Readable) => {
      // Whoever reads the part hears of its error; nobody may be reading it yet.
      part.on('error', () => undefined)
      this.#waiting.push(part)
      this.#wake()
    })
    for (const limit of ['partsLimit', 'filesLimit'] as const)
      busboy.on(limit, () => this.#end(unreadable('MAX_PARTS')))
    pipeline(Readable.from(source), busboy, { signal: this.#pumping.signal }).then(
      () => this.#end(),
      error => this.#end(isHubError(error) ? error : unreadable('NOT_MULTIPART')),
    )
  }

  async next(): Promise<Source | undefined> {
    while (this.#waiting.length === 0 && !this.#isOver) {
      await new Promise<void>(wake => {
        this.#wake = wake
      })
    }
    this.#current = this.#waiting.shift()
    if (!this.#current && this.#fault) throw this.#fault
    return this.#current && this.#read(this.#current)
  }

  close(): void {
    this.#pumping.abort()
  }

  async *#read(part: Readable): Source {
    try {
      yield* part
    } catch {
      throw this.#fault ?? unreadable('NOT_MULTIPART')
    }
  }

  #end(fault?: HubError): void {
    this.#isOver = true
    this.#fault ??= fault
    if (fault) for (const part of [this.#current, ...this.#waiting]) part?.destroy(fault)
    this.#wake()
  }
}

function openBusboy(contentType: string): BusboyInstance {
  try {
    return new Busboy({ headers: { 'content-type': contentType }, limits })
  } catch {
    throw unreadable('NO_BOUNDARY')
  }
}

function unreadable(rule: string): HubError {
  return new HubError('HUB_RECEIVE_UNREADABLE', { pointer: '', rule })
}

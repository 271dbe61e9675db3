// Content-Encoding: gzip, with a limit on what comes out, so that a small bomb stays small.
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, gunzip } from 'node:zlib'
import { HubError, isHubError } from '#schemas/errors.ts'
import { Budget } from './budget.ts'
import type { Source } from './read.ts'

/** Throws HUB_RECEIVE_TOO_LARGE, or HUB_RECEIVE_UNREADABLE when the bytes are no gzip. */
export function inflate(body: Buffer, maxBytes: number): Promise<Buffer> {
  return new Promise((done, failed) => {
    gunzip(body, { maxOutputLength: maxBytes }, (error, plain) => {
      if (!error) done(plain)
      else if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
        failed(new HubError('HUB_RECEIVE_TOO_LARGE', { limit: maxBytes, pointer: '', rule: 'MAX_BYTES' }))
      else failed(notGzip())
    })
  })
}

/** As `inflate`, piece by piece, bounded like a zip file. */
export async function* inflateStream(source: Source): AsyncGenerator<Uint8Array> {
  const engine = createGunzip()
  const budget = new Budget()
  const stopped = new AbortController()
  let packed = 0
  let unpacked = 0
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const part of source) {
      packed += part.length
      yield part
    }
  }
  const pumping = pipeline(Readable.from(counted()), engine, { signal: stopped.signal })
  pumping.catch(() => undefined)
  try {
    for await (const part of engine as AsyncIterable<Buffer>) {
      unpacked += part.length
      budget.spend(part.length, unpacked, packed)
      yield part
    }
    await pumping
  } catch (error) {
    throw isHubError(error) ? error : notGzip()
  } finally {
    stopped.abort()
  }
}

function notGzip(): HubError {
  return new HubError('HUB_RECEIVE_UNREADABLE', { pointer: '', rule: 'NOT_GZIP' })
}

// Content-Encoding: gzip, with a limit on what comes out, so that a small bomb stays small.
import { gunzip } from 'node:zlib'
import { HubError } from '#schemas/errors.ts'

/** Throws HUB_RECEIVE_TOO_LARGE, or HUB_RECEIVE_UNREADABLE when the bytes are no gzip. */
export function inflate(body: Buffer, maxBytes: number): Promise<Buffer> {
  return new Promise((done, failed) => {
    gunzip(body, { maxOutputLength: maxBytes }, (error, plain) => {
      if (!error) done(plain)
      else if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
        failed(new HubError('HUB_RECEIVE_TOO_LARGE', { limit: maxBytes, pointer: '', rule: 'MAX_BYTES' }))
      else failed(new HubError('HUB_RECEIVE_UNREADABLE', { pointer: '', rule: 'NOT_GZIP' }))
    })
  })
}

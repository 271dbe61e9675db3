// How the body of a request is read: a file as it comes, so that its sender is known before any of it is; all else whole.
import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import type { HttpMessage } from '#connectors/sdk.ts'
import { HubError } from '#schemas/errors.ts'
import { inflateStream } from '../formats/gzip.ts'
import { maxFileBytes, maxWholeBytes } from '../formats/limits.ts'
import type { Source } from '../formats/read.ts'
import { fileTypes } from './media-types.ts'

export function addBodyParsers(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: maxWholeBytes }, (_request, body, done) =>
    done(null, body),
  )
  scope.addContentTypeParser(fileTypes, (_request, body, done) => done(null, body))
}

/** The body as it comes, bounded; undefined when it has been read whole. */
export function comingBody(body: unknown): Source | undefined {
  return body instanceof Readable ? bounded(body) : undefined
}

/** Throws HUB_RECEIVE_CONTENT_TYPE for any other encoding than gzip. */
export function isGzip({ headers }: HttpMessage): boolean {
  const encoding = headers['content-encoding']?.trim().toLowerCase()
  if (encoding === 'gzip' || encoding === 'x-gzip') return true
  if (encoding === undefined || encoding === 'identity') return false
  throw new HubError('HUB_RECEIVE_CONTENT_TYPE', { rule: 'CONTENT_ENCODING' })
}

/** The body as it was before compression. */
export function plainSource(source: Source, request: HttpMessage): Source {
  return isGzip(request) ? inflateStream(source) : source
}

async function* bounded(body: Readable): AsyncGenerator<Uint8Array> {
  let bytes = 0
  try {
    for await (const part of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += part.length
      if (bytes > maxFileBytes) break
      yield part
    }
  } catch {
    // The only fault a request's own stream has: its sender went away.
    throw new HubError('HUB_RECEIVE_UNREADABLE', { pointer: '', rule: 'CUT_OFF' })
  } finally {
    // Whatever is not wanted any more is let by: a sender that is cut off in the middle never reads its answer.
    body.resume()
  }
  if (bytes > maxFileBytes)
    throw new HubError('HUB_RECEIVE_TOO_LARGE', { limit: maxFileBytes, pointer: '', rule: 'MAX_BYTES' })
}

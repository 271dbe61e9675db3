// Gathers messages into chunks of bounded size, and bytes into bodies of bounded size.
import { HubError } from '#schemas/errors.ts'
import { maxChunkBytes, maxChunkItems, maxWholeBytes } from './limits.ts'
import { isUnread, type Read, type ReadStream, type Source } from './read.ts'

/** @param reads in order; a chunk is full at 500 messages or 1 MB. What was read before a fault is handed on before the fault is. */
export async function* chunked(reads: AsyncIterable<Read> | Iterable<Read>): ReadStream {
  let chunk: Read[] = []
  let bytes = 0
  try {
    for await (const read of reads) {
      chunk.push(read)
      bytes += isUnread(read) ? 0 : read.bytes.length
      if (chunk.length < maxChunkItems && bytes < maxChunkBytes) continue
      yield chunk
      chunk = []
      bytes = 0
    }
  } catch (error) {
    if (chunk.length > 0) yield chunk
    throw error
  }
  if (chunk.length > 0) yield chunk
}

/** The whole of a source. Throws HUB_RECEIVE_TOO_LARGE. */
export async function gather(source: Source, maxBytes = maxWholeBytes): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of source) {
    bytes += part.length
    if (bytes > maxBytes)
      throw new HubError('HUB_RECEIVE_TOO_LARGE', { limit: maxBytes, pointer: '', rule: 'MAX_BYTES' })
    parts.push(part)
  }
  return Buffer.concat(parts)
}

// The ways into native messages: a body that fits in memory, a file that need not, and what was stored before.
// A message of format `adapter` is its connector's to read; only what it stored, which is JSON, is read here.
import type { Json } from '#connectors/sdk.ts'
import { HubError } from '#schemas/errors.ts'
import type { MessageFormat } from '#schemas/files.ts'
import { chunked, gather } from './chunks.ts'
import { openCsv, parseCsv, streamCsv } from './csv/reader.ts'
import { openForm } from './form-reader.ts'
import { openJson, parseStoredJson } from './json-reader.ts'
import type { ReadStream, Source, Whole } from './read.ts'
import { unwrapped } from './unwrap.ts'
import { openXml, parseXml, streamXml } from './xml/reader.ts'

interface FormatReader {
  /** Of a body in memory, as sent. */
  readonly whole: (bytes: Buffer, contentType: string | undefined, format: MessageFormat) => Whole
  /** Of a file in pieces; left out: it is gathered, and bounded, first. */
  readonly stream?: (source: Source, contentType: string | undefined, format: MessageFormat) => ReadStream
}

const readers: Readonly<Partial<Record<MessageFormat['format'], FormatReader>>> = {
  json: { whole: openJson },
  form: { whole: openForm },
  xml: { whole: openXml, stream: streamXml },
  csv: { whole: openCsv, stream: streamCsv },
}

/** All messages of a body. Throws HUB_RECEIVE_UNREADABLE or HUB_RECEIVE_CONTENT_TYPE where nothing of it can be read. */
export function openWhole(bytes: Buffer, contentType: string | undefined, format: MessageFormat): Whole {
  return readerOf(format).whole(bytes, contentType, format)
}

/** The messages of a file, chunk by chunk, in bounded memory. Its wrapping (zip, multipart) is found by its content and taken
 *  off where the manifest allows it. @param contentType where it came with one; a file on a disk has none */
export function openStream(source: Source, contentType: string | undefined, format: MessageFormat): ReadStream {
  const reader = readerOf(format)
  return unwrapped(source, contentType, format, (file, type) =>
    reader.stream ? reader.stream(file, type, format) : gathered(reader, file, type, format),
  )
}

/** A stored message → its tree again. Its content type says what it was stored as, which a later manifest may not. */
export function parseStored(bytes: Buffer, contentType: string | undefined, format: MessageFormat | undefined): Json {
  const type = contentType?.split(';', 1)[0]
  const stored = type === 'application/xml' ? parseXml : type === 'text/csv' ? parseCsv : parseStoredJson
  return stored(bytes, contentType, format ?? { format: 'json' })
}

async function* gathered(
  reader: FormatReader,
  source: Source,
  contentType: string | undefined,
  format: MessageFormat,
): ReadStream {
  yield* chunked(reader.whole(await gather(source), contentType, format).reads)
}

function readerOf({ format }: MessageFormat): FormatReader {
  const reader = readers[format]
  if (!reader) throw new HubError('HUB_RECEIVE_CONTENT_TYPE', { rule: 'FORMAT' })
  return reader
}

// Takes the wrappings off that a manifest allows, zip in multipart at the most, and finds what is inside by its content.
import { HubError } from '#schemas/errors.ts'
import type { MessageFormat } from '#schemas/files.ts'
import { packedError } from './budget.ts'
import { chunked } from './chunks.ts'
import { attachment, readFiles } from './files.ts'
import { fits, kindBytes, kindOf } from './kinds.ts'
import { partsOf } from './multipart.ts'
import { peek } from './peek.ts'
import type { ReadStream, Source } from './read.ts'
import { entriesOf } from './zip/entries.ts'

export const multipartType = /^\s*multipart\/form-data\b/i

/** Reads a file that has no wrapping. */
export type OpenPlain = (file: Source, contentType: string | undefined) => ReadStream

/** Throws HUB_RECEIVE_CONTENT_TYPE where the wrapping, or what is in a file without one, is not of this message. */
export async function* unwrapped(
  source: Source,
  contentType: string | undefined,
  format: MessageFormat,
  open: OpenPlain,
): ReadStream {
  if (contentType === undefined || !multipartType.test(contentType)) {
    yield* await openFile(source, contentType, format, open)
    return
  }
  if (!format.wrapped?.includes('multipart')) throw new HubError('HUB_RECEIVE_CONTENT_TYPE', { rule: 'MULTIPART' })
  yield* chunked(readFiles(partsOf(source, contentType), part => openInner(part, format, open, true)))
}

async function openFile(
  source: Source,
  contentType: string | undefined,
  format: MessageFormat,
  open: OpenPlain,
): Promise<ReadStream> {
  const { head, whole } = await peek(source, kindBytes)
  const kind = kindOf(head)
  if (kind === 'zip' && format.wrapped?.includes('zip')) return openZip(whole, format, open)
  if (!fits(kind, format) && head.length > 0) throw new HubError('HUB_RECEIVE_CONTENT_TYPE', { rule: 'CONTENT' })
  return open(whole, contentType)
}

// What the files in a wrapping are, their content says; the charset of the request is not theirs.
async function openInner(
  source: Source,
  format: MessageFormat,
  open: OpenPlain,
  mayBeZip: boolean,
): Promise<ReadStream> {
  const { head, whole } = await peek(source, kindBytes)
  const kind = kindOf(head)
  if (kind === 'zip' && !mayBeZip) throw packedError('NESTED')
  if (kind === 'zip' && format.wrapped?.includes('zip')) return openZip(whole, format, open)
  if (head.length === 0) return nothing()
  if (!fits(kind, format)) throw attachment()
  return open(whole, undefined)
}

function openZip(source: Source, format: MessageFormat, open: OpenPlain): ReadStream {
  return chunked(readFiles(entriesOf(source), entry => openInner(entry, format, open, false)))
}

// A folder, or an empty file.
async function* nothing(): ReadStream {}

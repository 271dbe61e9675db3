// One page of a list: is it one at all, which messages stand on it, does it say that there is another?
import type { HttpAnswer, Json } from '#connectors/sdk.ts'
import { timeReader, zoneOf } from '#mappings/engine/index.ts'
import { isHubError } from '#schemas/errors.ts'
import type { MessageFormat } from '#schemas/files.ts'
import type { PollSpec } from '#schemas/transport.ts'
import { decodeText, sniffCharset } from '../../formats/encodings.ts'
import { parseJson } from '../../formats/json.ts'
import { jsonUtf8 } from '../../formats/json-reader.ts'
import { isUnread, type Read } from '../../formats/read.ts'
import { openWhole, parseStored } from '../../formats/reader.ts'
import { contentHash, segmentsOf, valueAt } from '../../receive/content.ts'
import type { Line } from './position.ts'

export type Page =
  | { readonly kind: 'page'; readonly reads: readonly Read[]; readonly more: boolean }
  /** The ticket is no longer good. */
  | { readonly kind: 'expired' }
  /** No page: an error, whatever the status says. */
  | { readonly kind: 'fault'; readonly cause: string }

const beijing = zoneOf('Asia/Shanghai')

/** Throws HUB_RECEIVE_UNREADABLE where the body cannot be read. */
export function readPage(spec: PollSpec, format: MessageFormat, answer: HttpAnswer): Page {
  if (answer.status === 401) return { kind: 'expired' }
  if (answer.status < 200 || answer.status > 299) return { kind: 'fault', cause: `HTTP_${answer.status}` }
  const contentType = answer.headers['content-type']
  const frame = frameOf(spec, format, answer.body, contentType)
  const fault = faultOf(spec, frame)
  if (fault) return fault
  const reads = format.format === 'xml' ? xmlReads(format, answer.body, contentType) : jsonReads(spec, frame)
  if (!reads) return { kind: 'fault', cause: 'NO_LIST' }
  const more = spec.more === undefined ? reads.length >= spec.size : isYes(at(frame, spec.more))
  return { kind: 'page', reads, more: more && reads.length > 0 }
}

/** The page as a tree, for what it says about itself. */
function frameOf(spec: PollSpec, format: MessageFormat, body: Buffer, contentType: string | undefined): Json {
  if (format.format !== 'xml') return parseJson(decodeText(body, sniffCharset(body, contentType)))
  if (!spec.ok && !spec.more) return null
  const { item: _item, lists: _lists, ...xml } = format.xml ?? {}
  return parseStored(body, contentType, { format: 'xml', xml })
}

function faultOf({ ok }: PollSpec, frame: Json): Page | undefined {
  if (!ok) return undefined
  const said = String(at(frame, ok.pointer) ?? '')
  if (ok.is.includes(said)) return undefined
  if (ok.expired?.includes(said)) return { kind: 'expired' }
  return { kind: 'fault', cause: /^\w{1,40}$/.test(said) ? said : 'NOT_OK' }
}

function xmlReads(format: MessageFormat, body: Buffer, contentType: string | undefined): readonly Read[] {
  try {
    return openWhole(body, contentType, format).reads
  } catch (error) {
    // A file without a message is refused; a page without one is the end of the list.
    if (isHubError(error, 'HUB_RECEIVE_UNREADABLE') && error.facts.rule === 'NO_ITEM') return []
    throw error
  }
}

function jsonReads({ items = '' }: PollSpec, frame: Json): readonly Read[] | undefined {
  const list = at(frame, items)
  if (!Array.isArray(list)) return undefined
  return list.map((tree, index) => {
    const text = JSON.stringify(tree)
    return { index, tree, text, bytes: Buffer.from(text), contentType: jsonUtf8 }
  })
}

/** What the position needs to know of each message; those that cannot be read are new each time. */
export function linesOf({ watermark }: PollSpec, reads: readonly Read[]): Line[] {
  const read = watermark ? timeReader(watermark.format) : undefined
  return reads.map(one => {
    if (isUnread(one)) return { print: `unread ${one.index} ${one.error.code}`, at: undefined }
    const said = watermark ? at(one.tree, watermark.field) : undefined
    const wall = said === undefined || said === null ? undefined : read!(String(said).trim(), beijing)
    return { print: contentHash(one.tree).slice(0, 20), at: wall === undefined ? undefined : beijing.toMillis(wall) }
  })
}

function at(tree: Json, pointer: string): Json | undefined {
  return valueAt(tree, segmentsOf(pointer))
}

function isYes(said: Json | undefined): boolean {
  return said === true || /^(true|1|y|yes|是)$/i.test(String(said ?? ''))
}

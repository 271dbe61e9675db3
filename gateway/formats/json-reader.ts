// Native messages out of JSON: one object, or an array of them. An array stands in memory whole, so its size is bounded.
import type { Json } from '#connectors/sdk.ts'
import { HubError } from '#schemas/errors.ts'
import { decodeText, sniffCharset } from './encodings.ts'
import { parseJson, splitArray } from './json.ts'
import type { Whole } from './read.ts'

export const jsonUtf8 = 'application/json; charset=utf-8'

/** Throws HUB_RECEIVE_UNREADABLE. */
export function openJson(bytes: Buffer, contentType: string | undefined): Whole {
  const charset = sniffCharset(bytes, contentType)
  const text = decodeText(bytes, charset)
  const tree = parseJson(text)
  if (Array.isArray(tree)) return openArray(tree, text)
  const stored = charset === 'utf-8' ? jsonUtf8 : `application/json; charset=${charset}`
  return { reads: [{ index: 0, tree, bytes, text, contentType: stored }], many: false }
}

export function parseStoredJson(bytes: Buffer, contentType: string | undefined): Json {
  return parseJson(decodeText(bytes, sniffCharset(bytes, contentType)))
}

/** Of a text that has been decoded before; each message is stored as its own part of it. */
export function openJsonText(text: string): Whole {
  const tree = parseJson(text)
  if (Array.isArray(tree)) return openArray(tree, text)
  return { reads: [{ index: 0, tree, bytes: Buffer.from(text), text, contentType: jsonUtf8 }], many: false }
}

function openArray(tree: readonly Json[], text: string): Whole {
  if (tree.length === 0) throw new HubError('HUB_RECEIVE_UNREADABLE', { pointer: '', rule: 'EMPTY_LIST' })
  const texts = splitArray(text)!
  const reads = tree.map((item, index) => {
    const own = texts[index]!
    return { index, tree: item, bytes: Buffer.from(own), text: own, contentType: jsonUtf8 }
  })
  return { reads, many: true }
}

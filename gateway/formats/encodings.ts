// Bytes → text, text → bytes. The charset: what HTTP says, else a byte order mark, else what the document says of itself, else
// what is configured. Undecodable bytes become U+FFFD, which the mapping flags: one bad byte never costs a whole message.
import iconv from 'iconv-lite'
import { HubError } from '#schemas/errors.ts'
import { maxMessageBytes } from './limits.ts'
import type { Source } from './read.ts'

export type Charset = 'utf-8' | 'gb18030'

const names: Readonly<Record<string, Charset>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'us-ascii': 'utf-8',
  gb2312: 'gb18030',
  gbk: 'gb18030',
  gb18030: 'gb18030',
  'gb-18030': 'gb18030',
  cp936: 'gb18030',
}

/** The charset a content type names; undefined when it names none. Throws HUB_RECEIVE_CONTENT_TYPE for one we cannot read. */
export function charsetOf(contentType: string | undefined): Charset | undefined {
  if (contentType === undefined || !/charset/i.test(contentType)) return undefined
  return charsetNamed(/charset\s*=\s*"?([^";\s]+)/i.exec(contentType)?.[1])
}

function charsetNamed(name: string | undefined): Charset | undefined {
  if (name === undefined) return undefined
  const known = name.toLowerCase()
  if (!Object.hasOwn(names, known)) throw new HubError('HUB_RECEIVE_CONTENT_TYPE', { rule: 'CHARSET' })
  return names[known]
}

export function sniffCharset(bytes: Buffer, contentType: string | undefined, configured: Charset = 'utf-8'): Charset {
  return charsetOf(contentType) ?? markOf(bytes) ?? configured
}

/** @param head the first bytes of an XML document, the whole prolog among them */
export function sniffXmlCharset(head: Buffer, contentType: string | undefined, configured?: Charset): Charset {
  return charsetOf(contentType) ?? markOf(head) ?? prologOf(head) ?? configured ?? 'utf-8'
}

function prologOf(head: Buffer): Charset | undefined {
  const prolog = /^\s*<\?xml\s[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']/.exec(head.toString('latin1', 0, 256))
  return charsetNamed(prolog?.[1])
}

export function decodeText(bytes: Buffer, charset: Charset): string {
  const mark = markOf(bytes) === charset ? (charset === 'utf-8' ? 3 : 4) : 0
  return charset === 'utf-8' ? bytes.toString('utf8', mark) : new TextDecoder(charset).decode(bytes.subarray(mark))
}

/** As `decodeText`, piece by piece: a character may lie in two pieces. Never gives an empty text.
 *  Throws HUB_RECEIVE_TOO_LARGE for what is longer than a message without a sign that could part it. */
export async function* decodeStream(source: Source, charset: Charset): AsyncGenerator<string> {
  let isFirst = true
  for await (const text of charset === 'utf-8' ? decodeUtf8(source) : decodeGb18030(source)) {
    const said = isFirst && text.startsWith('\ufeff') ? text.slice(1) : text
    if (text !== '') isFirst = false
    if (said !== '') yield said
  }
}

async function* decodeUtf8(source: Source): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  for await (const part of source) yield decoder.decode(part, { stream: true })
  yield decoder.decode()
}

// The engine's decoder throws at some bad bytes when they come in pieces, though not when they come whole. So each piece is cut
// behind its last byte that can only be a sign of its own, such as a space, a comma or '<': no other character ends with one.
async function* decodeGb18030(source: Source): AsyncGenerator<string> {
  const decoder = new TextDecoder('gb18030', { ignoreBOM: true })
  let held = Buffer.alloc(0)
  for await (const part of source) {
    const cut = part.findLastIndex(byte => byte < 0x30 || (byte > 0x39 && byte < 0x40)) + 1
    if (cut > 0) yield decoder.decode(Buffer.concat([held, part.subarray(0, cut)]))
    held = cut > 0 ? Buffer.from(part.subarray(cut)) : Buffer.concat([held, part])
    if (held.length > maxMessageBytes)
      throw new HubError('HUB_RECEIVE_TOO_LARGE', { limit: maxMessageBytes, pointer: '', rule: 'MAX_BYTES' })
  }
  yield decoder.decode(held)
}

/** What GB18030 cannot say does not exist: it holds all of Unicode. */
export function encodeText(text: string, charset: Charset): Buffer {
  return charset === 'utf-8' ? Buffer.from(text) : iconv.encode(text, charset)
}

function markOf(bytes: Buffer): Charset | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8'
  // GB18030's own mark, U+FEFF in four bytes.
  if (bytes[0] === 0x84 && bytes[1] === 0x31 && bytes[2] === 0x95 && bytes[3] === 0x33) return 'gb18030'
  return undefined
}

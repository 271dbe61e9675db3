// Bytes → text. The charset: what HTTP says, else a byte order mark, else what is configured. Undecodable bytes become
// U+FFFD, which the mapping flags in its field: one bad byte never costs a whole message.
import { HubError } from '#schemas/errors.ts'

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
  const named = /charset\s*=\s*"?([^";\s]+)/i.exec(contentType)?.[1]?.toLowerCase()
  if (named === undefined) return undefined
  const charset = Object.hasOwn(names, named) ? names[named] : undefined
  if (charset === undefined) throw new HubError('HUB_RECEIVE_CONTENT_TYPE', { rule: 'CHARSET' })
  return charset
}

export function sniffCharset(bytes: Buffer, contentType: string | undefined, configured: Charset = 'utf-8'): Charset {
  return charsetOf(contentType) ?? markOf(bytes) ?? configured
}

export function decodeText(bytes: Buffer, charset: Charset): string {
  const mark = markOf(bytes) === charset ? (charset === 'utf-8' ? 3 : 4) : 0
  return charset === 'utf-8' ? bytes.toString('utf8', mark) : new TextDecoder(charset).decode(bytes.subarray(mark))
}

function markOf(bytes: Buffer): Charset | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8'
  // GB18030's own mark, U+FEFF in four bytes.
  if (bytes[0] === 0x84 && bytes[1] === 0x31 && bytes[2] === 0x95 && bytes[3] === 0x33) return 'gb18030'
  return undefined
}

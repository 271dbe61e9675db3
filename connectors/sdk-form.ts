// What form-speaking systems share: fields of a form body in UTF-8 or GB18030, and JSON texts with numbers too long for a double.
import type { HttpAnswer, HttpMessage, Json } from './sdk-types.ts'

/** Fields of an `application/x-www-form-urlencoded` body; the charset of the content type holds for the bytes behind the %xx. */
export function readForm(request: Pick<HttpMessage, 'headers' | 'body'>): Readonly<Record<string, string>> {
  const decoder = new TextDecoder(charsetOf(request.headers['content-type'] ?? ''))
  const fields: Record<string, string> = {}
  for (const pair of splitBytes(request.body, '&')) {
    const [name, ...rest] = splitBytes(pair, '=')
    if (name === undefined || name.length === 0) continue
    const value = Buffer.concat(rest.flatMap((part, index) => (index === 0 ? [part] : [Buffer.from('='), part])))
    fields[decoder.decode(unescapeBytes(name))] = decoder.decode(unescapeBytes(value))
  }
  return fields
}

/** A form request, always UTF-8. */
export function formRequest(
  path: string,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): HttpMessage {
  return {
    method: 'POST',
    path,
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8', ...headers },
    body: Buffer.from(new URLSearchParams({ ...fields }).toString()),
  }
}

/** JSON text → tree. A whole number that a double cannot hold stays as its digits; control characters that a text holds
 *  unescaped are survived. undefined: not JSON. */
export function readJson(text: string): Json | undefined {
  const exact = (_: string, value: unknown, context?: { readonly source?: string }): unknown =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')
      ? context!.source
      : value
  for (const written of [() => text, () => escapeControls(text)]) {
    try {
      return JSON.parse(written(), exact as (key: string, value: unknown) => unknown) as Json
    } catch {}
  }
  return undefined
}

function escapeControls(text: string): string {
  return text.replace(/"(?:[^"\\]|\\[\s\S])*"/g, literal =>
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    literal.replace(/[\u0000-\u001f]/g, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
  )
}

export function jsonAnswer(status: number, tree: Json): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: Buffer.from(JSON.stringify(tree)),
  }
}

function charsetOf(contentType: string): 'utf-8' | 'gb18030' {
  const named = /charset\s*=\s*"?([\w-]+)/i.exec(contentType)?.[1]?.toLowerCase() ?? 'utf-8'
  return /^gb(k|2312|18030)$/.test(named) ? 'gb18030' : 'utf-8'
}

function splitBytes(bytes: Buffer, at: string): Buffer[] {
  const parts: Buffer[] = []
  let from = 0
  for (let next = bytes.indexOf(at); next >= 0; next = bytes.indexOf(at, from)) {
    parts.push(bytes.subarray(from, next))
    from = next + at.length
  }
  parts.push(bytes.subarray(from))
  return parts
}

// A broken escape stays as it is: the field's content is judged later, not here.
function unescapeBytes(bytes: Buffer): Buffer {
  const out = Buffer.allocUnsafe(bytes.length)
  let length = 0
  for (let i = 0; i < bytes.length; i++) {
    const hex = bytes[i] === 0x25 ? bytes.toString('latin1', i + 1, i + 3) : ''
    if (/^[0-9a-f]{2}$/i.test(hex)) {
      out[length++] = Number.parseInt(hex, 16)
      i += 2
    } else out[length++] = bytes[i] === 0x2b ? 0x20 : bytes[i]!
  }
  return out.subarray(0, length)
}

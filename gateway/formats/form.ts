// application/x-www-form-urlencoded, in UTF-8 or GB18030: the bytes behind %xx are put together first, then decoded.
import { type Charset, decodeText } from './encodings.ts'

const percent = 0x25
const plus = 0x2b

/** Fields in order of appearance; the first of several equal names wins. */
export function parseForm(body: Buffer, charset: Charset): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (let from = 0; from <= body.length; ) {
    const found = body.indexOf('&', from)
    const end = found < 0 ? body.length : found
    const pair = body.subarray(from, end)
    const equals = pair.indexOf('=')
    const name = decodeText(unescapeBytes(equals < 0 ? pair : pair.subarray(0, equals)), charset)
    const value = equals < 0 ? '' : decodeText(unescapeBytes(pair.subarray(equals + 1)), charset)
    if (name !== '' && !fields.has(name)) fields.set(name, value)
    from = end + 1
  }
  return fields
}

// A broken escape stays as it is: what the field says is judged later.
function unescapeBytes(bytes: Buffer): Buffer {
  const out = Buffer.allocUnsafe(bytes.length)
  let length = 0
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!
    const high = byte === percent ? hexOf(bytes[i + 1]) : -1
    const low = high < 0 ? -1 : hexOf(bytes[i + 2])
    if (low >= 0) {
      out[length++] = high * 16 + low
      i += 2
    } else out[length++] = byte === plus ? 0x20 : byte
  }
  return out.subarray(0, length)
}

function hexOf(byte: number | undefined): number {
  if (byte === undefined) return -1
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}

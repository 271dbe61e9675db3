// A stored native message → its tree again, in the charset that its record's content type names.
import type { Json } from '#connectors/sdk.ts'
import { decodeText, sniffCharset } from './encodings.ts'
import { parseJson } from './json.ts'

export function parseNative(bytes: Buffer, contentType: string | undefined): Json {
  return parseJson(decodeText(bytes, sniffCharset(bytes, contentType)))
}

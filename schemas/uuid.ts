// UUIDv5 (RFC 9562): the same name always gives the same id. Hashing only, no random numbers, no clock.
import { createHash } from 'node:crypto'

const hex = Array.from({ length: 256 }, (_, n) => n.toString(16).padStart(2, '0'))

/** UUIDv5 of `name` inside `namespace` (a UUID in text form). */
export function uuid5(name: string, namespace: string): string {
  const bytes = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name, 'utf8')
    .digest()
  bytes[6] = (bytes[6]! & 0x0f) | 0x50
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  let text = ''
  for (let i = 0; i < 16; i++) text += (i === 4 || i === 6 || i === 8 || i === 10 ? '-' : '') + hex[bytes[i]!]
  return text
}

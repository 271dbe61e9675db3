// UUIDv5 (RFC 9562): the same name always gives the same id. Hashing only, no random numbers, no clock.
import { hash } from 'node:crypto'

const namespaceBytes = 16

/** Maker of UUIDv5 ids inside one namespace (a UUID in text form). */
export function uuidsIn(namespace: string): (name: string) => string {
  const prefix = Buffer.from(namespace.replaceAll('-', ''), 'hex')
  return name => {
    const said = Buffer.allocUnsafe(namespaceBytes + Buffer.byteLength(name))
    prefix.copy(said)
    said.write(name, namespaceBytes)
    const hex = hash('sha1', said, 'hex')
    // Version 5 stands in the first digit of the third group, the variant in the two high bits of the fourth.
    const variant = ((Number.parseInt(hex[16]!, 16) & 0x3) | 0x8).toString(16)
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
  }
}

/** UUIDv5 of `name` inside `namespace`. */
export function uuid5(name: string, namespace: string): string {
  return uuidsIn(namespace)(name)
}

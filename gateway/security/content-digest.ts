// Content-Digest (RFC 9530): a digest of the body as it was sent, compressed or not.
import { createHash, timingSafeEqual } from 'node:crypto'

const algorithms: Readonly<Record<string, string>> = { 'sha-256': 'sha256', 'sha-512': 'sha512' }

/** none: no digest that we know is there. Every known one must fit. */
export function checkDigest(header: string | undefined, body: Buffer): 'fits' | 'differs' | 'none' {
  let result: 'fits' | 'none' = 'none'
  for (const part of (header ?? '').split(',')) {
    const [, name, value] = /^\s*([a-z0-9-]+)\s*=\s*:([A-Za-z0-9+/=]*):\s*$/.exec(part) ?? []
    if (name === undefined || !Object.hasOwn(algorithms, name)) continue
    const expected = createHash(algorithms[name]!).update(body).digest()
    const said = Buffer.from(value ?? '', 'base64')
    if (said.length !== expected.length || !timingSafeEqual(said, expected)) return 'differs'
    result = 'fits'
  }
  return result
}

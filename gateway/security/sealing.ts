// Sealing: AES-256-GCM with random nonces. Whole messages under a day's key, personal parts under a data key of their own.
// Nonces are never derived; a day's key seals far fewer messages than the 2^32 that random nonces allow.
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import type { Sealed } from '#schemas/canonical/types.ts'
import { HubError } from '#schemas/errors.ts'

export interface NamedKey {
  /** `day:<yyyy-MM-dd>`, `p:<proceedingId>` or `kek:<n>`. */
  readonly id: string
  readonly key: Buffer
  /** The same key as the cipher takes it at once: for keys that seal many messages. */
  readonly handle?: KeyObject
}

/** Throws HUB_SECURITY_KEY_GONE for a key that never was or was destroyed. */
export type KeyOf = (id: string) => Buffer

const algorithm = 'aes-256-gcm'
const format = 1
const nonceBytes = 12
const tagBytes = 16
const keyBytes = 32

/** Format byte, length and text of the key id (both authenticated), nonce, cipher text, tag. */
export function sealBytes(plain: Buffer, under: NamedKey): Buffer {
  const idBytes = Buffer.byteLength(under.id)
  const head = 2 + idBytes
  const out = Buffer.allocUnsafe(head + nonceBytes + plain.length + tagBytes)
  out[0] = format
  out[1] = idBytes
  out.write(under.id, 2)
  const nonce = randomBytes(nonceBytes)
  nonce.copy(out, head)
  encryptInto(out, head + nonceBytes, plain, under.handle ?? under.key, nonce, out.subarray(0, head))
  return out
}

/** Throws HUB_SECURITY_KEY_GONE (its key was destroyed) or HUB_SECURITY_SEAL_BROKEN. */
export function openBytes(sealed: Buffer, keyOf: KeyOf): Buffer {
  const head = 2 + (sealed[1] ?? 0)
  if (sealed[0] !== format || sealed.length < head + nonceBytes + tagBytes)
    throw new HubError('HUB_SECURITY_SEAL_BROKEN')
  const key = keyOf(sealed.toString('utf8', 2, head))
  const nonce = sealed.subarray(head, head + nonceBytes)
  return decrypt(sealed.subarray(head + nonceBytes), key, nonce, sealed.subarray(0, head))
}

/** @param aad what the part belongs to: it opens nowhere else. */
export function sealPart(plain: Buffer, aad: string, under: NamedKey): Sealed {
  // Drawn at once: each draw costs as much as a small cipher.
  const secrets = randomBytes(keyBytes + 2 * nonceBytes)
  const dataKey = secrets.subarray(0, keyBytes)
  const nonce = secrets.subarray(keyBytes, keyBytes + nonceBytes)
  return {
    alg: 'AES-256-GCM',
    keyId: under.id,
    wrappedKey: wrapKey(dataKey, under, secrets.subarray(keyBytes + nonceBytes)),
    nonce,
    body: encrypt(plain, dataKey, nonce, Buffer.from(aad)),
  }
}

export function openPart(sealed: Sealed, aad: string, keyOf: KeyOf): Buffer {
  const dataKey = unwrapKey(sealed.wrappedKey, keyOf(sealed.keyId))
  return decrypt(sealed.body, dataKey, sealed.nonce, Buffer.from(aad))
}

/** The same body under another key: only the 32 bytes of its data key are sealed anew. */
export function rewrap(sealed: Sealed, keyOf: KeyOf, to: NamedKey): Sealed {
  const dataKey = unwrapKey(sealed.wrappedKey, keyOf(sealed.keyId))
  return { ...sealed, keyId: to.id, wrappedKey: wrapKey(dataKey, to) }
}

/** Nonce, cipher text, tag. */
export function wrapKey(key: Buffer, under: NamedKey, nonce = randomBytes(nonceBytes)): Buffer {
  const out = Buffer.allocUnsafe(nonceBytes + key.length + tagBytes)
  nonce.copy(out)
  encryptInto(out, nonceBytes, key, under.handle ?? under.key, nonce)
  return out
}

export function unwrapKey(wrapped: Buffer, under: Buffer): Buffer {
  return decrypt(wrapped.subarray(nonceBytes), under, wrapped.subarray(0, nonceBytes))
}

/** A new key for a day, a proceeding or a record. */
export function randomKey(): Buffer {
  return randomBytes(keyBytes)
}

function encrypt(plain: Buffer, key: Buffer, nonce: Buffer, aad?: Buffer): Buffer {
  const out = Buffer.allocUnsafe(plain.length + tagBytes)
  encryptInto(out, 0, plain, key, nonce, aad)
  return out
}

function encryptInto(
  out: Buffer,
  at: number,
  plain: Buffer,
  key: Buffer | KeyObject,
  nonce: Buffer,
  aad?: Buffer,
): void {
  // A key object first: handing the bytes to the cipher takes six times as long.
  const cipher = createCipheriv(algorithm, Buffer.isBuffer(key) ? createSecretKey(key) : key, nonce)
  if (aad) cipher.setAAD(aad)
  cipher.update(plain).copy(out, at)
  // GCM is a stream mode: final() gives no bytes, only the tag.
  cipher.final()
  cipher.getAuthTag().copy(out, at + plain.length)
}

function decrypt(sealed: Buffer, key: Buffer, nonce: Buffer, aad?: Buffer): Buffer {
  try {
    const end = sealed.length - tagBytes
    const decipher = createDecipheriv(algorithm, createSecretKey(key), nonce, { authTagLength: tagBytes })
    if (aad) decipher.setAAD(aad)
    decipher.setAuthTag(sealed.subarray(end))
    const plain = decipher.update(sealed.subarray(0, end))
    decipher.final()
    return plain
  } catch (cause) {
    throw new HubError('HUB_SECURITY_SEAL_BROKEN', {}, cause)
  }
}

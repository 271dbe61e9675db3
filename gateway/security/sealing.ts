// Sealing: AES-256-GCM with random nonces (never derived), a fresh data key per sealed part, keys wrapped by named keys.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { Sealed } from '#schemas/canonical/types.ts'
import { HubError } from '#schemas/errors.ts'

export interface NamedKey {
  readonly id: string
  /** 32 bytes. */
  readonly key: Buffer
}

export type KeyOf = (id: string) => Buffer

const algorithm = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16

/** Binds every sealed part to its use; constant, so that a later version of a proceeding may carry the part on. */
const partUse = Buffer.from('hub.sealed-part.v1')

function encrypt(plain: Buffer, key: Buffer, use: Buffer | null): Buffer {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv(algorithm, key, nonce)
  if (use) cipher.setAAD(use)
  const body = cipher.update(plain)
  cipher.final()
  return Buffer.concat([nonce, body, cipher.getAuthTag()])
}

function decrypt(sealed: Buffer, key: Buffer, use: Buffer | null, keyId: string): Buffer {
  try {
    const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, nonceBytes))
    if (use) decipher.setAAD(use)
    decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes))
    const plain = decipher.update(sealed.subarray(nonceBytes, sealed.length - tagBytes))
    decipher.final()
    return plain
  } catch (cause) {
    throw new HubError('HUB_SECURITY_SEAL_BROKEN', { keyId }, cause)
  }
}

/** Whole bytes under one key: version 1, length of the key id, key id, nonce, cipher text, tag. */
export function sealBytes(plain: Buffer, { id, key }: NamedKey): Buffer {
  const name = Buffer.from(id)
  return Buffer.concat([Buffer.from([1, name.length]), name, encrypt(plain, key, null)])
}

/** Throws HUB_SECURITY_KEY_GONE through `keyOf`, HUB_SECURITY_SEAL_BROKEN when the bytes were changed. */
export function openBytes(sealed: Buffer, keyOf: KeyOf): Buffer {
  const end = 2 + (sealed[1] ?? 0)
  const id = sealed.subarray(2, end).toString()
  return decrypt(sealed.subarray(end), keyOf(id), null, id)
}

export function wrapKey(key: Buffer, under: NamedKey): Buffer {
  return encrypt(key, under.key, null)
}

export function unwrapKey(wrapped: Buffer, under: Buffer, keyId = 'key'): Buffer {
  return decrypt(wrapped, under, null, keyId)
}

/** The personal part under a fresh data key that `under` wraps. */
export function sealPart(plain: Buffer, under: NamedKey): Sealed {
  const dataKey = randomBytes(32)
  const sealed = encrypt(plain, dataKey, partUse)
  return { alg: 'AES-256-GCM', keyId: under.id, wrappedKey: wrapKey(dataKey, under), nonce: sealed.subarray(0, nonceBytes), body: sealed.subarray(nonceBytes) }
}

export function openPart(sealed: Sealed, keyOf: KeyOf): Buffer {
  const dataKey = unwrapKey(sealed.wrappedKey, keyOf(sealed.keyId), sealed.keyId)
  return decrypt(Buffer.concat([sealed.nonce, sealed.body]), dataKey, partUse, sealed.keyId)
}

/** The same cipher text, its data key under another key: 32 bytes of work, whatever the size. */
export function rewrap(sealed: Sealed, keyOf: KeyOf, to: NamedKey): Sealed {
  return { ...sealed, keyId: to.id, wrappedKey: wrapKey(unwrapKey(sealed.wrappedKey, keyOf(sealed.keyId), sealed.keyId), to) }
}

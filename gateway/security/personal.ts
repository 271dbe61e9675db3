// The personal part of a record: Avro bytes, sealed for one use. A later version of a proceeding may carry it on unchanged.
import { createHmac, createSecretKey } from 'node:crypto'
import { avroType, type Schema } from '#schemas/avro.ts'
import type { Sealed, SealedPart } from '#schemas/canonical/types.ts'
import { type KeyOf, type NamedKey, openPart, sealPart } from './sealing.ts'

const use = 'hub.sealed-part.v1'

export interface Personal {
  seal(part: SealedPart, under: NamedKey): Sealed
  /** Throws HUB_SECURITY_KEY_GONE after erasure. */
  open(sealed: Sealed, keyOf: KeyOf): SealedPart
  /** Sealed, and its fingerprint: keyed, so that it cannot be guessed by trying values. */
  sealMarked(part: SealedPart, under: NamedKey): { readonly sealed: Sealed; readonly fingerprint: string }
}

export function personalCodec(schema: Schema, fingerprintKey: Buffer): Personal {
  const type = avroType(schema)
  // A key object: handing the bytes over anew costs five times as much as the digest.
  const key = createSecretKey(fingerprintKey)
  return {
    seal: (part, under) => sealPart(type.toBuffer(part), use, under),
    open: (sealed, keyOf) => type.fromBuffer(openPart(sealed, use, keyOf)) as SealedPart,
    sealMarked(part, under) {
      const plain = type.toBuffer(part)
      return {
        sealed: sealPart(plain, use, under),
        fingerprint: createHmac('sha256', key).update(plain).digest('base64url'),
      }
    },
  }
}

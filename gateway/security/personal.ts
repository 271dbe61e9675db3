// The personal part of a record: Avro bytes, sealed for one use. A later version of a proceeding may carry it on unchanged.
import { createHmac } from 'node:crypto'
import { avroType, type Schema } from '#schemas/avro.ts'
import type { Sealed, SealedPart } from '#schemas/canonical/types.ts'
import { type KeyOf, type NamedKey, openPart, sealPart } from './sealing.ts'

const use = 'hub.sealed-part.v1'

export interface Personal {
  seal(part: SealedPart, under: NamedKey): Sealed
  /** Throws HUB_SECURITY_KEY_GONE after erasure. */
  open(sealed: Sealed, keyOf: KeyOf): SealedPart
  /** Keyed, so that it cannot be guessed by trying values. */
  fingerprint(part: SealedPart): string
}

export function personalCodec(schema: Schema, fingerprintKey: Buffer): Personal {
  const type = avroType(schema)
  return {
    seal: (part, under) => sealPart(type.toBuffer(part), use, under),
    open: (sealed, keyOf) => type.fromBuffer(openPart(sealed, use, keyOf)) as SealedPart,
    fingerprint: part => createHmac('sha256', fingerprintKey).update(type.toBuffer(part)).digest('base64url'),
  }
}

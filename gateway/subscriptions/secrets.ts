// A webhook's secrets: never in clear in Kafka. Each is sealed under the newest key-encryption key with the subscription that it
// belongs to, so that it opens nowhere else.
import { randomBytes } from 'node:crypto'
import { HubError } from '#schemas/errors.ts'
import type { KeyManager } from '../security/key-manager.ts'
import { openBytes, sealBytes } from '../security/sealing.ts'

export interface SealedSecret {
  /** Base64. */
  readonly sealed: string
  readonly since: string
  /** No signature by it from this time on. */
  readonly until?: string
}

type Keys = Pick<KeyManager, 'kek' | 'keyOf'>

const secretBytes = 32

export function newSecret(): string {
  return `whsec_${randomBytes(secretBytes).toString('base64')}`
}

export function sealSecret(keys: Keys, subscription: string, secret: string, since: string): SealedSecret {
  const sealed = sealBytes(Buffer.from(JSON.stringify({ subscription, secret })), keys.kek())
  return { sealed: sealed.toString('base64'), since }
}

/** Those that still sign, the newest first. Throws HUB_SECURITY_KEY_GONE or HUB_SECURITY_SEAL_BROKEN. */
export function openSecrets(keys: Keys, subscription: string, secrets: readonly SealedSecret[], now: Date): string[] {
  return secrets.filter(one => isValid(one, now)).map(one => open(keys, subscription, one))
}

export function isValid({ until }: SealedSecret, now: Date): boolean {
  return until === undefined || now.getTime() < Date.parse(until)
}

function open(keys: Keys, subscription: string, { sealed }: SealedSecret): string {
  const plain = openBytes(Buffer.from(sealed, 'base64'), id => keys.keyOf(id))
  const said = JSON.parse(plain.toString()) as { subscription: string; secret: string }
  if (said.subscription !== subscription) throw new HubError('HUB_SECURITY_SEAL_BROKEN')
  return said.secret
}

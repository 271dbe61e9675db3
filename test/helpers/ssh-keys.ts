// Key pairs for SSH, made for one test.
import { generateKeyPairSync } from 'node:crypto'
import ssh2 from 'ssh2'
import { fingerprintOf } from '#gateway/transports/folder/sftp-session.ts'

export interface TestKey {
  readonly privateKey: string
  /** One line of an authorized_keys file. */
  readonly line: string
  readonly fingerprint: string
}

export function testKey(): TestKey {
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'sec1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  const key = ssh2.utils.parseKey(privateKey)
  if (key instanceof Error) throw key
  const shown = key.getPublicSSH()
  return { privateKey, line: `${key.type} ${shown.toString('base64')}`, fingerprint: fingerprintOf(shown) }
}

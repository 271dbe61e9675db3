import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { destroyOldKeys } from '#gateway/retention.ts'
import { fileKeyManager } from '#gateway/security/key-manager.ts'

it('destroys the keys of days past retention and keeps the others', () => {
  const dir = mkdtempSync(join(tmpdir(), 'keys-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  const keys = fileKeyManager(dir)
  const old = keys.intakeKey('2026-03-02').id
  const young = keys.intakeKey('2026-03-20').id
  onTestFinished(destroyOldKeys(keys, () => new Date('2026-03-20T00:00:00Z')))
  expect(() => keys.keyOf(old)).toThrow(expect.objectContaining({ code: 'HUB_SECURITY_KEY_GONE' }))
  expect(keys.keyOf(young)).toHaveLength(32)
})

import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { fileKeyManager } from '#gateway/security/key-manager.ts'
import { HubError } from '#schemas/errors.ts'

function directory(): string {
  const made = mkdtempSync(join(tmpdir(), 'keys-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return join(made, 'keys')
}

it('gives the same keys after a restart and to a second process', () => {
  const dir = directory()
  const [a, b] = [fileKeyManager(dir), fileKeyManager(dir)]
  expect(b.intakeKey('2026-03-02')).toEqual(a.intakeKey('2026-03-02'))
  expect(b.kek()).toEqual(a.kek())
  expect(b.derived('cursor')).toEqual(a.derived('cursor'))
  expect(a.derived('cursor')).not.toEqual(a.derived('other'))
  expect(fileKeyManager(dir).keyOf('day:2026-03-02')).toEqual(a.intakeKey('2026-03-02').key)
})

it('keeps its files from other users, and leaves no drafts', () => {
  const dir = directory()
  const keys = fileKeyManager(dir)
  keys.intakeKey('2026-03-02')
  keys.kek()
  expect(readdirSync(dir)).toEqual(['day-2026-03-02.key', 'kek-1.key'])
  for (const file of readdirSync(dir)) expect(statSync(join(dir, file)).mode & 0o777).toBe(0o600)
  expect(statSync(dir).mode & 0o777).toBe(0o700)
})

it('on destroying old days, keeps later ones and never makes an old one again', () => {
  const dir = directory()
  const keys = fileKeyManager(dir)
  keys.intakeKey('2026-03-01')
  keys.intakeKey('2026-03-02')
  expect(keys.destroyIntakeBefore('2026-03-02')).toEqual(['day:2026-03-01'])
  expect(keys.destroyIntakeBefore('2026-03-02')).toEqual([])
  for (const again of [keys, fileKeyManager(dir)]) {
    expect(() => again.keyOf('day:2026-03-01')).toThrow('the key day:2026-03-01 does not exist or was destroyed')
    expect(() => again.intakeKey('2026-03-01')).toThrow(
      new HubError('HUB_SECURITY_KEY_GONE', { key: 'day:2026-03-01' }),
    )
    expect(again.keyOf('day:2026-03-02')).toHaveLength(32)
  }
})

it('never follows an id out of its directory', () => {
  const keys = fileKeyManager(directory())
  expect(() => keys.keyOf('day:../../etc/passwd')).toThrow('does not exist')
  expect(() => keys.keyOf('p:1')).toThrow('does not exist')
})

it('refuses a damaged key file instead of replacing it', () => {
  const dir = directory()
  fileKeyManager(dir)
  writeFileSync(join(dir, 'kek-1.key'), 'short')
  expect(() => fileKeyManager(dir).kek()).toThrow('does not hold a key of 32 bytes')
})

it('wraps with the newest key-encryption key, also one that another process has just made', async () => {
  const dir = directory()
  const keys = fileKeyManager(dir)
  expect(keys.kek().id).toBe('kek:1')
  expect(keys.kek().id).toBe('kek:1')
  // A directory's time of change moves in steps of some milliseconds.
  await new Promise(done => setTimeout(done, 30))
  writeFileSync(join(dir, 'kek-2.key'), randomBytes(32).toString('base64'))
  expect(keys.kek().id).toBe('kek:2')
})

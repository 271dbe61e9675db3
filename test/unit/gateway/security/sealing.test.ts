import { describe, expect, it } from 'vitest'
import {
  openBytes,
  openPart,
  randomKey,
  rewrap,
  sealBytes,
  sealPart,
  unwrapKey,
  wrapKey,
} from '#gateway/security/sealing.ts'
import { isHubError } from '#schemas/errors.ts'

const day = { id: 'day:2026-03-02', key: randomKey() }
const proceeding = { id: 'p:1', key: randomKey() }
const keys = new Map([day, proceeding].map(k => [k.id, k.key]))
const keyOf = (id: string) => keys.get(id)!

describe('sealBytes', () => {
  it('opens to the same bytes, and never gives the same bytes twice', () => {
    const plain = Buffer.from('虚甲一 0571-00000001')
    const [a, b] = [sealBytes(plain, day), sealBytes(plain, day)]
    expect(openBytes(a, keyOf)).toEqual(plain)
    expect(a.equals(b)).toBe(false)
    expect(a.includes('虚甲一')).toBe(false)
  })

  it('seals nothing at all', () => {
    expect(openBytes(sealBytes(Buffer.alloc(0), day), keyOf)).toHaveLength(0)
  })

  it('refuses any changed byte', () => {
    const sealed = sealBytes(Buffer.from('one'), day)
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed)
      changed[at]! ^= 1
      expect(() => openBytes(changed, () => day.key), `byte ${at}`).toThrow('the sealed bytes do not open')
    }
    expect(() => openBytes(Buffer.alloc(0), keyOf)).toThrow('the sealed bytes do not open')
  })
})

describe('sealPart', () => {
  it('opens for its own message only', () => {
    const sealed = sealPart(Buffer.from('part'), 'message-1', day)
    expect(openPart(sealed, 'message-1', keyOf).toString()).toBe('part')
    try {
      openPart(sealed, 'message-2', keyOf)
      expect.unreachable()
    } catch (error) {
      expect(isHubError(error, 'HUB_SECURITY_SEAL_BROKEN')).toBe(true)
    }
  })

  it('moves to another key without touching the body', () => {
    const sealed = sealPart(Buffer.from('part'), 'm', day)
    const moved = rewrap(sealed, keyOf, proceeding)
    expect(moved.keyId).toBe('p:1')
    expect(moved.body).toBe(sealed.body)
    expect(openPart(moved, 'm', id => (id === 'p:1' ? proceeding.key : expect.unreachable())).toString()).toBe('part')
  })
})

describe('wrapKey', () => {
  it('unwraps to the same key', () => {
    const key = randomKey()
    expect(unwrapKey(wrapKey(key, day), day.key)).toEqual(key)
    expect(() => unwrapKey(wrapKey(key, day), proceeding.key)).toThrow('the sealed bytes do not open')
  })
})

import { expect, it } from 'vitest'
import type { KeyRing } from '#gateway/security/key-ring.ts'
import { personalOpener } from '#gateway/showing.ts'
import type { Sealed, SealedPart } from '#schemas/canonical/types.ts'

const sealed = { keyId: 'p:1' } as Sealed
const part = { title: 't' } as unknown as SealedPart
const personal = { open: () => part }

it('opens with the key of the proceeding, and shows nothing where there is none', async () => {
  const asked: string[] = []
  const ring: KeyRing = {
    keyOf: async id => {
      asked.push(id)
      return id === '1' ? Buffer.alloc(32) : null
    },
    stop: async () => undefined,
  }
  const { open } = personalOpener(ring, personal)
  expect(await open(sealed)).toBe(part)
  expect(await open({ ...sealed, keyId: 'p:erased' })).toBeNull()
  expect(await open(null)).toBeNull()
  expect(asked).toEqual(['1', 'erased'])
})

it('never takes a stop for an erasure: a delivery that waits for its key is not sent without its personal part', async () => {
  let release: (key: null) => void = () => undefined
  const ring: KeyRing = {
    keyOf: () =>
      new Promise(done => {
        release = done
      }),
    stop: async () => release(null),
  }
  const opener = personalOpener(ring, personal)
  const waiting = opener.open(sealed)
  await opener.stop()
  await expect(waiting).rejects.toMatchObject({ code: 'HUB_KAFKA_UNREACHABLE' })
})

import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { inflate } from '#gateway/formats/gzip.ts'

it('inflates up to the limit and not a byte further', async () => {
  expect((await inflate(gzipSync(Buffer.alloc(1000)), 1000)).length).toBe(1000)
  await expect(inflate(gzipSync(Buffer.alloc(1001)), 1000)).rejects.toThrow(
    'the message is over the limit of 1000 bytes',
  )
  await expect(inflate(gzipSync(Buffer.alloc(50_000_000)), 1 << 20)).rejects.toThrow('over the limit')
})

it('says that something is no gzip', async () => {
  await expect(inflate(Buffer.from('{}'), 1000)).rejects.toThrow('the message cannot be read at / (NOT_GZIP)')
  const cut = gzipSync(Buffer.alloc(1000)).subarray(0, 15)
  await expect(inflate(cut, 1000)).rejects.toThrow('NOT_GZIP')
})

// The content of one entry, unpacked piece by piece within a budget, and checked against what its header says.
import { crc32, createInflateRaw } from 'node:zlib'
import { isHubError } from '#schemas/errors.ts'
import { type Budget, packedError } from '../budget.ts'
import type { Bytes } from './bytes.ts'
import { type EntryHeader, readDescriptor } from './headers.ts'

/** Small at first: a bomb is known by what comes out of its first few bytes. */
const firstSliceBytes = 512
const maxSliceBytes = 16 << 10
const pieceBytes = 64 << 10

/** Throws HUB_RECEIVE_PACKED. Read to its end, the next record of the file follows. */
export async function* contentOf(bytes: Bytes, header: EntryHeader, budget: Budget): AsyncGenerator<Buffer> {
  let crc = 0
  let unpacked = 0
  const start = bytes.read
  for await (const piece of header.isDeflated ? inflated(bytes) : stored(bytes, header.sizes!.packed)) {
    crc = crc32(piece, crc)
    unpacked += piece.length
    budget.spend(piece.length, unpacked, bytes.read - start)
    yield piece
  }
  const packed = bytes.read - start
  const said = header.sizes ?? (await readDescriptor(bytes, header.isWide))
  if (said.packed !== packed || said.unpacked !== unpacked || said.crc !== crc) throw packedError('DATA_DIFFERS')
}

async function* stored(bytes: Bytes, length: number): AsyncGenerator<Buffer> {
  for (let left = length; left > 0; ) {
    const piece = await bytes.some(Math.min(left, pieceBytes))
    if (!piece) throw packedError('TRUNCATED')
    left -= piece.length
    yield piece
  }
}

// Only the unpacking itself finds the end of the data; what was given to it beyond that end is given back.
async function* inflated(bytes: Bytes): AsyncGenerator<Buffer> {
  const engine = createInflateRaw({ chunkSize: pieceBytes })
  let slice: Buffer | undefined
  let fed = 0
  const feed = async (): Promise<void> => {
    for (;;) {
      slice = await bytes.some(Math.min(Math.max(fed, firstSliceBytes), maxSliceBytes))
      if (!slice) throw packedError('TRUNCATED')
      fed += slice.length
      await new Promise<void>(taken => engine.write(slice, () => taken()))
      // It takes all it is given until the data ends within it.
      if (engine.destroyed || engine.bytesWritten < fed) return
    }
  }
  feed().catch(error => engine.destroy(error))
  try {
    yield* engine
  } catch (error) {
    throw isHubError(error) ? error : packedError('DATA')
  } finally {
    engine.destroy()
  }
  const over = fed - engine.bytesWritten
  if (slice && over > 0) bytes.giveBack(slice.subarray(slice.length - over))
}

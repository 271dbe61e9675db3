// The records of a zip file, as they follow each other: entries, each behind a header of its own, then the directory. Names are
// read over: nothing is ever written to a disk, and what an entry is, its content says.
import { packedError } from '../budget.ts'
import type { Bytes } from './bytes.ts'

export interface EntryHeader {
  readonly isDeflated: boolean
  /** undefined: they stand behind the data. */
  readonly sizes: Sizes | undefined
  /** Sizes behind the data have eight bytes. */
  readonly isWide: boolean
}

export interface Sizes {
  readonly crc: number
  readonly packed: number
  readonly unpacked: number
}

export const signatures = {
  entry: 0x04034b50,
  directory: 0x02014b50,
  descriptor: 0x08074b50,
  wideEnd: 0x06064b50,
  wideLocator: 0x07064b50,
  end: 0x06054b50,
} as const

const encryptedFlag = 0x0001
const sizesBehindFlag = 0x0008
const inExtra = 0xffffffff

/** Of the entry whose signature has been read. */
export async function readEntryHeader(bytes: Bytes): Promise<EntryHeader> {
  const head = await must(bytes, 26)
  const flags = head.readUInt16LE(2)
  const method = head.readUInt16LE(4)
  await must(bytes, head.readUInt16LE(22))
  const extra = wideSizes(await must(bytes, head.readUInt16LE(24)))
  if (flags & encryptedFlag) throw packedError('ENCRYPTED')
  if (method !== 0 && method !== 8) throw packedError('METHOD')
  const isBehind = (flags & sizesBehindFlag) !== 0
  // Nothing would tell where such an entry ends.
  if (isBehind && method === 0) throw packedError('STORED_WITHOUT_SIZE')
  const [packed, unpacked] = [head.readUInt32LE(14), head.readUInt32LE(18)]
  const sizes = {
    crc: head.readUInt32LE(10),
    packed: packed === inExtra ? (extra?.packed ?? packed) : packed,
    unpacked: unpacked === inExtra ? (extra?.unpacked ?? unpacked) : unpacked,
  }
  return { isDeflated: method === 8, sizes: isBehind ? undefined : sizes, isWide: extra !== undefined }
}

// The extra field 1 of the wide form (zip64).
function wideSizes(extra: Buffer): Pick<Sizes, 'packed' | 'unpacked'> | undefined {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1 || at + 20 > extra.length) continue
    return { unpacked: Number(extra.readBigUInt64LE(at + 4)), packed: Number(extra.readBigUInt64LE(at + 12)) }
  }
  return undefined
}

/** What stands behind the data of an entry whose header did not know its sizes. */
export async function readDescriptor(bytes: Bytes, isWide: boolean): Promise<Sizes> {
  const first = await must(bytes, 4)
  const crc = first.readUInt32LE() === signatures.descriptor ? await must(bytes, 4) : first
  const rest = await must(bytes, isWide ? 16 : 8)
  const sizeAt = (at: 0 | 1) => (isWide ? Number(rest.readBigUInt64LE(8 * at)) : rest.readUInt32LE(4 * at))
  return { crc: crc.readUInt32LE(), packed: sizeAt(0), unpacked: sizeAt(1) }
}

/** Reads the directory to its end: a file that was cut off has none, and one that names other entries than were read is a trick.
 *  @param signature of its first record, which has been read */
export async function checkDirectory(bytes: Bytes, signature: number, entries: number): Promise<void> {
  let named = 0
  for (let at = signature; at !== signatures.end; at = await readSignature(bytes)) {
    if (at === signatures.directory) {
      const head = await must(bytes, 42)
      await must(bytes, head.readUInt16LE(24) + head.readUInt16LE(26) + head.readUInt16LE(28))
      named += 1
    } else if (at === signatures.wideEnd) await must(bytes, Number((await must(bytes, 8)).readBigUInt64LE() & 0xffffn))
    else if (at === signatures.wideLocator) await must(bytes, 16)
    else throw packedError('NOT_A_ZIP')
  }
  await must(bytes, 18)
  if (named !== entries) throw packedError('DIRECTORY_DIFFERS')
}

export async function readSignature(bytes: Bytes): Promise<number> {
  return (await must(bytes, 4)).readUInt32LE()
}

async function must(bytes: Bytes, length: number): Promise<Buffer> {
  const taken = await bytes.take(length)
  if (!taken) throw packedError('TRUNCATED')
  return taken
}

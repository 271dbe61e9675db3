// Files in wrappings, good ones by a common writer, bad ones by hand.
import { crc32 } from 'node:zlib'
import { strToU8, Zip, ZipDeflate, zipSync } from 'fflate'

export function zipOf(files: Readonly<Record<string, string | Uint8Array>>): Buffer {
  const contents = Object.entries(files).map(([name, one]) => [name, typeof one === 'string' ? strToU8(one) : one])
  return Buffer.from(zipSync(Object.fromEntries(contents)))
}

/** As programs write that do not know a size beforehand: it stands behind the data. */
export function streamedZip(files: Readonly<Record<string, string>>): Buffer {
  const parts: Uint8Array[] = []
  const zip = new Zip((error, part) => {
    if (error) throw error
    parts.push(part)
  })
  for (const [name, text] of Object.entries(files)) {
    const entry = new ZipDeflate(name)
    zip.add(entry)
    entry.push(strToU8(text), true)
  }
  zip.end()
  return Buffer.concat(parts)
}

export interface RawEntry {
  readonly data: Buffer
  readonly flags?: number
  readonly method?: number
  readonly unpacked?: number
  readonly crc?: number
}

/** Entries with headers as they are told, and a directory of so many records. */
export function rawZip(entries: readonly RawEntry[], records = entries.length): Buffer {
  const local = entries.map(({ data, flags = 0, method = 0, unpacked = data.length, crc = crc32(data) }) => {
    const head = Buffer.alloc(30)
    head.writeUInt32LE(0x04034b50, 0)
    head.writeUInt16LE(flags, 6)
    head.writeUInt16LE(method, 8)
    head.writeUInt32LE(crc, 14)
    head.writeUInt32LE(data.length, 18)
    head.writeUInt32LE(unpacked, 22)
    head.writeUInt16LE(1, 26)
    return Buffer.concat([head, Buffer.from('x'), data])
  })
  const record = Buffer.alloc(46)
  record.writeUInt32LE(0x02014b50, 0)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  return Buffer.concat([...local, ...Array.from({ length: records }, () => record), end])
}

export const boundary = '----hub-test'
export const multipartType = `multipart/form-data; boundary=${boundary}`

export interface Part {
  readonly name: string
  /** A field when left out. */
  readonly file?: string
  readonly content: string | Uint8Array
}

export function multipart(...parts: readonly Part[]): Buffer {
  const bytes = parts.flatMap(({ name, file, content }) => [
    Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="${name}"`),
    Buffer.from(
      file === undefined ? '\r\n\r\n' : `; filename="${file}"\r\ncontent-type: application/octet-stream\r\n\r\n`,
    ),
    Buffer.from(content as string),
    Buffer.from('\r\n'),
  ])
  return Buffer.concat([...bytes, Buffer.from(`--${boundary}--\r\n`)])
}

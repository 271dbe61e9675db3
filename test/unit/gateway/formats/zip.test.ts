import { deflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { MessageFormat } from '#schemas/files.ts'
import { rawZip, streamedZip, zipOf } from '../../../helpers/archives.ts'
import { readPieces, said } from '../../../helpers/pieces.ts'

const format: MessageFormat = { format: 'csv', wrapped: ['zip'] }
const read = (bytes: Buffer, ...sizes: number[]) => readPieces(bytes, format, { sizes })
const rows = (...cells: string[]) => `a\n${cells.join('\n')}\n`
const attachment = 'HUB_RECEIVE_ATTACHMENT ATTACHMENT'

describe('a zip file', () => {
  it('gives the messages of all its files, counted through', async () => {
    const out = await read(zipOf({ 'one.csv': rows('1', '2'), 'folder/': '', 'two.txt': rows('3') }))
    expect(said(out)).toEqual([{ a: '1' }, { a: '2' }, { a: '3' }])
    expect(out.reads.map(one => one.index)).toEqual([0, 1, 2])
    expect(out.fault).toBeUndefined()
  })

  it('is read when sizes stand behind the data, in pieces of any size', async () => {
    const bytes = streamedZip({ 'one.csv': rows('1', '2'), 'two.csv': rows('3') })
    for (const size of [1, 7, 1000]) expect(said(await read(bytes, size))).toEqual([{ a: '1' }, { a: '2' }, { a: '3' }])
  })

  it('has its names read over: a path in one leads nowhere', async () => {
    const out = await read(
      zipOf({ '../../../../etc/cron.d/x': rows('1'), '/etc/passwd': rows('2'), 'C:\\x.csv': rows('3') }),
    )
    expect(said(out)).toEqual([{ a: '1' }, { a: '2' }, { a: '3' }])
  })

  it('has what is no file of the format refused in its place, and the rest goes on', async () => {
    const pdf = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(300_000, 7)])
    const out = await read(zipOf({ 'a.csv': rows('1'), 'scan.csv': pdf, 'z.csv': rows('3') }), 999)
    expect(said(out)).toEqual([{ a: '1' }, attachment, { a: '3' }])
  })

  it('has a file that cannot be read refused in its place, and the rest goes on', async () => {
    const broken: MessageFormat = { format: 'xml', wrapped: ['zip'] }
    const bytes = zipOf({ 'a.xml': '<r><x>1</x></r>', 'b.xml': '<r><x>2</r>', 'c.xml': '<r><x>3</x></r>' })
    expect(said(await readPieces(bytes, broken))).toEqual([
      { x: '1' },
      'HUB_RECEIVE_UNREADABLE NOT_XML_IN_LINE_1',
      { x: '3' },
    ])
  })

  it('inside a zip file is refused in its place and not opened, be it its own copy', async () => {
    const inner = zipOf({ 'a.csv': rows('1') })
    expect(said(await read(zipOf({ 'inner.csv': inner, 'b.csv': rows('2') })))).toEqual([
      'HUB_RECEIVE_PACKED NESTED',
      { a: '2' },
    ])
  })

  it('is refused where the manifest does not allow it', async () => {
    const out = await readPieces(zipOf({ 'a.csv': rows('1') }), { format: 'csv' })
    expect(out).toEqual({ reads: [], fault: 'HUB_RECEIVE_CONTENT_TYPE CONTENT' })
  })
})

describe('a bomb', () => {
  it('that unpacks to a gigabyte is refused while it is small', async () => {
    const zeros = deflateRawSync(Buffer.alloc(64 << 20, 'a'))
    const out = await read(rawZip([{ data: zeros, method: 8, unpacked: 64 << 20 }]))
    expect(out).toEqual({ reads: [], fault: 'HUB_RECEIVE_PACKED UNPACKS_OVER_200_TIMES' })
  })

  it('of an attachment is refused although nobody reads it', async () => {
    const zeros = deflateRawSync(Buffer.alloc(64 << 20))
    expect((await read(rawZip([{ data: zeros, method: 8 }]))).fault).toBe('HUB_RECEIVE_PACKED UNPACKS_OVER_200_TIMES')
  })

  it('of a hundred thousand files and one is refused', async () => {
    const entry = { data: Buffer.alloc(0) }
    const out = await read(rawZip(Array.from({ length: 100_001 }, () => entry)), 65_536)
    expect(out.fault).toBe('HUB_RECEIVE_PACKED MORE_ENTRIES_THAN_100000')
  })
})

const good = zipOf({ 'a.csv': rows(...Array.from({ length: 500 }, (_, n) => String(n))) })
const packed = deflateRawSync(Buffer.from(rows('1')))
const flipped = Buffer.from(good)
flipped[60] = flipped[60]! ^ 0xff

describe.each([
  ['an encrypted file', rawZip([{ data: Buffer.from(rows('1')), flags: 1 }]), 'ENCRYPTED'],
  ['a way of packing that is not common', rawZip([{ data: Buffer.from(rows('1')), method: 14 }]), 'METHOD'],
  [
    'a file of unknown size that is not packed',
    rawZip([{ data: Buffer.from(rows('1')), flags: 8 }]),
    'STORED_WITHOUT_SIZE',
  ],
  ['a checksum that does not fit', rawZip([{ data: Buffer.from(rows('1')), crc: 1 }]), 'DATA_DIFFERS'],
  ['a size that does not fit', rawZip([{ data: packed, method: 8, unpacked: 999, crc: 0 }]), 'DATA_DIFFERS'],
  ['data that cannot be unpacked', rawZip([{ data: Buffer.alloc(40, 0xff), method: 8 }]), 'DATA'],
  ['a directory of other files', rawZip([{ data: Buffer.from(rows('1')) }], 2), 'DIRECTORY_DIFFERS'],
  ['bytes between its records', Buffer.concat([good.subarray(0, good.length - 22), Buffer.alloc(40, 1)]), 'NOT_A_ZIP'],
  ['a file that was cut off in its data', good.subarray(0, 200), 'TRUNCATED'],
  ['a file that was cut off in its directory', good.subarray(0, good.length - 30), 'TRUNCATED'],
  ['a file that was cut off in its last record', good.subarray(0, good.length - 1), 'TRUNCATED'],
])('%s', (_what, bytes, rule) => {
  it('ends the reading with a reason', async () => {
    for (const size of [1, 65_536]) expect((await read(bytes, size)).fault).toBe(`HUB_RECEIVE_PACKED ${rule}`)
  })
})

it('never takes a damaged file for a good one', async () => {
  expect((await read(flipped)).fault).toMatch(/^HUB_RECEIVE_PACKED DATA/)
})

import { describe, expect, it } from 'vitest'
import { openStream } from '#gateway/formats/reader.ts'
import type { MessageFormat } from '#schemas/files.ts'
import { multipart, multipartType, zipOf } from '../../../helpers/archives.ts'
import { pieces, readPieces, said } from '../../../helpers/pieces.ts'

const format: MessageFormat = { format: 'csv', wrapped: ['zip', 'multipart'] }
const read = (bytes: Uint8Array, type = multipartType, ...sizes: number[]) => readPieces(bytes, format, { type, sizes })
const table = { name: 'file', file: 'table.xlsx.csv', content: 'a\n1\n2\n' }

describe('a multipart body', () => {
  it('gives the messages of its file part, fields beside it left alone', async () => {
    const body = multipart({ name: 'note', content: '说明' }, table, { name: 'after', content: 'x' })
    for (const size of [1, 17, 4096])
      expect(said(await read(body, multipartType, size))).toEqual([{ a: '1' }, { a: '2' }])
  })

  it('takes a zip file as a part, one wrapping in the other', async () => {
    const zip = { name: 'file', file: 'x', content: zipOf({ 'a.csv': 'a\n3\n' }) }
    expect(said(await read(multipart(table, zip)))).toEqual([{ a: '1' }, { a: '2' }, { a: '3' }])
  })

  it('has attachments refused in their place, with the advice to send references', async () => {
    const scan = {
      name: 'scan',
      file: 'scan.csv',
      content: Buffer.concat([Buffer.from('%PDF'), Buffer.alloc(200_000)]),
    }
    const { reads, fault } = await read(multipart(scan, table))
    expect(said({ reads })).toEqual(['HUB_RECEIVE_ATTACHMENT ATTACHMENT', { a: '1' }, { a: '2' }])
    expect('error' in reads[0]! && reads[0].error.entry.todo.en).toContain('send attachments by reference')
    expect(fault).toBeUndefined()
  })

  it.each([
    ['no file part', multipart({ name: 'a', content: 'b' }), multipartType, 'HUB_RECEIVE_UNREADABLE NO_FILE_PART'],
    ['no boundary', multipart(table), 'multipart/form-data', 'HUB_RECEIVE_UNREADABLE NO_BOUNDARY'],
    [
      'another boundary',
      multipart(table),
      'multipart/form-data; boundary=other',
      'HUB_RECEIVE_UNREADABLE NOT_MULTIPART',
    ],
    [
      'too many parts',
      multipart(...Array.from({ length: 101 }, () => table)),
      multipartType,
      'HUB_RECEIVE_UNREADABLE MAX_PARTS',
    ],
  ])('with %s is refused', async (_what, body, type, fault) => {
    expect((await read(body, type)).fault).toBe(fault)
  })

  it('that was cut off keeps what came before', async () => {
    const body = multipart({ ...table, content: `a\n${'1\n'.repeat(40_000)}` })
    const out = await read(body.subarray(0, 70_000), multipartType, 4096)
    expect(out.reads.length).toBeGreaterThan(30_000)
    expect(out.fault).toBe('HUB_RECEIVE_UNREADABLE NOT_MULTIPART')
  })

  it('is refused where the manifest does not allow it', async () => {
    const out = await readPieces(multipart(table), { format: 'csv', wrapped: ['zip'] }, { type: multipartType })
    expect(out.fault).toBe('HUB_RECEIVE_CONTENT_TYPE MULTIPART')
  })
})

it('reads no more of a source than is asked of it', async () => {
  let given = 0
  async function* counted() {
    for await (const part of pieces(multipart({ ...table, content: `a\n${'1\n'.repeat(2_000_000)}` }), 65_536)) {
      given += part.length
      yield part
    }
  }
  const chunks = openStream(counted(), multipartType, format)[Symbol.asyncIterator]()
  expect((await chunks.next()).value).toHaveLength(500)
  await new Promise(done => setTimeout(done, 50))
  expect(given).toBeLessThan(1 << 20)
  await chunks.return?.()
  const before = given
  await new Promise(done => setTimeout(done, 50))
  expect(given).toBeLessThanOrEqual(before + 65_536)
})

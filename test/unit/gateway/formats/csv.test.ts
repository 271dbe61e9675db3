import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import type { ReadMessage } from '#gateway/formats/read.ts'
import { openWhole, parseStored } from '#gateway/formats/reader.ts'
import { writeBody } from '#gateway/formats/writer.ts'
import type { CsvFormat, MessageFormat } from '#schemas/files.ts'
import { plain, readPieces, said } from '../../../helpers/pieces.ts'

const csv = (options: CsvFormat = {}): MessageFormat => ({ format: 'csv', csv: options })
const open = (text: string | Buffer, options?: CsvFormat) =>
  openWhole(Buffer.from(text as string), undefined, csv(options))

describe('a table', () => {
  it('gives a message a row, its cells named by the header', () => {
    expect(said(open('编号,备注\r\n1,"甲,""乙""\n丙"\r\n\r\n2,\r\n'))).toEqual([
      { 编号: '1', 备注: '甲,"乙"\n丙' },
      { 编号: '2', 备注: '' },
    ])
  })

  it('has names trimmed and folded, each of them once, none of them empty', () => {
    expect(said(open(' 案件编号（新） ,ＡＢ,AB,\n1,2,3,4\n'))).toEqual([
      { '案件编号(新)': '1', AB: '2', 'AB#2': '3', '#4': '4' },
    ])
  })

  it('takes quotes inside a cell, and any line end, as they come', () => {
    expect(said(open('a,b\n5" 管,"x"y\r"1",\r\n'))).toEqual([
      { a: '5" 管', b: '"x"y' },
      { a: '1', b: '' },
    ])
  })

  it('has the delimiter and the names of the manifest where it has no header', () => {
    expect(said(open('1;2\n', { delimiter: ';', columns: ['a', 'b'] }))).toEqual([{ a: '1', b: '2' }])
  })

  it('is read in GB18030, and with a byte order mark', async () => {
    const gb = iconv.encode('编号,名称\n1,虚甲一𠮷\n', 'gb18030')
    const expected = [{ 编号: '1', 名称: '虚甲一𠮷' }]
    expect(said(open(gb, { encoding: 'gb18030' }))).toEqual(expected)
    expect(said(await readPieces(gb, csv(), { type: 'text/csv; charset=gbk', sizes: [1] }))).toEqual(expected)
    expect(said(open('\ufeff编号\n1\n'))).toEqual([{ 编号: '1' }])
    const mixed = Buffer.concat([Buffer.from('编号,名称\n1,'), iconv.encode('虚甲', 'gbk'), Buffer.from('\n2,虚乙\n')])
    expect(said(open(mixed))).toEqual([
      { 编号: '1', 名称: expect.stringContaining('\ufffd') },
      { 编号: '2', 名称: '虚乙' },
    ])
  })

  it('without a row is refused', async () => {
    for (const text of ['', '\n\n', 'a,b\n'])
      expect((await readPieces(text, csv())).fault).toBe('HUB_RECEIVE_UNREADABLE EMPTY_LIST')
    expect(() => open('a,b\n')).toThrow(expect.objectContaining({ code: 'HUB_RECEIVE_UNREADABLE' }))
  })
})

describe('a row', () => {
  it('is stored with the header above it, and read again into the same tree', () => {
    const reads = open('编号 ,备注,备注\n1,"甲,""乙""\n丙",\n').reads as ReadMessage[]
    expect(reads[0]!.bytes.toString()).toBe('编号,备注,备注#2\r\n1,"甲,""乙""\n丙",\r\n')
    expect(plain(parseStored(reads[0]!.bytes, reads[0]!.contentType, csv()))).toEqual(plain(reads[0]!.tree))
  })

  it('of one empty cell is no empty line', () => {
    const [read] = open('a\n""\n').reads as ReadMessage[]
    expect(plain(parseStored(read!.bytes, read!.contentType, csv()))).toEqual({ a: '' })
  })

  it('with more or fewer cells than the header is refused alone', async () => {
    const expected = [
      { a: '1', b: '2' },
      'HUB_RECEIVE_UNREADABLE CELLS_1_OF_2',
      'HUB_RECEIVE_UNREADABLE CELLS_3_OF_2',
      { a: '4', b: '5' },
    ]
    const text = 'a,b\n1,2\n3\n1,2,3\n4,5\n'
    expect(said(open(text))).toEqual(expected)
    const out = await readPieces(text, csv(), { sizes: [1] })
    expect(said(out)).toEqual(expected)
    expect(out.reads.map(one => one.index)).toEqual([0, 1, 2, 3])
  })

  it('before an open quote holds, and the rest is refused', async () => {
    const cut = await readPieces('a,b\n1,2\n3,"4\n5,6\n', csv())
    expect(said(cut)).toEqual([{ a: '1', b: '2' }])
    expect(cut.fault).toMatch(/^HUB_RECEIVE_UNREADABLE CSV_QUOTE_NOT_CLOSED_IN_LINE_\d$/)
    const endless = await readPieces(`a,b\n1,2\n3,"${'4,5\n'.repeat(300_000)}`, csv())
    expect(said(endless)).toEqual([{ a: '1', b: '2' }])
    expect(endless.fault).toMatch(/^HUB_RECEIVE_UNREADABLE CSV_MAX_RECORD_SIZE_IN_LINE_\d+$/)
  })
})

describe('a table that goes out', () => {
  const write = (trees: Parameters<typeof writeBody>[0], options: CsvFormat = {}) =>
    writeBody(trees, { format: 'csv', csv: options }).body

  it('has no cell that a spreadsheet runs, and numbers stay numbers', () => {
    const cells = ['=1+1', '+86-571', '-2', '+3.5', '@SUM', '\t=1', ' =1', '＝1', '-', '1-2', '正常']
    const text = write(cells.map(cell => ({ a: cell }))).toString()
    expect(text.split('\r\n').slice(1, -1)).toEqual([
      "'=1+1",
      "'+86-571",
      '-2',
      '+3.5',
      "'@SUM",
      "'\t=1",
      "' =1",
      "'＝1",
      "'-",
      '1-2',
      '正常',
    ])
  })

  it('has the columns of the manifest, or those of its first row under a header', () => {
    expect(write([{ b: 1, a: null, c: ['x'] }]).toString()).toBe('\ufeffb,a,c\r\n1,,"[""x""]"\r\n')
    expect(write([{ b: true, a: '2' }], { columns: ['a', 'b'], delimiter: '|' }).toString()).toBe('\ufeff2|true\r\n')
  })

  it('is read again by the reader, in either encoding', () => {
    for (const encoding of ['utf-8', 'gb18030'] as const) {
      const trees = [{ 编号: '1', 名称: '虚甲,"一"\n𠮷' }]
      expect(said(openWhole(write(trees, { encoding }), undefined, csv({ encoding })))).toEqual(trees)
    }
  })
})

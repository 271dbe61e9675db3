import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import type { ReadMessage } from '#gateway/formats/read.ts'
import { openWhole, parseStored } from '#gateway/formats/reader.ts'
import type { MessageFormat, XmlFormat } from '#schemas/files.ts'
import { plain, readPieces, said } from '../../../../helpers/pieces.ts'

const uri = 'http://dataexchange.court.gov.cn/2009/data'
const court: XmlFormat = { namespaces: { '': uri }, item: '/resource/data/T_AJ', lists: ['/T_DSR', '/T_DSR/C_DH'] }
const xml = (options: XmlFormat = {}): MessageFormat => ({ format: 'xml', xml: options })
const open = (text: string | Buffer, options: XmlFormat = {}, type?: string) =>
  openWhole(Buffer.from(text as string), type, xml(options))
const tree = (text: string, options?: XmlFormat) => said(open(text, options))[0]

describe('a tree', () => {
  it('has texts, attributes as @name, and text beside either as #text', () => {
    expect(tree('<r a="1"><b/><c> x </c><d e="2">y</d><f>p<g/>q</f></r>')).toEqual({
      '@a': '1',
      b: '',
      c: ' x ',
      d: { '@e': '2', '#text': 'y' },
      f: { g: '', '#text': 'pq' },
    })
    expect(tree('<r>\n  <b>1</b>\n</r>')).toEqual({ b: '1' })
    expect(tree('<r><![CDATA[<a>&]]>&#x4e2d;&amp;</r>')).toBe('<a>&中&')
  })

  it('has declared lists however often their element comes', () => {
    const one = '<r><T_DSR><C_MC>甲</C_MC><C_DH>1</C_DH></T_DSR></r>'
    const two = '<r><T_DSR><C_MC>甲</C_MC></T_DSR><x/><T_DSR><C_DH>1</C_DH><C_DH>2</C_DH></T_DSR></r>'
    const lists = { lists: court.lists! }
    expect(tree(one, lists)).toEqual({ T_DSR: [{ C_MC: '甲', C_DH: ['1'] }] })
    expect(tree(two, lists)).toEqual({ T_DSR: [{ C_MC: '甲' }, { C_DH: ['1', '2'] }], x: '' })
  })

  it('never loses an element that comes again, nor makes a list of it', () => {
    expect(tree('<r><C_MC>甲</C_MC><C_MC>乙</C_MC><C_MC>丙</C_MC></r>')).toEqual({
      C_MC: '甲',
      'C_MC#2': '乙',
      'C_MC#3': '丙',
    })
  })

  it('is named by the prefixes of the manifest, whatever those of the sender are', () => {
    const named = { namespaces: { '': 'urn:a', p: 'urn:b' } }
    const expected = { x: '1', 'p:y': { '@p:z': '2' }, '{urn:c}w': '3' }
    expect(
      tree('<r xmlns="urn:a" xmlns:q="urn:b" xmlns:c="urn:c"><x>1</x><q:y q:z="2"/><c:w>3</c:w></r>', named),
    ).toEqual(expected)
    expect(
      tree(
        '<k:r xmlns:k="urn:a"><k:x>1</k:x><y xmlns="urn:b" xmlns:b="urn:b" b:z="2"/><w xmlns="urn:c">3</w></k:r>',
        named,
      ),
    ).toEqual(expected)
    expect(tree('<a:r xmlns:a="urn:any"><a:x>1</a:x></a:r>')).toEqual({ x: '1' })
  })

  it('takes xsi:nil for no value, and no other hint of a validator for one', () => {
    const xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    expect(tree(`<r ${xsi} xsi:schemaLocation="a b"><x xsi:nil="true"> </x></r>`)).toEqual({ x: '' })
  })

  it('holds an element named __proto__ as one of its own', () => {
    const [read] = open('<r><__proto__><polluted>1</polluted></__proto__></r>').reads as ReadMessage[]
    expect(Object.keys(read!.tree as object)).toEqual(['__proto__'])
    expect(({} as { polluted?: string }).polluted).toBeUndefined()
  })

  it('keeps control characters and characters of no alphabet, for the mapping to flag', () => {
    expect(tree('<r a="x\u0001">y\u001f😀\u000b</r>')).toEqual({ '@a': 'x\u0001', '#text': 'y\u001f😀\u000b' })
  })
})

describe('an item', () => {
  const item = (n: number) => `<c:T_AJ><c:C_AH>${n}</c:C_AH><c:T_DSR><c:C_MC>甲${n}</c:C_MC></c:T_DSR></c:T_AJ>`
  const file = (...items: string[]) =>
    `<?xml version="1.0"?><c:resource xmlns:c="${uri}"><c:brief><c:count>9</c:count></c:brief><c:data>${items.join('\n')}</c:data></c:resource>`
  const treeOf = (n: number) => ({ C_AH: String(n), T_DSR: [{ C_MC: `甲${n}` }] })

  it('is found by its path, alone or among others, and its pointers are the same', () => {
    expect(said(open(file(item(1)), court))).toEqual([treeOf(1)])
    expect(said(open(file(item(1), item(2)), court))).toEqual([treeOf(1), treeOf(2)])
    expect(open(file(item(1)), court).many).toBe(false)
    expect(open(file(item(1), item(2)), court).many).toBe(true)
  })

  it('alone is stored as sent, among others as a document of its own; both are read again into the same tree', () => {
    const text = file(item(1))
    const [alone] = open(text, court).reads as ReadMessage[]
    expect(alone!.bytes.toString()).toBe(text)
    const both = open(file(item(1), item(2)), court).reads as ReadMessage[]
    expect(both[1]!.bytes.toString()).toBe(`<T_AJ xmlns="${uri}"><C_AH>2</C_AH><T_DSR><C_MC>甲2</C_MC></T_DSR></T_AJ>`)
    for (const one of [alone!, ...both])
      expect(plain(parseStored(one.bytes, one.contentType, xml(court)))).toEqual(plain(one.tree))
  })

  it('has what comments and the envelope say beside it', () => {
    const [read] = open(`${file(`<!-- 说明 -->${item(1)}`)}<!-- 尾 -->`, court).reads as ReadMessage[]
    expect(read!.beside).toEqual(expect.arrayContaining([' 说明 ', '9', ' 尾 ']))
  })

  it('elsewhere than on its path is none', () => {
    expect(() => open(`<resource xmlns="${uri}"><T_AJ/></resource>`, court)).toThrow(
      expect.objectContaining({ facts: { pointer: '/resource/data/T_AJ', rule: 'NO_ITEM' } }),
    )
  })

  it('that is too large is refused alone', async () => {
    const large = `<c:T_AJ><c:C_AH>${'9'.repeat(1_048_577)}</c:C_AH></c:T_AJ>`
    const many = `<c:T_AJ>${'<c:x/>'.repeat(100_001)}</c:T_AJ>`
    const expected = [treeOf(1), 'HUB_RECEIVE_TOO_LARGE MAX_BYTES', 'HUB_RECEIVE_TOO_LARGE MAX_NODES', treeOf(4)]
    expect(said(open(file(item(1), large, many, item(4)), court))).toEqual(expected)
    expect(said(await readPieces(file(item(1), large, many, item(4)), xml(court), { sizes: [65_536] }))).toEqual(
      expected,
    )
  })

  it('before a fault holds', async () => {
    const out = await readPieces(file(item(1), item(2), '<c:T_AJ></c:broken>'), xml(court))
    expect(said(out)).toEqual([treeOf(1), treeOf(2)])
    expect(out.fault).toMatch(/^HUB_RECEIVE_UNREADABLE NOT_XML_IN_LINE_3$/)
  })
})

describe('the encoding', () => {
  const text = (declared: string) => `<?xml version='1.0' encoding='${declared}'?><r><x>虚甲一㐂𠮷</x></r>`
  const expected = [{ x: '虚甲一㐂𠮷' }]

  it.each([
    [
      'what HTTP says, before the prolog',
      iconv.encode(text('UTF-8'), 'gb18030'),
      'text/xml; charset=GB18030',
      undefined,
    ],
    ['what the prolog says', iconv.encode(text('gb18030'), 'gb18030'), 'text/xml', undefined],
    ['what the manifest says', iconv.encode('<r><x>虚甲一㐂𠮷</x></r>', 'gb18030'), undefined, 'gb18030'],
    ['the mark, before the prolog', Buffer.from(`\ufeff${text('GBK')}`), undefined, undefined],
    ['UTF-8 when nothing says anything', Buffer.from('<r><x>虚甲一㐂𠮷</x></r>'), undefined, undefined],
  ] as const)('is %s', async (_what, bytes, type, encoding) => {
    const format = xml(encoding ? { encoding } : {})
    expect(said(openWhole(bytes, type, format))).toEqual(expected)
    expect(said(await readPieces(bytes, format, { sizes: [1], ...(type ? { type } : {}) }))).toEqual(expected)
    const [read] = openWhole(bytes, type, format).reads as ReadMessage[]
    expect(plain(parseStored(read!.bytes, read!.contentType, format))).toEqual(expected[0])
  })

  it('that the hub cannot read is refused', () => {
    expect(() => open(text('Big5'))).toThrow(expect.objectContaining({ code: 'HUB_RECEIVE_CONTENT_TYPE' }))
  })

  it('that bytes do not keep costs their field, not the message', () => {
    const bytes = Buffer.concat([Buffer.from('<r><x>'), iconv.encode('虚甲', 'gbk'), Buffer.from('</x><y>1</y></r>')])
    expect(said(openWhole(bytes, undefined, xml()))).toEqual([{ x: expect.stringContaining('\ufffd'), y: '1' }])
  })
})

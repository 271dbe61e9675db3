import iconv from 'iconv-lite'
import { expect, it } from 'vitest'
import { charsetOf, decodeText, sniffCharset } from '#gateway/formats/encodings.ts'
import { isHubError } from '#schemas/errors.ts'

it('believes HTTP first, then the byte order mark, then the configuration', () => {
  const marked = Buffer.from('\ufeff{}')
  const markedGb = Buffer.from([0x84, 0x31, 0x95, 0x33, 0x7b, 0x7d])
  expect(sniffCharset(marked, 'application/json; charset=GBK', 'utf-8')).toBe('gb18030')
  expect(sniffCharset(marked, 'application/json', 'gb18030')).toBe('utf-8')
  expect(sniffCharset(markedGb, 'application/json')).toBe('gb18030')
  expect(sniffCharset(Buffer.from('{}'), undefined, 'gb18030')).toBe('gb18030')
  expect(sniffCharset(Buffer.from('{}'), undefined)).toBe('utf-8')
  expect(decodeText(marked, 'utf-8')).toBe('{}')
  expect(decodeText(markedGb, 'gb18030')).toBe('{}')
})

it('decodes GBK and the four bytes of GB18030', () => {
  const text = '虚甲一㐀𠮷〔2026〕'
  expect(decodeText(iconv.encode(text, 'gb18030'), 'gb18030')).toBe(text)
})

it('marks undecodable bytes and keeps the rest', () => {
  const mixed = Buffer.concat([Buffer.from('{"a":"'), iconv.encode('虚甲', 'gbk'), Buffer.from('","b":"好"}')])
  const tree = JSON.parse(decodeText(mixed, 'utf-8')) as { a: string; b: string }
  expect(tree.a).toContain('\ufffd')
  expect(tree.b).toBe('好')
})

it('knows the names of the charsets, and refuses others', () => {
  for (const name of ['gb2312', 'GBK', '"gb18030"', 'GB18030;x=1'])
    expect(charsetOf(`text/plain; charset=${name}`)).toBe('gb18030')
  expect(charsetOf('text/plain')).toBe(undefined)
  for (const name of ['utf-16', 'constructor', 'big5'])
    expect(() => charsetOf(`text/plain; charset=${name}`)).toThrow('this content type is not taken here (CHARSET)')
  try {
    charsetOf('text/plain; charset=big5')
  } catch (error) {
    expect(isHubError(error) && error.entry.status).toBe(415)
  }
})

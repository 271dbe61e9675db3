// Single messages in other words than JSON, at the front door.
import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import { parseStored } from '#gateway/formats/reader.ts'
import type { InboundMessage, MessageFormat } from '#schemas/files.ts'
import { kit, opened } from '../../../helpers/front-door.ts'
import { plain } from '../../../helpers/pieces.ts'

const no = '浙杭西湖劳人仲案[2026]0123号'
const xml: Partial<InboundMessage> = {
  format: 'xml',
  xml: { item: '/r/case', namespaces: { '': 'urn:court' } },
  wrapped: ['zip'],
}
const form: Partial<InboundMessage> = { format: 'form', form: { field: 'data' } }
const typed = (type: string) => ({ headers: { 'content-type': type } })
const document = (...cases: string[]) => `<r xmlns="urn:court"><head>1</head>${cases.join('')}</r>`
const one = (zt = '受理') => `<case><no>${no}</no><zt>${zt}</zt></case>`

describe('XML', () => {
  it('of one case is stored as sent, answered with a receipt, and read again', async () => {
    const { post, records } = kit({ message: xml })
    const answer = await post(document(one()), typed('application/xml'))
    expect(answer.json).toMatchObject({ status: 'received', duplicate: false })
    expect(opened(records[0]!)).toBe(document(one()))
    const stored = parseStored(
      Buffer.from(opened(records[0]!)),
      records[0]!.headers!['content-type'],
      xml as MessageFormat,
    )
    expect(plain(stored)).toEqual({ no, zt: '受理' })
  })

  it('in another encoding, or by other prefixes, is the same message', async () => {
    const { post } = kit({ message: xml })
    const first = await post(document(one()), typed('text/xml'))
    const prolog = `<?xml version="1.0" encoding="GB18030"?>`
    const second = await post(iconv.encode(`${prolog}${document(one())}`, 'gb18030'), typed('text/xml'))
    const other = `<c:r xmlns:c="urn:court"><c:case><c:zt>受理</c:zt><c:no>${no}</c:no></c:case></c:r>`
    const third = await post(other, typed('application/soap+xml'))
    expect([second.json.messageId, third.json.messageId]).toEqual([first.json.messageId, first.json.messageId])
  })

  it('of many cases is answered item by item', async () => {
    const { post, records } = kit({ message: xml })
    const answer = await post(document(one('1'), '<case><no/></case>', one('3')), typed('application/xml'))
    expect(answer.status).toBe(202)
    expect(answer.json.items.map((item: { status: string }) => item.status)).toEqual([
      'received',
      'refused',
      'received',
    ])
    expect(opened(records[1]!)).toBe(`<case xmlns="urn:court"><no>${no}</no><zt>3</zt></case>`)
  })

  it.each([
    ['a document type', '<!DOCTYPE r SYSTEM "x"><r/>', 400, { rule: 'DOCTYPE' }],
    ['no item', document(), 400, { pointer: '/r/case', rule: 'NO_ITEM' }],
    ['no number', document('<case><zt>1</zt></case>'), 422, { code: 'HUB_RECEIVE_CONTRACT', pointer: '/no' }],
    ['a secrecy mark', document(one('机密★')), 422, { code: 'HUB_RECEIVE_SECRET_MARK', pointer: '/zt' }],
    ['a mark in a comment', document(one('<!-- 机密★10年 -->')), 422, { code: 'HUB_RECEIVE_SECRET_MARK', pointer: '' }],
    ['a mark around the case', document('<note>绝密★</note>', one()), 422, { code: 'HUB_RECEIVE_SECRET_MARK' }],
    ['2 MB of text', document(one('字'.repeat(700_000))), 413, { code: 'HUB_RECEIVE_TOO_LARGE' }],
  ])('with %s is refused', async (_what, text, status, problem) => {
    const { post, records } = kit({ message: xml })
    const answer = await post(text, typed('application/xml'))
    expect([answer.status, answer.json]).toEqual([status, expect.objectContaining(problem)])
    expect(records).toEqual([])
  })
})

describe('a form', () => {
  const body = (value: unknown) => new URLSearchParams({ other: 'x', data: JSON.stringify(value) }).toString()
  const type = typed('application/x-www-form-urlencoded')

  it('holds one message, or many, in its field', async () => {
    const { post, records } = kit({ message: form })
    expect((await post(body({ no }), type)).json).toMatchObject({ status: 'received' })
    expect((await post(body([{ no }]), type)).json).toMatchObject({ status: 'received', duplicate: true })
    expect(
      (
        await post(
          body([
            { no, a: 1 },
            { no, a: 2 },
          ]),
          type,
        )
      ).json.items,
    ).toHaveLength(2)
    expect(records.map(opened).slice(2)).toEqual([`{"no":"${no}","a":1}`, `{"no":"${no}","a":2}`])
  })

  it.each([
    ['other=1', { pointer: '', rule: 'form field data' }],
    ['data=%7B', { pointer: '/data', rule: 'JSON' }],
    ['data=[]', { pointer: '/data', rule: 'EMPTY_LIST' }],
  ])('that says %s is refused', async (text, problem) => {
    const answer = await kit({ message: form }).post(text, type)
    expect([answer.status, answer.json]).toEqual([400, expect.objectContaining(problem)])
  })

  it('may hide no secrecy mark behind a name that comes again', async () => {
    const { post } = kit({ message: form })
    const text = `data=${encodeURIComponent(`{"no":"${no}","a":"机密★","a":"x"}`)}`
    expect((await post(text, type)).json.code).toBe('HUB_RECEIVE_SECRET_MARK')
  })
})

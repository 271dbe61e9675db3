// What strangers send to break a reader: refused at once, and nothing of it is looked up, expanded or kept.
import { describe, expect, it } from 'vitest'
import { openWhole } from '#gateway/formats/reader.ts'
import type { MessageFormat } from '#schemas/files.ts'
import { readPieces } from '../../../../helpers/pieces.ts'

const format: MessageFormat = { format: 'xml' }

const laughs = `<!DOCTYPE lolz [<!ENTITY lol "lol">${Array.from(
  { length: 9 },
  (_, n) => `<!ENTITY lol${n + 1} "${`&lol${n || ''};`.repeat(10)}">`,
).join('')}]><r>&lol9;</r>`

const documents: readonly (readonly [string, string, string])[] = [
  ['an external entity', '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>', 'DOCTYPE'],
  ['a document type at an address', '<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd"><r/>', 'DOCTYPE'],
  ['a billion laughs', laughs, 'DOCTYPE'],
  ['a parameter entity', '<!DOCTYPE r [<!ENTITY % p "<!ENTITY q \'1\'>">%p;]><r>&q;</r>', 'DOCTYPE'],
  ['an entity nobody declared', '<r>&nbsp;</r>', 'NOT_XML_IN_LINE_1'],
  ['sixty-five levels', `${'<a>'.repeat(65)}${'</a>'.repeat(65)}`, 'NESTED_DEEPER_THAN_64'],
  ['a million open elements', '<a>'.repeat(1_000_000), 'NESTED_DEEPER_THAN_64'],
  ['a document type without an end', `<!DOCTYPE r [${'<!ENTITY a "b">'.repeat(200_000)}`, 'TOKEN_TOO_LONG'],
  ['a comment without an end', `<r><!-- ${'x'.repeat(3 << 20)}`, 'TOKEN_TOO_LONG'],
  [
    'a tag of a million attributes',
    `<r ${Array.from({ length: 300_000 }, (_, n) => `a${n}=""`).join(' ')}/>`,
    'TOKEN_TOO_LONG',
  ],
  ['a text without an end', `<r>${'x'.repeat(3 << 20)}`, 'TOKEN_TOO_LONG'],
  ['one attribute twice', '<r a="1" a="2"/>', 'NOT_XML_IN_LINE_1'],
  ['an unbound prefix', '<p:r/>', 'NOT_XML_IN_LINE_1'],
  ['tags that cross', '<r>\n<a><b></a></b></r>', 'NOT_XML_IN_LINE_2'],
  ['a file that was cut off', '<r><a>1</a>', 'NOT_XML_IN_LINE_1'],
  ['two roots', '<r/><r/>', 'NOT_XML_IN_LINE_1'],
  ['UTF-16', '\ufffe<\u0000r\u0000/\u0000>\u0000', 'NOT_XML_IN_LINE_1'],
  ['no XML', '{"a":1}', 'NOT_XML_IN_LINE_1'],
]

describe.each(documents)('%s', (_what, text, rule) => {
  it('is refused whole', () => {
    expect(() => openWhole(Buffer.from(text), undefined, format)).toThrow(
      expect.objectContaining({ code: 'HUB_RECEIVE_UNREADABLE', facts: { pointer: '', rule } }),
    )
  })

  it('is refused in pieces', async () => {
    const isXml = text.startsWith('<')
    const { fault } = await readPieces(text, format, { sizes: [999] })
    expect(fault).toBe(isXml ? `HUB_RECEIVE_UNREADABLE ${rule}` : 'HUB_RECEIVE_CONTENT_TYPE CONTENT')
  })
})

it('takes sixty-four levels', () => {
  expect(openWhole(Buffer.from(`${'<a>'.repeat(64)}${'</a>'.repeat(64)}`), undefined, format).reads).toHaveLength(1)
})

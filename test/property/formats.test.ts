// However a file is cut into pieces, it holds the same messages; and what is written is read again.
import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import iconv from 'iconv-lite'
import { expect, it } from 'vitest'
import type { Json } from '#connectors/sdk.ts'
import { isUnread, type Read } from '#gateway/formats/read.ts'
import { openWhole, parseStored } from '#gateway/formats/reader.ts'
import { writeBody } from '#gateway/formats/writer.ts'
import { writeItem } from '#gateway/formats/xml/writer.ts'
import type { MessageFormat, XmlFormat } from '#schemas/files.ts'
import { multipart, multipartType, rawZip, streamedZip, zipOf } from '../helpers/archives.ts'
import { plain, type ReadOut, readPieces } from '../helpers/pieces.ts'

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 })
const word = fc.oneof(
  fc.constantFrom(
    '甲',
    '虚甲一𠮷',
    ' x ',
    '"',
    '""',
    ',',
    'a,b',
    '\n',
    '\r\n',
    '',
    '<',
    '&',
    ']]>',
    '\u0001',
    '\ufffd',
    "'",
    '=1',
  ),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
)
const csv: MessageFormat = { format: 'csv', wrapped: ['zip', 'multipart'] }
const court: XmlFormat = { namespaces: { '': 'urn:a', p: 'urn:b' }, item: '/r/d/i', lists: ['/l', '/o/l'] }
const xml: MessageFormat = { format: 'xml', xml: court, wrapped: ['zip'] }

function comparable({ reads, fault }: ReadOut): unknown {
  return { fault, reads: reads.map(comparableRead) }
}

function comparableRead(one: Read): unknown {
  if (isUnread(one)) return [one.index, one.error.code, one.error.facts]
  return [one.index, one.contentType, one.bytes.toString('latin1'), plain(one.tree)]
}

async function sameInPieces(
  bytes: Buffer,
  format: MessageFormat,
  cuts: readonly number[],
  type?: string,
): Promise<void> {
  const options = type === undefined ? {} : { type }
  const whole = await readPieces(bytes, format, options)
  expect(comparable(await readPieces(bytes, format, { ...options, sizes: cuts }))).toEqual(comparable(whole))
}

/** Rows of any number of cells, quoted well or badly. */
const tableText = fc
  .array(
    fc.array(
      fc.oneof(
        word,
        word.map(cell => `"${cell.replaceAll('"', '""')}"`),
      ),
      { maxLength: 4 },
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map(rows => rows.map(cells => cells.join(',')).join('\r\n'))

it('a table in pieces is the same table, whole characters in them or not', async () => {
  await fc.assert(
    fc.asyncProperty(tableText, sizes, fc.constantFrom('utf-8', 'gb18030'), async (text, cuts, encoding) => {
      await sameInPieces(iconv.encode(text, encoding), csv, cuts, `text/csv; charset=${encoding}`)
    }),
  )
})

it('bytes of no charset in pieces are the same bytes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 60 }), sizes, async (cell, cuts) => {
      const bytes = Buffer.concat([Buffer.from('a\nx'), cell, Buffer.from('\ny\n')])
      await sameInPieces(bytes, csv, cuts)
      await sameInPieces(bytes, csv, cuts, 'text/csv; charset=gbk')
    }),
  )
})

const element = fc.letrec<{ node: Json; object: Json }>(tie => ({
  node: fc.oneof({ maxDepth: 3 }, word, word, tie('object')),
  object: fc
    .dictionary(fc.constantFrom('a', 'b', 'p:c', '{urn:c}d', 'o', 'x.y-z', '__proto__'), tie('node'), { maxKeys: 4 })
    .chain(children =>
      fc
        .record(
          { '@a': word, '@p:b': word, '@{urn:c}d': word, '#text': fc.constantFrom('甲', ' 乙 '), 'a#2': word },
          { requiredKeys: [] },
        )
        .map(
          ({ 'a#2': again, ...more }) =>
            ({
              ...children,
              ...more,
              ...('a' in children && again !== undefined ? { 'a#2': again } : {}),
            }) as Json,
        ),
    ),
}))
const itemTree = fc.tuple(element.object, fc.array(element.node, { minLength: 1, maxLength: 3 })).map(([tree, l]) => ({
  ...(tree as object),
  l,
})) as fc.Arbitrary<Json>

/** As XML has it: an object of nothing is an empty text, and one of nothing but text is that text. */
function asRead(tree: Json): unknown {
  if (typeof tree === 'string') return tree
  if (Array.isArray(tree)) return tree.map(asRead)
  const entries = Object.entries(tree as object)
  if (entries.length === 1 && entries[0]![0] === '#text') return entries[0]![1]
  return entries.length === 0 ? '' : Object.fromEntries(entries.map(([name, value]) => [name, asRead(value as Json)]))
}

it('an item as a document of its own is read again into its tree', () => {
  fc.assert(
    fc.property(itemTree, tree => {
      const bytes = writeItem(tree, court)
      expect(plain(parseStored(bytes, 'application/xml; charset=utf-8', xml))).toEqual(plain(asRead(tree)))
    }),
  )
})

it('a document that goes out is read again, without the characters that XML forbids', () => {
  fc.assert(
    fc.property(
      fc.array(itemTree, { minLength: 1, maxLength: 3 }),
      fc.constantFrom('utf-8', 'gb18030'),
      (trees, encoding) => {
        const options = { ...court, encoding } as XmlFormat
        const { body, contentType } = writeBody(trees, { format: 'xml', xml: options })
        const allowed = JSON.parse(
          JSON.stringify(trees.map(asRead)).replaceAll(/\\u00(0[0-8bcef]|1[0-9a-f])/g, ''),
        ) as Json[]
        for (const type of [contentType, undefined])
          expect(
            openWhole(body, type, { format: 'xml', xml: options }).reads.map(one =>
              plain((one as { tree: Json }).tree),
            ),
          ).toEqual(allowed)
      },
    ),
  )
})

it('a document in pieces is the same document, broken or not', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(itemTree, { minLength: 1, maxLength: 4 }),
      sizes,
      fc.option(fc.nat()),
      async (trees, cuts, cut) => {
        const { body } = writeBody(trees, { format: 'xml', xml: court })
        await sameInPieces(cut === null ? body : body.subarray(0, cut % body.length), xml, cuts)
      },
    ),
  )
})

it('a zip file in pieces is the same zip file, and so is a multipart body', async () => {
  const texts = fc.array(tableText, { minLength: 1, maxLength: 3 })
  await fc.assert(
    fc.asyncProperty(texts, sizes, fc.option(fc.nat()), async (files, cuts, cut) => {
      const named = Object.fromEntries(files.map((text, n) => [`${n}.csv`, text]))
      const raw = files.map(text => ({ data: deflateRawSync(Buffer.from(text)), method: 8, crc: 0, unpacked: 0 }))
      const cutOff = (bytes: Buffer) => (cut === null ? bytes : bytes.subarray(0, (cut % bytes.length) + 1))
      for (const bytes of [zipOf(named), streamedZip(named), rawZip(raw)]) await sameInPieces(cutOff(bytes), csv, cuts)
      const parts = files.map(content => ({ name: 'file', file: 'x.csv', content }))
      await sameInPieces(multipart(...parts), csv, cuts, multipartType)
    }),
    { numRuns: 40 },
  )
})

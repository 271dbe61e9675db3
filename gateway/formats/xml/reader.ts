// Native messages out of XML: the items of a document, whole or in pieces. A document of one item is stored as sent; each item
// of many as a document of its own.
import type { Json } from '#connectors/sdk.ts'
import { HubError } from '#schemas/errors.ts'
import type { MessageFormat, XmlFormat } from '#schemas/files.ts'
import { chunked } from '../chunks.ts'
import { type Charset, decodeStream, decodeText, sniffXmlCharset } from '../encodings.ts'
import { peek } from '../peek.ts'
import type { Read, ReadStream, Source, Whole } from '../read.ts'
import { type Found, XmlItems } from './items.ts'
import { writeItem } from './writer.ts'

const prologBytes = 256

export function openXml(bytes: Buffer, contentType: string | undefined, { xml = {} }: MessageFormat): Whole {
  const charset = sniffXmlCharset(bytes, contentType, xml.encoding)
  const { found, beside } = itemsOf(decodeText(bytes, charset), xml)
  const first = found[0]
  if (!first) throw noItem(xml)
  if (found.length > 1) return { reads: found.map((one, index) => read(one, index, xml)), many: true }
  if ('error' in first) return { reads: [{ index: 0, error: first.error }], many: false }
  const all = { tree: first.tree, beside: [...first.beside, ...beside] }
  return { reads: [{ index: 0, bytes, contentType: storedType(charset), ...all }], many: false }
}

export function parseXml(bytes: Buffer, contentType: string | undefined, { xml = {} }: MessageFormat): Json {
  const first = itemsOf(decodeText(bytes, sniffXmlCharset(bytes, contentType, xml.encoding)), xml).found[0]
  if (!first) throw noItem(xml)
  if ('error' in first) throw first.error
  return first.tree
}

export function streamXml(source: Source, contentType: string | undefined, { xml = {} }: MessageFormat): ReadStream {
  return chunked(readXml(source, contentType, xml))
}

async function* readXml(source: Source, contentType: string | undefined, xml: XmlFormat): AsyncGenerator<Read> {
  const { head, whole } = await peek(source, prologBytes)
  const found: Found[] = []
  const items = new XmlItems(xml, one => void found.push(one))
  let index = 0
  // What was found before a fault is handed on before the fault is.
  let fault: unknown
  const step = (work: () => void): Read[] => {
    try {
      work()
    } catch (error) {
      fault = error
    }
    return found.splice(0).map(one => read(one, index++, xml))
  }
  for await (const text of decodeStream(whole, sniffXmlCharset(head, contentType, xml.encoding))) {
    yield* step(() => items.write(text))
    if (fault) throw fault
  }
  yield* step(() => items.end())
  if (fault) throw fault
  if (index === 0) throw noItem(xml)
}

function itemsOf(text: string, xml: XmlFormat): { found: Found[]; beside: readonly string[] } {
  const found: Found[] = []
  const items = new XmlItems(xml, one => void found.push(one))
  items.write(text)
  items.end()
  return { found, beside: items.beside }
}

function read(one: Found, index: number, xml: XmlFormat): Read {
  if ('error' in one) return { index, error: one.error }
  return { index, ...one, bytes: writeItem(one.tree, xml), contentType: storedType('utf-8') }
}

function storedType(charset: Charset): string {
  return `application/xml; charset=${charset}`
}

function noItem({ item = '' }: XmlFormat): HubError {
  return new HubError('HUB_RECEIVE_UNREADABLE', { pointer: item, rule: 'NO_ITEM' })
}

// Trees → an XML document, for simulators of systems that speak XML: one element a name, a list as one after the other.
import iconv from 'iconv-lite'
import type { Json } from './sdk-types.ts'

export interface XmlDocument {
  /** Of the root and all below it. */
  readonly namespace: string
  /** Names from the root down to the element of each item. */
  readonly path: readonly string[]
  /** As its first line says. */
  readonly charset: 'UTF-8' | 'GB18030'
}

/** @param beside elements of the root before the way down to the items */
export function xmlBody(items: readonly Json[], { namespace, path, charset }: XmlDocument, beside: Json = {}): Buffer {
  const [root = 'root', ...rest] = path
  const name = rest.at(-1) ?? root
  const all = items.map(item => element(name, item)).join('')
  const inner = rest.slice(0, -1).reduceRight((text, one) => `<${one}>${text}</${one}>`, all)
  const document = `<${root} xmlns="${escaped(namespace)}">${children(beside)}${inner}</${root}>`
  return iconv.encode(`<?xml version="1.0" encoding="${charset}"?>\n${document}`, charset)
}

function element(name: string, value: Json): string {
  if (value === null) return ''
  if (Array.isArray(value)) return value.map(one => element(name, one)).join('')
  return `<${name}>${typeof value === 'object' ? children(value) : escaped(String(value))}</${name}>`
}

function children(value: Json): string {
  if (typeof value !== 'object' || value === null) return ''
  return Object.entries(value)
    .map(([name, one]) => element(name, one))
    .join('')
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

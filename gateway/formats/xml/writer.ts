// Trees → an XML document, the way back of the reader: `@name` attributes, `#text`, a list as one element after the other,
// `name#2` as one more `name`.
import type { Json } from '#connectors/sdk.ts'
import type { XmlFormat } from '#schemas/files.ts'
import { encodeText } from '../encodings.ts'
import { itemPath } from './names.ts'

type Tree = { readonly [name: string]: Json }

/** Name of the root where a manifest names none: its reader takes any. */
const anyRoot = 'item'

/** One item as a document of its own, as it is stored out of a file of many. Keeps what XML forbids: only our reader reads it. */
export function writeItem(tree: Json, format: XmlFormat): Buffer {
  return Buffer.from(new Writer(format, false).element(itemPath(format).at(-1) ?? anyRoot, tree, true))
}

/** A document for a receiver: the elements of the item's path around its items, in its encoding, without what XML forbids. */
export function writeXml(trees: readonly Json[], format: XmlFormat): Buffer {
  const { encoding = 'utf-8' } = format
  const path = itemPath(format)
  const writer = new Writer(format, true)
  const name = path.at(-1) ?? anyRoot
  const items = trees.map(tree => writer.element(name, tree, path.length < 2)).join('')
  const around = path.slice(0, -1)
  const document = around.reduceRight((inner, one, at) => writer.around(one, inner, at === 0), items)
  return encodeText(`<?xml version="1.0" encoding="${encoding.toUpperCase()}"?>\n${document}`, encoding)
}

class Writer {
  readonly #declarations: string
  readonly #defaultUri: string | undefined
  readonly #strict: boolean

  constructor({ namespaces = {} }: XmlFormat, strict: boolean) {
    this.#declarations = Object.entries(namespaces)
      .map(([prefix, uri]) => ` xmlns${prefix === '' ? '' : `:${prefix}`}="${this.#escape(uri)}"`)
      .join('')
    this.#defaultUri = namespaces['']
    this.#strict = strict
  }

  around(name: string, inner: string, isRoot: boolean): string {
    return `<${name}${isRoot ? this.#declarations : ''}>${inner}</${name}>`
  }

  element(name: string, value: Json, isRoot = false): string {
    if (value === null) return ''
    const { qualified, declared } = qualify(name, '_e')
    const attributes = isObject(value) ? this.#attributes(value) : ''
    const head = `${qualified}${isRoot ? this.#declarations : ''}${declared}${attributes}`
    const content = isObject(value) ? this.#children(value) : this.#escape(String(value))
    return content === '' ? `<${head}/>` : `<${head}>${content}</${qualified}>`
  }

  #children(tree: Tree): string {
    let content = ''
    for (const name in tree) {
      if (name.startsWith('@') || name === '#text') continue
      const value = tree[name]!
      const element = name.replace(/#\d+$/, '')
      for (const one of Array.isArray(value) ? value : [value]) content += this.element(element, one)
    }
    const text = tree['#text'] ?? null
    return text === null ? content : content + this.#escape(String(text))
  }

  #attributes(tree: Tree): string {
    let written = ''
    for (const name in tree) {
      if (!name.startsWith('@') || tree[name] === null) continue
      const value = ` ${this.#attributeName(name.slice(1))}="${this.#escape(String(tree[name]))}"`
      written += value
    }
    return written
  }

  // Two attributes of one name were of two namespaces: of the manifest's own, or of any two where it knows none.
  #attributeName(name: string): string {
    const { qualified, declared } = qualify(name.replace(/#\d+$/, ''), '_a')
    const again = /#(\d+)$/.exec(name)?.[1]
    const known = again === undefined ? declared : ` xmlns:_a${again}="${this.#defaultUri ?? `urn:again:${again}`}"`
    const local = qualified.slice(qualified.indexOf(':') + 1)
    return `${known.slice(1)}${known === '' ? '' : ' '}${again === undefined ? qualified : `_a${again}:${local}`}`
  }

  #escape(text: string): string {
    const said = this.#strict ? text.replace(forbidden, '') : text
    return said.search(special) < 0 ? said : said.replace(special, c => `&#${c.charCodeAt(0)};`)
  }
}

/** `{uri}name`, of a namespace that the manifest does not know, gets a prefix of its own. */
function qualify(name: string, prefix: string): { readonly qualified: string; readonly declared: string } {
  const end = name.startsWith('{') ? name.indexOf('}') : -1
  if (end < 0) return { qualified: name, declared: '' }
  const uri = name.slice(1, end)
  return {
    qualified: `${prefix}:${name.slice(end + 1)}`,
    declared: ` xmlns:${prefix}="${uri.replace(special, c => `&#${c.charCodeAt(0)};`)}"`,
  }
}

// As numbers, so that one rule holds for texts and for attributes, where line breaks would become spaces.
const special = /[&<>"\t\n\r]/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is left out
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

function isObject(value: Json): value is { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

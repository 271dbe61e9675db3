// XML text → the trees of its items, as they end. Its text may come in pieces. No document type at all: what a DTD could say
// (entities, files, addresses) is never looked at. Bounded: depth, and nodes and characters of an item.
import { type SaxesAttributeNS, SaxesParser, type SaxesTagNS } from 'saxes'
import type { Json } from '#connectors/sdk.ts'
import { HubError, isHubError } from '#schemas/errors.ts'
import type { XmlFormat } from '#schemas/files.ts'
import { maxDepth } from '../json.ts'
import { maxMessageBytes } from '../limits.ts'
import { hideControls, showControls } from './controls.ts'
import { Frame } from './frame.ts'
import { itemPath, listsOf, type Naming, namingOf, schemaInstance } from './names.ts'

const maxNodes = 100_000
/** Text is given to the parser so much at a time; a name, text or comment that does not end in a message's size has no end. */
const slice = 64 << 10
const maxSilence = maxMessageBytes + slice

export type Found = { readonly tree: Json; readonly beside: readonly string[] } | { readonly error: HubError }

export class XmlItems {
  readonly #parser = new SaxesParser({ xmlns: true, position: false })
  readonly #path: readonly string[]
  readonly #lists: ReturnType<typeof listsOf>
  readonly #nameOf: Naming
  readonly #found: (one: Found) => void
  /** Open elements of the item at hand, it the first; empty outside of one. */
  #frames: Frame[] = []
  #depth = 0
  /** How many of the outermost open elements lie on the path to the items. */
  #onPath = 0
  #itemDepth = 0
  #nodes = 0
  #chars = 0
  #beside: string[] = []
  /** Read to its end, as far as the parser has said yet. */
  #ended: Found | undefined
  #refused: HubError | undefined
  #silence = 0
  #hasControls = false

  /** @param found called with each item when its end has been read */
  constructor(format: XmlFormat, found: (one: Found) => void) {
    this.#path = itemPath(format)
    this.#lists = listsOf(format.lists)
    this.#nameOf = namingOf(format)
    this.#found = found
    const parser = this.#parser
    parser.on('doctype', () => this.#fail('DOCTYPE'))
    parser.on('opentag', tag => this.#open(tag))
    parser.on('closetag', () => this.#close())
    parser.on('text', text => this.#text(text))
    parser.on('cdata', text => this.#text(text))
    parser.on('comment', text => this.#aside(text))
    parser.on('processinginstruction', ({ target, body }) => this.#aside(`${target} ${body}`))
  }

  /** Throws HUB_RECEIVE_UNREADABLE; items found before hold. */
  write(text: string): void {
    for (let from = 0; from < text.length; from += slice) {
      const hidden = hideControls(text.slice(from, from + slice))
      this.#hasControls ||= hidden.found
      this.#silence += hidden.text.length
      if (this.#silence > maxSilence) this.#fail('TOKEN_TOO_LONG')
      this.#guard(() => this.#parser.write(hidden.text))
    }
  }

  end(): void {
    this.#guard(() => this.#parser.close())
  }

  /** What the document said beside its items, after the last of them. */
  get beside(): readonly string[] {
    return this.#beside
  }

  #guard(work: () => void): void {
    try {
      work()
      this.#handOn()
    } catch (error) {
      // The parser tells of the end of an element before it complains that another one was closed: that was no end.
      if (!String(error).endsWith('unexpected close tag.')) this.#handOn()
      if (isHubError(error)) throw error
      // The parser's own message may quote a name of the document.
      this.#fail(`NOT_XML_IN_LINE_${this.#parser.line}`)
    }
  }

  /** What comes next shows that the end of the item was one. */
  #handOn(): void {
    if (this.#ended) this.#found(this.#ended)
    this.#ended = undefined
  }

  #onEvent(): void {
    this.#handOn()
    this.#silence = 0
  }

  #fail(rule: string): never {
    throw new HubError('HUB_RECEIVE_UNREADABLE', { pointer: '', rule })
  }

  #open(tag: SaxesTagNS): void {
    this.#onEvent()
    this.#depth += 1
    if (this.#depth > maxDepth) this.#fail(`NESTED_DEEPER_THAN_${maxDepth}`)
    const name = this.#nameOf(tag.uri, tag.local)
    if (this.#itemDepth > 0) this.#openInside(tag, name)
    else if (this.#isItem(name)) {
      this.#itemDepth = this.#depth
      this.#push(tag, new Frame(name, this.#lists))
    } else for (const one of Object.values(tag.attributes)) this.#aside(one.value)
  }

  #isItem(name: string): boolean {
    const path = this.#path
    if (this.#depth - 1 === this.#onPath && name === path[this.#onPath]) this.#onPath += 1
    // A document whose root is the item itself is one item, as it is stored.
    if (this.#depth === 1 && this.#onPath === 0) return path.length === 0 || name === path.at(-1)
    return path.length > 0 && this.#onPath === path.length && this.#depth === path.length
  }

  #openInside(tag: SaxesTagNS, name: string): void {
    const parent = this.#frames.at(-1)
    if (parent) this.#push(tag, new Frame(name, parent.lists?.below.get(name)))
  }

  #push(tag: SaxesTagNS, frame: Frame): void {
    this.#count(1, 0)
    this.#frames.push(frame)
    for (const name in tag.attributes) this.#attribute(frame, tag.attributes[name]!)
  }

  #attribute(frame: Frame, { uri, prefix, local, value }: SaxesAttributeNS): void {
    if (prefix === 'xmlns' || (prefix === '' && local === 'xmlns')) return
    if (uri === schemaInstance) {
      // Hints for validators say nothing of the case, but that there is no value does.
      if (local === 'nil') frame.isNil = value === 'true' || value === '1'
      return
    }
    this.#count(1, value.length)
    frame.addAttribute(this.#nameOf(uri, local), this.#shown(value))
  }

  #text(text: string): void {
    this.#onEvent()
    const frame = this.#frames.at(-1)
    if (frame) {
      this.#count(0, text.length)
      frame.addText(this.#shown(text))
    } else this.#aside(text)
  }

  #aside(text: string): void {
    this.#onEvent()
    if (text.trim() === '') return
    this.#count(1, text.length)
    if (!this.#refused) this.#beside.push(this.#shown(text))
  }

  #close(): void {
    this.#onEvent()
    this.#depth -= 1
    if (this.#itemDepth === 0) {
      this.#onPath = Math.min(this.#onPath, this.#depth)
      return
    }
    const frame = this.#frames.pop()
    if (this.#depth >= this.#itemDepth) {
      if (frame) this.#frames.at(-1)?.addChild(frame.name, frame.value())
      return
    }
    this.#ended = this.#refused ? { error: this.#refused } : { tree: frame!.value(), beside: this.#beside }
    this.#onPath = Math.min(this.#onPath, this.#depth)
    this.#itemDepth = this.#nodes = this.#chars = 0
    this.#frames = []
    this.#beside = []
    this.#refused = undefined
  }

  // An item that is too large is refused when it ends; its neighbours go on.
  #count(nodes: number, chars: number): void {
    this.#nodes += nodes
    this.#chars += chars
    if (this.#nodes <= maxNodes && this.#chars <= maxMessageBytes) return
    const rule = this.#nodes > maxNodes ? 'MAX_NODES' : 'MAX_BYTES'
    this.#refused ??= new HubError('HUB_RECEIVE_TOO_LARGE', { limit: maxMessageBytes, pointer: '', rule })
    this.#frames = []
    this.#beside = []
  }

  #shown(text: string): string {
    return this.#hasControls ? showControls(text) : text
  }
}

// One open element on its way to a tree: children by name, attributes as `@name`, text beside either as `#text`.
import type { Json } from '#connectors/sdk.ts'
import type { Lists } from './names.ts'

const blank = /^[ \t\r\n]*$/

export class Frame {
  readonly name: string
  readonly lists: Lists | undefined
  /** xsi:nil says that it has no value. */
  isNil = false
  #text = ''
  #tree: { [name: string]: Json } | undefined
  #counts: Map<string, number> | undefined

  constructor(name: string, lists: Lists | undefined) {
    this.name = name
    this.lists = lists
  }

  addText(text: string): void {
    this.#text += text
  }

  addAttribute(name: string, value: string): void {
    this.#put(`@${name}`, value)
  }

  addChild(name: string, value: Json): void {
    const isList = this.lists?.below.get(name)?.isList === true
    const list = isList ? this.#tree?.[name] : undefined
    if (Array.isArray(list)) list.push(value)
    else this.#put(name, isList ? [value] : value)
  }

  /** A text when there is nothing but text. */
  value(): Json {
    if (this.isNil) this.#text = ''
    if (!this.#tree) return this.#text
    if (!blank.test(this.#text)) this.#tree['#text'] = this.#text
    return this.#tree
  }

  // A name that comes again without being declared a list is neither lost nor makes a list of a field: it gets a number,
  // under which coverage shows it as forgotten. No name in XML holds a '#'.
  #put(name: string, value: Json): void {
    this.#tree ??= Object.create(null) as { [name: string]: Json }
    if (!(name in this.#tree)) {
      this.#tree[name] = value
      return
    }
    this.#counts ??= new Map()
    const count = (this.#counts.get(name) ?? 1) + 1
    this.#counts.set(name, count)
    this.#tree[`${name}#${count}`] = value
  }
}

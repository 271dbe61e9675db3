// Native fields that a mapping neither reads nor ignores, found in a message: what it knows is laid out as a tree once, so
// that a message costs one walk. Lists are transparent: what a mapping says of one element it says of all.
import type { Flaw } from '#schemas/canonical/types.ts'
import { isIndex, readPath } from './paths.ts'
import { isAbsent } from './runtime.ts'

/** More is not told of one message: a stranger's fields must not make a record larger than itself. */
export const mostUnmapped = 20

/** Stands for a name that is no plain word: names of unknown fields come from strangers and may say a person's. */
export const unnamed = '?'

interface Known {
  /** Read or ignored whole: nothing below can be unknown. */
  whole: boolean
  readonly fields: Map<string, Known>
}

/** @param paths read or ignored, `*` or an index for elements */
export function unmappedFinder(paths: readonly string[]): (input: unknown) => Flaw[] {
  const root = knownTree(paths)
  return input => {
    const found = new Map<string, Flaw>()
    search(input, root, '', found)
    return [...found.values()]
  }
}

/** Does one of the paths cover a field, or look further down than it? Lists are transparent here too. */
export function coveredBy(paths: readonly string[]): (pointer: string) => boolean {
  const root = knownTree(paths)
  return pointer => {
    let node: Known | undefined = root
    for (const segment of readPath(pointer).segments) {
      if (node.whole) return true
      node = node.fields.get(segment) ?? (isIndex(segment) ? node : undefined)
      if (node === undefined) return false
    }
    return true
  }
}

function knownTree(paths: readonly string[]): Known {
  const root: Known = { whole: false, fields: new Map() }
  for (const path of paths) {
    let node = root
    for (const segment of readPath(path).segments) {
      if (segment === '*' || isIndex(segment)) continue
      const next = node.fields.get(segment) ?? { whole: false, fields: new Map() }
      node.fields.set(segment, next)
      node = next
    }
    node.whole = true
  }
  return root
}

function search(value: unknown, known: Known, at: string, found: Map<string, Flaw>): void {
  if (known.whole || typeof value !== 'object' || value === null || found.size >= mostUnmapped) return
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) search(value[i], known, `${at}/${i}`, found)
    return
  }
  for (const name in value) {
    const child = (value as Record<string, unknown>)[name]
    const next = known.fields.get(name) ?? (isIndex(name) ? known : undefined)
    if (next === undefined) tell(child, name, at, found)
    else if (!next.whole && typeof child === 'object') search(child, next, `${at}/${escaped(name)}`, found)
  }
}

function tell(value: unknown, name: string, at: string, found: Map<string, Flaw>): void {
  if (found.size >= mostUnmapped || isAbsent(value) || isEmpty(value)) return
  const pointer = `${at}/${isPlainName(name) ? escaped(name) : unnamed}`
  const key = patternOf(pointer)
  // Of a field that every element has, the first place is told.
  if (!found.has(key)) found.set(key, { pointer, rule: 'UNMAPPED', table: null })
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

/** A pointer with `*` for every index: the same field of every element. */
export function patternOf(pointer: string): string {
  return pointer.replace(/\/\d{1,6}(?=\/|$)/g, '/*')
}

/** Letters as field names have them (`@id` of an attribute, `#3` of a column without one), and too few digits for a phone or an identity number. */
function isPlainName(name: string): boolean {
  return /^([@#]?[A-Za-z_][\w:#-]{0,39}|#\d{1,3})$/.test(name) && name.replace(/\D/g, '').length <= 4
}

function escaped(name: string): string {
  return name.includes('~') || name.includes('/') ? name.replaceAll('~', '~0').replaceAll('/', '~1') : name
}

// JSON text → tree, for messages of strangers: long numbers keep their digits, nesting is bounded, raw control characters
// inside texts are survived. The last of several equal names wins, as JSON.parse has it.
import type { Json } from '#connectors/sdk.ts'
import { HubError } from '#schemas/errors.ts'

export const maxDepth = 64

const reliableDigits = 15
const quote = 0x22
const backslash = 0x5c

/** Throws HUB_RECEIVE_UNREADABLE with the rule and the place, never the text. */
export function parseJson(text: string): Json {
  const look = lookAt(text)
  if (look.depth > maxDepth) throw unreadable(`NESTED_DEEPER_THAN_${maxDepth}`)
  // A reviver costs five times as much, so it is used only where a number is long enough to lose digits.
  const exact = look.longNumber ? keepDigits : undefined
  try {
    return JSON.parse(text, exact) as Json
  } catch (error) {
    const repaired = escapeControls(text)
    if (repaired === text) throw unreadable(placeOf(error))
    return parseRepaired(repaired, exact)
  }
}

function parseRepaired(text: string, exact: typeof keepDigits | undefined): Json {
  try {
    return JSON.parse(text, exact) as Json
  } catch (error) {
    throw unreadable(placeOf(error))
  }
}

/** The texts of the elements of a top-level array, as they were sent; undefined when the text is no array. */
export function splitArray(text: string): string[] | undefined {
  const start = text.search(/[^\s]/)
  if (text[start] !== '[') return undefined
  const items: string[] = []
  let from = start + 1
  let depth = 0
  for (let i = from; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === quote) i = endOfText(text, i + 1)
    else if (c === 0x5b || c === 0x7b) depth++
    else if (depth > 0 && (c === 0x5d || c === 0x7d)) depth--
    else if (depth === 0 && (c === 0x2c || c === 0x5d)) {
      const item = text.slice(from, i).trim()
      if (item !== '' || items.length > 0 || c === 0x2c) items.push(item)
      from = i + 1
      if (c === 0x5d) break
    }
  }
  return items
}

interface Look {
  readonly depth: number
  readonly longNumber: boolean
}

function lookAt(text: string): Look {
  let depth = 0
  let deepest = 0
  let digits = 0
  let longNumber = false
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c >= 0x30 && c <= 0x39) {
      if (++digits > reliableDigits) longNumber = true
      continue
    }
    digits = 0
    if (c === quote) i = endOfText(text, i + 1)
    else if (c === 0x5b || c === 0x7b) deepest = Math.max(deepest, ++depth)
    else if (c === 0x5d || c === 0x7d) depth--
  }
  return { depth: deepest, longNumber }
}

/** Where the quote stands that ends the text beginning at `from`; the end of all when there is none. */
function endOfText(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 1)) {
    let before = at - 1
    while (before >= from && text.charCodeAt(before) === backslash) before--
    if ((at - before) % 2 === 1) return at
  }
  return text.length
}

function keepDigits(_name: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Math.abs(value) <= Number.MAX_SAFE_INTEGER) return value
  const source = context?.source ?? ''
  return /^-?\d+(\.\d+)?$/.test(source) ? source : value
}

function escapeControls(text: string): string {
  return text.replace(/"(?:[^"\\]|\\[\s\S])*"/g, literal =>
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    literal.replace(/[\u0000-\u001f]/g, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
  )
}

// The engine's own message quotes the text around the fault: only the position is taken from it.
function placeOf(error: unknown): string {
  const at = /position (\d+)/.exec((error as Error).message)?.[1]
  return at === undefined ? 'NOT_JSON' : `NOT_JSON_AT_${at}`
}

function unreadable(rule: string): HubError {
  return new HubError('HUB_RECEIVE_UNREADABLE', { pointer: '', rule })
}

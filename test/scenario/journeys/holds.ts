// Does a store's entry hold what a journey expects? A part is enough: `~x` is a text with x inside, `?name` keeps what stands there.
import type { Json } from '#connectors/sdk.ts'

/** What a journey has learnt on its way: its run's number, and serials that systems gave. */
export type Words = ReadonlyMap<string, string>

/** Puts known words into {braces}, in every text of a tree. */
export function fill<T extends Json>(tree: T, words: Words): T {
  const text = JSON.stringify(tree).replaceAll(/\{(\w+)\}/g, (all, name: string) => words.get(name) ?? all)
  return JSON.parse(text) as T
}

/** What was learnt when the actual tree holds the expected one, else undefined. */
export function held(expected: Json, actual: Json | undefined): Words | undefined {
  if (typeof expected === 'string') return heldText(expected, actual)
  if (Array.isArray(expected)) return Array.isArray(actual) ? heldList(expected, actual) : undefined
  if (expected === null || typeof expected !== 'object') return expected === (actual ?? null) ? new Map() : undefined
  if (actual === null || typeof actual !== 'object') return undefined
  // Of a list too: its length, or the element at a place.
  const there = actual as Readonly<Record<string, Json>>
  return all(Object.entries(expected).map(([name, part]) => held(part, there[name])))
}

function heldText(expected: string, actual: Json | undefined): Words | undefined {
  if (typeof actual !== 'string' && typeof actual !== 'number') return undefined
  const text = String(actual)
  if (expected.startsWith('?')) return text === '' ? undefined : new Map([[expected.slice(1), text]])
  const isThere = expected.startsWith('~') ? text.includes(expected.slice(1)) : text === expected
  return isThere ? new Map() : undefined
}

/** Each expected element is held by one of the actual ones, wherever it stands. */
function heldList(expected: readonly Json[], actual: readonly Json[]): Words | undefined {
  return all(expected.map(one => actual.map(there => held(one, there)).find(found => found !== undefined)))
}

function all(parts: readonly (Words | undefined)[]): Words | undefined {
  const learnt = new Map<string, string>()
  for (const part of parts) {
    if (part === undefined) return undefined
    for (const [name, word] of part) learnt.set(name, word)
  }
  return learnt
}

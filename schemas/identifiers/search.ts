// Numbers inside running text. The words before a number are never swallowed: one that begins with a Han character
// starts only at a label, at a known office name, or at the province's character.
import type { FamiliesSource, Family, NumberName } from './families.ts'
import { type FoldedText, foldWithMap } from './fold.ts'

export interface FoundNumber extends NumberName {
  readonly label?: string
  readonly start: number
  readonly end: number
}

interface Hit {
  readonly name: NumberName
  readonly start: number
  readonly end: number
  readonly label?: string
}

type Match = (text: string, family: Family) => NumberName | null

const lookBack = 12
const digits = /\p{Nd}(?:[^0-9]?\p{Nd}){3}/u
const han = /^[一-龥]+$/u

export function findNumbers(
  original: string,
  families: readonly Family[],
  source: FamiliesSource,
  match: Match,
): FoundNumber[] {
  // Every number has at least four digits in a row, or a year: most texts have neither and are done here.
  if (!digits.test(original)) return []
  // Twice: spaces part digits from digits, yet (2026) 浙0106 民初 1 号 is one number. The second pass takes only closed shapes.
  const kept = new Finder(foldWithMap(original, false), source, match)
  const dropped = /\s/.test(original) ? new Finder(foldWithMap(original, true), source, match) : undefined
  const hits = kept.find(families)
  for (const hit of dropped?.find(families.filter(closed)) ?? []) if (kept.isFree(hit.start, hit.end)) hits.push(hit)
  return hits
    .sort((a, b) => a.start - b.start)
    .map(h => ({ ...h.name, ...(h.label === undefined ? {} : { label: h.label }), start: h.start, end: h.end }))
}

function closed(family: Family): boolean {
  return family.tail !== undefined || family.source.patterns.some(p => p.endsWith('号$'))
}

class Finder {
  readonly folded: FoldedText
  readonly source: FamiliesSource
  readonly match: Match
  readonly taken: Hit[] = []
  /** One for every character of the original that belongs to a number already. */
  readonly #covered: Uint8Array
  readonly shout: string

  constructor(folded: FoldedText, source: FamiliesSource, match: Match) {
    this.folded = folded
    this.source = source
    this.match = match
    this.#covered = new Uint8Array(folded.starts.at(-1)!)
    this.shout = folded.text.toUpperCase().length === folded.text.length ? folded.text.toUpperCase() : folded.text
  }

  find(families: readonly Family[]): Hit[] {
    for (const family of families) {
      if (family.source.needs?.some(word => this.shout.includes(word)) === false) continue
      if (family.tail === undefined) this.findShapes(family)
      else this.findTails(family, family.tail)
    }
    return this.taken
  }

  isFree(start: number, end: number): boolean {
    return !this.#covered.subarray(start, end).includes(1)
  }

  private findShapes(family: Family): void {
    const text = family.source.upper === true ? this.shout : this.folded.text
    for (const pattern of family.inText)
      for (const found of text.matchAll(pattern)) this.take(found.index, found.index + found[0].length, family)
  }

  private findTails(family: Family, tail: RegExp): void {
    for (const found of this.folded.text.matchAll(tail)) {
      const start = this.startBefore(found.index, family)
      if (start !== undefined) this.take(start, found.index + found[0].length, family)
    }
  }

  // Where a number begins whose tail starts at `tail`: known name first, then a label, then the last province character.
  private startBefore(tail: number, family: Family): number | undefined {
    const before = this.folded.text.slice(Math.max(0, tail - lookBack), tail)
    const province = this.source.names.province
    const known = family.prefixes.find(p => before.endsWith(p))
    if (known !== undefined) {
      const start = tail - known.length
      return this.folded.text.slice(0, start).endsWith(province) ? start - province.length : start
    }
    for (let length = 1; length <= before.length && han.test(before.slice(-length)); length++)
      if (this.labelBefore(tail - length) !== undefined) return tail - length
    const at = before.lastIndexOf(province)
    return at >= 0 && at < before.length - 1 && han.test(before.slice(at)) ? tail - before.length + at : undefined
  }

  private take(from: number, to: number, family: Family): void {
    const name = this.match(this.folded.text.slice(from, to), family)
    if (name === null) return
    const start = this.folded.starts[from]!
    const end = this.folded.ends[to - 1]!
    if (!this.isFree(start, end)) return
    this.#covered.fill(1, start, end)
    const label = this.labelBefore(from)
    this.taken.push({ name, start, end, ...(label === undefined ? {} : { label }) })
  }

  private labelBefore(at: number): string | undefined {
    const before = this.folded.text.slice(Math.max(0, at - 16), at).trimEnd()
    if (!before.endsWith(':')) return undefined
    const words = before.slice(0, -1).trimEnd()
    return this.source.labels.find(label => words.endsWith(label))
  }
}

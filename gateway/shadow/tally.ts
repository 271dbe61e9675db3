// The differences of many messages, by place: how many, which ones for example, and from which value to which.
import type { FieldChange, Shown } from './compare.ts'

export interface Difference {
  readonly path: string
  readonly messages: number
  readonly changed: number
  readonly appears: number
  readonly goes: number
  /** Ids of some messages. */
  readonly examples: readonly string[]
  /** The most frequent changes of value; empty where values may not be shown. */
  readonly values: readonly { readonly before: Shown; readonly after: Shown; readonly messages: number }[]
}

const mostExamples = 3
const mostValues = 5
/** Beyond this, new pairs of values are counted with the place alone. */
const rememberedValues = 1000

interface Counting {
  readonly counts: Record<FieldChange['kind'], number>
  readonly examples: string[]
  readonly values: Map<string, number>
}

export class Tally {
  readonly #places = new Map<string, Counting>()

  add(messageId: string, changes: readonly FieldChange[]): void {
    for (const { path, kind, shown } of changes) {
      const place = this.#places.get(path) ?? newPlace()
      this.#places.set(path, place)
      place.counts[kind] += 1
      if (place.examples.length < mostExamples) place.examples.push(messageId)
      const pair = shown && JSON.stringify(shown)
      if (pair !== undefined && (place.values.has(pair) || place.values.size < rememberedValues))
        place.values.set(pair, (place.values.get(pair) ?? 0) + 1)
    }
  }

  /** The most frequent first; what now fails before all. */
  differences(): Difference[] {
    return [...this.#places]
      .map(([path, { counts, examples, values }]) => ({
        path,
        messages: counts.changed + counts.appears + counts.goes,
        ...counts,
        examples,
        values: mostFrequent(values),
      }))
      .sort((a, b) => Number(b.path === 'outcome') - Number(a.path === 'outcome') || b.messages - a.messages)
  }
}

function newPlace(): Counting {
  return { counts: { changed: 0, appears: 0, goes: 0 }, examples: [], values: new Map() }
}

function mostFrequent(values: ReadonlyMap<string, number>): Difference['values'] {
  return [...values]
    .sort((a, b) => b[1] - a[1])
    .slice(0, mostValues)
    .map(([pair, messages]) => {
      const [before, after] = JSON.parse(pair) as [Shown, Shown]
      return { before, after, messages }
    })
}

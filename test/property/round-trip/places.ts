// Which fields of a sample identify the case, and where each comes out. Asked of the mappings themselves: a leaf whose value
// stands at an identity field of the record is changed, and must change there, and nowhere else than it should.
import fc from 'fast-check'
import { type Leaf, leafAt, leavesOf, withLeaves } from './tree.ts'
import type { Sample } from './trip.ts'
import { clean, isOfHub, type Kind, kinds, numberAt, numberKind, type Value } from './values.ts'

export interface Place {
  readonly kind: Kind
  readonly pointer: string
  /** Which word of a list of words, where the field is one. */
  readonly word: number | undefined
  /** Where the value stands in the mapped records. */
  readonly canonical: readonly string[]
  /** Where outbound mappings say it. */
  readonly printed: readonly string[]
}

const separators = /([,，、;；])/

export function put(sample: Sample, places: readonly Place[], values: readonly Value[]): unknown {
  const leaves = places.map((place, i) => [place.pointer, changeOf(place, values[i]!)] as const)
  return withLeaves(sample.native, leaves)
}

function changeOf({ word }: Pick<Place, 'word'>, value: Value): (before: Leaf) => Leaf {
  if (word === undefined) return () => value.native
  return before =>
    String(before)
      .split(separators)
      .with(word * 2, String(value.native))
      .join('')
}

/** What is not at its place; nothing where all came through. */
export function lostOf(tree: unknown, places: readonly Place[], values: readonly Value[]): string[] {
  return places.flatMap(({ kind, pointer, canonical, printed }, i) => {
    const { normal, printed: forms } = values[i]!
    const lost = canonical.filter(at => !normal.includes(bare(leafAt(tree, at) as Leaf)))
    const wrong = printed.filter(at => !holds(leafAt(tree, at), forms))
    return [...lost, ...wrong].map(at => `${kind.name} of ${pointer} is not at ${at}`)
  })
}

/** A part of a number, such as the report within a complaint, is written behind it. */
function bare(leaf: Leaf): Leaf {
  return typeof leaf === 'string' ? leaf.replace(/#[a-z-]+$/, '') : leaf
}

// Short forms and bare digits count only alone: they stand in many texts.
function holds(leaf: unknown, forms: readonly string[]): boolean {
  if (typeof leaf !== 'string' && typeof leaf !== 'number') return false
  const text = String(leaf)
  return forms.some(
    form =>
      text === form ||
      (typeof leaf === 'number' && Number(form) === leaf) ||
      (/\D/.test(form) && form.length > 6 && text.includes(form)),
  )
}

/** What the sample becomes as it is: places in the mapped records by what stands there, and all that is said outbound. */
interface Before {
  readonly tree: unknown
  readonly mapped: ReadonlyMap<Leaf, readonly string[]>
  readonly said: (readonly [string, Leaf])[]
}

function beforeOf(sample: Sample): Before {
  const tree = sample.travel(sample.native)
  const [said, mapped] = [[], []] as [(readonly [string, Leaf])[], (readonly [string, Leaf])[]]
  for (const one of leavesOf(tree)) (one[0].startsWith('/said/') ? said : mapped).push(one)
  const standing = Map.groupBy(mapped, ([, value]) => bare(value))
  return { tree, said, mapped: new Map([...standing].map(([value, list]) => [value, list.map(([at]) => at)])) }
}

interface Found {
  readonly place: Place
  readonly probe: Value
}

/** The identity fields of one sample that can all be changed at once. @param offered the kinds that a text may be of */
export function placesOf(sample: Sample, seed: number, offered: Offer = kindsOf): Place[] {
  const before = beforeOf(sample)
  const found: Found[] = []
  for (const [pointer, leaf] of leavesOf(sample.native))
    for (const { word, text } of wordsOf(leaf)) {
      const one = firstOf(offered(text, before.tree), kind =>
        tryPlace(sample, before, found, { kind, pointer, word, text, seed }),
      )
      if (one) found.push(one)
      // A text that is a value as a whole is no list of words.
      if (one && word === undefined) break
    }
  return found.map(one => one.place)
}

type Offer = (text: Leaf, tree: unknown) => readonly Kind[]

interface Trial {
  readonly kind: Kind
  readonly pointer: string
  readonly word: number | undefined
  readonly text: Leaf
  readonly seed: number
}

/** Changes one field beside those already found; undefined where it is not the one that the record's value came from. */
function tryPlace(sample: Sample, before: Before, found: readonly Found[], trial: Trial): Found | undefined {
  const { kind, pointer, word, text } = trial
  const was = kind.read(text)
  const stood = [...new Set(was.normal)].flatMap(value => before.mapped.get(value) ?? []).filter(at => kind.at.test(at))
  if (stood.length === 0) return undefined
  const probes = kind.probes ?? fc.sample(kind.values, { seed: trial.seed + found.length, numRuns: 1 })
  const others = found.map(one => one.place)
  let place: Place = {
    kind,
    pointer,
    word,
    canonical: stood,
    printed: before.said.filter(([, value]) => holds(value, was.printed)).map(([at]) => at),
  }
  for (const probe of probes) {
    const values = [...found.map(one => one.probe), probe]
    const after = sample.travel(put(sample, [...others, place], values))
    const holding = (at: string) => lostOf(after, [{ ...place, canonical: [], printed: [at] }], [probe]).length === 0
    const standing = (at: string) => lostOf(after, [{ ...place, canonical: [at], printed: [] }], [probe]).length === 0
    place = { ...place, canonical: place.canonical.filter(standing), printed: place.printed.filter(holding) }
    if (lostOf(after, others, values).length > 0) return undefined
  }
  return place.canonical.length > 0 ? { place, probe: probes[0]! } : undefined
}

function firstOf<A, B>(list: readonly A[], find: (one: A) => B | undefined): B | undefined {
  for (const one of list) {
    const found = find(one)
    if (found !== undefined) return found
  }
  return undefined
}

/** Identity values of the record that no field of the message was found for. The moment of receipt is no word of the sender. */
export function untraced(sample: Sample, places: readonly Place[]): string[] {
  const traced = new Set(places.flatMap(one => one.canonical))
  const at = [numberAt, ...kinds.map(one => one.at)]
  const tree = sample.travel(sample.native)
  return leavesOf(tree)
    .filter(([pointer, value]) => at.some(one => one.test(pointer)) && value !== sample.context.receivedAt)
    .filter(([pointer]) => !traced.has(pointer) && !spoken(tree, pointer))
    .map(([pointer]) => `${sample.name}: ${pointer}`)
}

/** Numbers found in running text, and the hub's own words for a case. */
function spoken(tree: unknown, pointer: string): boolean {
  const family = leafAt(tree, pointer.replace(/normalized$/, 'family'))
  return isOfHub(String(family)) || leafAt(tree, pointer.replace(/number\/normalized$/, 'source')) === 'TEXT'
}

function wordsOf(leaf: Leaf): { word: number | undefined; text: Leaf }[] {
  const parts = typeof leaf === 'string' ? leaf.split(separators).filter((_, i) => i % 2 === 0) : []
  const whole = { word: undefined, text: leaf }
  return parts.length > 1 ? [whole, ...parts.map((text, word) => ({ word, text }))] : [whole]
}

function kindsOf(text: Leaf, tree: unknown): Kind[] {
  const { mapped } = tree as { mapped: { own: NumberSaid[]; cited: { number: NumberSaid }[] }[] }
  const said = mapped.flatMap(one => [...one.own, ...one.cited.map(cited => cited.number)])
  const families = new Set(said.filter(one => clean(one.value) === clean(text)).map(one => one.family))
  return [...[...families].flatMap(one => numberKind(one, text) ?? []), ...kinds]
}

interface NumberSaid {
  readonly family: string
  readonly value: string
}

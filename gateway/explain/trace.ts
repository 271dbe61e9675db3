// Where each native field went: the message is mapped once whole and once without the field, and what then differs came
// from it. True for every rule of the language, conditions and tables included, without a second reading of the rules.

/** A place in what a mapping made, as segments, and the value there. */
export interface Made {
  readonly path: readonly string[]
  readonly value: unknown
}

export interface Traced {
  /** JSON pointer into the message. */
  readonly pointer: string
  readonly to: readonly Made[]
}

/** Asked before every field: waits where others are due, and gives false to end there. */
export type More = () => Promise<boolean>

export async function trace(
  tree: unknown,
  map: (tree: unknown) => unknown,
  more: More = async () => true,
): Promise<Traced[]> {
  const whole = map(tree)
  const traced: Traced[] = []
  for (const segments of leaves(tree, [])) {
    if (!(await more())) break
    traced.push({ pointer: pointerOf(segments), to: lost(whole, map(without(tree, segments)), []) })
  }
  return traced
}

/** Pointers to what no single field made: constants, and what another field would have given as well. */
export function unexplained(whole: unknown, traced: readonly Traced[]): string[] {
  const told = new Set(traced.flatMap(one => one.to.map(({ path }) => pointerOf(path))))
  return [...leaves(whole, [])].map(pointerOf).filter(pointer => !told.has(pointer))
}

/** Every single value that says something. */
function* leaves(tree: unknown, at: readonly string[]): Generator<readonly string[]> {
  if (tree === null || tree === '' || tree === undefined) return
  if (typeof tree !== 'object') yield at
  else for (const [name, child] of Object.entries(tree)) yield* leaves(child, [...at, name])
}

// An element becomes null, so that those after it keep their places.
function without(tree: unknown, [name, ...rest]: readonly string[]): unknown {
  if (Array.isArray(tree)) return tree.with(Number(name), rest.length === 0 ? null : without(tree[Number(name)], rest))
  const { [name!]: child, ...others } = tree as Record<string, unknown>
  if (rest.length === 0) return others
  return { ...(tree as object), [name!]: without(child, rest) }
}

/** Places of `whole` that `less` does not have, or has otherwise. */
function lost(whole: unknown, less: unknown, path: readonly string[]): Made[] {
  if (Array.isArray(whole) && Array.isArray(less)) return lostElements(whole, less, path)
  if (isObject(whole) && isObject(less))
    return Object.entries(whole).flatMap(([name, value]) => lost(value, less[name], [...path, name]))
  if (JSON.stringify(whole) === JSON.stringify(less)) return []
  return all(whole, path)
}

// Where elements are gone, those that stayed the same are paired first.
function lostElements(whole: readonly unknown[], less: readonly unknown[], path: readonly string[]): Made[] {
  let gone = whole.length - less.length
  let at = 0
  return whole.flatMap((value, index) => {
    const here = [...path, String(index)]
    if (gone > 0 && JSON.stringify(value) !== JSON.stringify(less[at])) {
      gone -= 1
      return all(value, here)
    }
    return lost(value, less[at++], here)
  })
}

function all(value: unknown, path: readonly string[]): Made[] {
  if (value === undefined) return []
  if (typeof value !== 'object' || value === null) return [{ path, value }]
  return Object.entries(value).flatMap(([name, child]) => all(child, [...path, name]))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function pointerOf(segments: readonly string[]): string {
  return segments.map(one => `/${one.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** As mappings write a canonical place: `parties[0].name`. */
export function dotted(segments: readonly string[]): string {
  return segments
    .map(one => (/^\d+$/.test(one) ? `[${one}]` : `.${one}`))
    .join('')
    .replace(/^\./, '')
}

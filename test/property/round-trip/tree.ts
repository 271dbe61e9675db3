// Leaves of a tree by JSON pointer, and a copy of a tree with other leaves.

export type Leaf = string | number

export function leavesOf(tree: unknown, at = ''): (readonly [string, Leaf])[] {
  if (typeof tree === 'string' || typeof tree === 'number') return [[at, tree]]
  if (typeof tree !== 'object' || tree === null) return []
  return Object.entries(tree).flatMap(([name, one]) => leavesOf(one, `${at}/${escapeName(name)}`))
}

export function leafAt(tree: unknown, pointer: string): unknown {
  return segmentsOf(pointer).reduce<unknown>(
    (node, name) => (node as Record<string, unknown> | undefined)?.[name],
    tree,
  )
}

/** Puts each value at its place; a later one may stand in the text of an earlier one. */
export function withLeaves(tree: unknown, leaves: readonly (readonly [string, (before: Leaf) => Leaf])[]): unknown {
  const copy = structuredClone(tree)
  for (const [pointer, change] of leaves) {
    const segments = segmentsOf(pointer)
    const node = segments.slice(0, -1).reduce<unknown>((one, name) => (one as Record<string, unknown>)[name], copy)
    const last = segments.at(-1)!
    ;(node as Record<string, Leaf>)[last] = change((node as Record<string, Leaf>)[last]!)
  }
  return copy
}

function segmentsOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map(one => one.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function escapeName(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}

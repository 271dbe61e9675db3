// Rows and trees: columns become members of an object, children stand at their pointers, and the other way round.
import type { Json } from '#connectors/sdk.ts'
import type { Row } from './server.ts'

export type Tree = { [name: string]: Json }

/** NULL is absent. */
export function treeOf(row: Row, isIn: (column: string) => boolean): Tree {
  const tree: Tree = {}
  for (const [column, value] of Object.entries(row)) {
    if (value !== null && value !== undefined && isIn(column)) tree[column] = value as Json
  }
  return tree
}

/** Makes the objects on the way, lists where a digit stands. */
export function put(tree: Tree, pointer: string, value: Json): void {
  const path = pointer.slice(1).split('/')
  let at = tree as Record<string, Json>
  for (const [index, name] of path.slice(0, -1).entries()) {
    at[name] ??= /^\d+$/.test(path[index + 1]!) ? [] : {}
    at = at[name] as Record<string, Json>
  }
  at[path.at(-1)!] = value
}

/** Takes out what stands there. */
export function take(tree: Tree, pointer: string): Json | undefined {
  const path = pointer.slice(1).split('/')
  let at: Json | undefined = tree
  for (const name of path.slice(0, -1)) at = (at as Tree | undefined)?.[name]
  if (typeof at !== 'object' || at === null) return undefined
  const name = path.at(-1)!
  const value = (at as Tree)[name]
  delete (at as Tree)[name]
  return value
}

/** A tree as one row; what is no plain value is written as JSON. */
export function columnsOf(tree: Tree): Row {
  return Object.fromEntries(
    Object.entries(tree).map(([name, value]) => [
      name,
      typeof value === 'object' && value !== null ? JSON.stringify(value) : value,
    ]),
  )
}

// Puts a value into a native message where a JSON pointer says, making what is missing on the way.
import type { Json } from '#connectors/sdk.ts'

export function putAt(tree: Json, pointer: string, value: Json): void {
  const names = pointer.slice(1).split('/')
  const last = names.pop()!
  let place = tree as Record<string, Json>
  for (const name of names) {
    place[name] ??= {}
    place = place[name] as Record<string, Json>
  }
  if (value === null) delete place[last]
  else place[last] = value
}

// Status words as one more kind of value: each word of a status table makes the state that its row says, and the outbound
// mapping that tells everything says that state in a word of its own tables.
import fc from 'fast-check'
import type { CompiledMapping, Table } from '#mappings/engine/index.ts'
import type { Leaf } from './tree.ts'
import type { Kind, Value } from './values.ts'

/** One kind a table from which the message reads its state. @param said tables of the mapping that tells everything */
export function statusKinds({ spec }: CompiledMapping, tables: readonly Table[], said: readonly Table[]): Kind[] {
  const rules = [spec, ...(spec.records ?? [])].map(one => one.set?.['proceeding.status'])
  const named = new Set([...under(rules, 'table')].map(String))
  // What a condition of the rule asks for by name is not decided by the table alone.
  const exact = new Set(['is', 'not'].flatMap(key => [...under(rules, key)].flat().map(String)))
  const inside = [...under(rules, 'has')].flat().map(String)
  const special = (word: string) => exact.has(word) || inside.some(one => word.includes(one))
  return tables.filter(one => named.has(one.name) && one.match === 'exact').map(one => kindOf(one, special, said))
}

function kindOf(table: Table, special: (word: string) => boolean, said: readonly Table[]): Kind {
  const states = new Map(table.entries.flatMap(entry => entry.from.map(word => [word, entry.to] as const)))
  const read = (native: Leaf): Value => {
    const status = states.get(String(native))
    // Some mappings say the word of the unit itself.
    return {
      native,
      normal: status === undefined ? [] : [status],
      printed: [String(native), ...labelsOf(status, said)],
    }
  }
  const words = [...states.keys()].filter(word => !special(word))
  const other = words.find(word => states.get(word) !== states.get(words[0]!))!
  return {
    name: `status ${table.name}`,
    at: /^\/mapped\/\d+\/record\/proceeding\/status$/,
    read,
    values: fc.constantFrom(...words).map(read),
    probes: [words[0]!, other].map(read),
  }
}

function labelsOf(status: string | undefined, tables: readonly Table[]): string[] {
  const rows = tables.flatMap(table => table.entries)
  return status === undefined ? [] : rows.filter(one => one.from.includes(status)).map(one => one.to)
}

/** Everything that stands under a key, however deep. */
function* under(tree: unknown, key: string): Generator<unknown> {
  if (typeof tree !== 'object' || tree === null) return
  for (const [name, one] of Object.entries(tree)) {
    if (name === key) yield one
    else yield* under(one, key)
  }
}

// A mapping version as it stands in the registry, and the name of a mapping everywhere else.
import { createHash } from 'node:crypto'
import type { Direction } from '#mappings/engine/index.ts'
import type { InRecord } from '../kafka/port.ts'

export interface MappingId {
  readonly connector: string
  readonly message: string
  readonly direction: Direction
}

export interface Entry extends MappingId {
  readonly version: number
  readonly text: string
  /** Value tables that came with it, by name. */
  readonly tables: Readonly<Record<string, string>>
  readonly by: string
  readonly at: string
}

/** Keys of the registry that hold mapping versions. */
export const mappingKeys = 'mapping/'

const keyShape = /^mapping\/([^/]+)\/([^/]+)\.(inbound|outbound)@(\d+)\/[0-9a-f]+$/

export function nameOf({ connector, message, direction }: MappingId): string {
  return `${connector}/${message}.${direction}`
}

/** Every version keeps a key of its own, and two texts under one number do too: compaction then leaves standing all that a
 *  process may have decided by, in the order in which it decided. */
export function keyOf(entry: Entry): string {
  return `${mappingKeys}${nameOf(entry)}@${entry.version}/${fingerprintOf(entry)}`
}

export function fingerprintOf({ text, tables }: Pick<Entry, 'text' | 'tables'>): string {
  const sorted = Object.entries(tables).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256')
    .update(JSON.stringify([text, sorted]))
    .digest('hex')
    .slice(0, 16)
}

/** undefined: not of our making. */
export function readEntry({ key, value }: InRecord): Entry | undefined {
  const [, connector, message, direction, version] = keyShape.exec(key ?? '') ?? []
  if (!connector || !message || value === null) return undefined
  try {
    const { text, tables, by, at } = JSON.parse(value.toString()) as Omit<Entry, keyof MappingId | 'version'>
    return { connector, message, direction: direction as Direction, version: Number(version), text, tables, by, at }
  } catch {
    return undefined
  }
}

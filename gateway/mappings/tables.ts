// Which value tables a new version of a mapping carries: those sent with it, and those that the version before it carried.
import { parseTable } from '#mappings/engine/index.ts'
import { HubError } from '#schemas/errors.ts'
import type { Connector } from '../loader/connector.ts'
import type { Entry } from './entry.ts'

type Texts = Readonly<Record<string, string>>

/** What an entry says stands by itself: a table brought by an earlier version would else fall back to the one on disk without
 *  anybody having said so. It does when the disk has a newer one. Throws HUB_MAPPING_VERSION for another text under a number
 *  that is taken: records are stamped with it. */
export function tablesFor(connector: Connector, before: Entry | undefined, given: Texts): Texts {
  const onDisk = new Map(connector.tables.map(table => [table.name, table.version]))
  const carried = before?.tables ?? {}
  const kept = Object.entries(carried).filter(([name, text]) => versionOf(text) > (onDisk.get(name) ?? 0))
  for (const [name, text] of Object.entries(given)) {
    const version = versionOf(text)
    const present = Math.max(onDisk.get(name) ?? 0, carried[name] === undefined ? 0 : versionOf(carried[name]))
    if (version <= present && text !== carried[name]) throw new HubError('HUB_MAPPING_VERSION', { version, present })
  }
  return { ...Object.fromEntries(kept), ...given }
}

// A text that is no table has faults that lint will name.
function versionOf(text: string): number {
  return parseTable(text, '').table?.version ?? Number.POSITIVE_INFINITY
}

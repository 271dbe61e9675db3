// The real connector whose mapping these tests change, and a registry in memory.
import { join } from 'node:path'
import type { InRecord } from '#gateway/kafka/port.ts'
import { loadConnector, loadWorld } from '#gateway/loader/discover.ts'
import { type Entry, keyOf } from '#gateway/mappings/entry.ts'
import { InForce } from '#gateway/mappings/in-force.ts'
import type { PutDeps } from '#gateway/mappings/put.ts'
import { root } from '../../../helpers/hub.ts'
import { connector, mappingText } from '../../../integration/gateway/swap/versions.ts'

const world = loadWorld(root)
const loaded = await loadConnector(root, join(root, 'connectors', connector), world)

export const id = { connector, message: 'case', direction: 'inbound' } as const

export function entry(version: number, more: Partial<Entry> = {}): Entry {
  return { ...id, version, text: mappingText(version), tables: {}, by: 'operator', at: 'now', ...more }
}

export function record(of: Entry): InRecord {
  const value = Buffer.from(JSON.stringify(of))
  return { topic: 'registry', partition: 0, offset: 0n, timestamp: 0, key: keyOf(of), value, headers: {} }
}

export interface Kit extends PutDeps {
  readonly logs: string[]
  /** What was written, in order. */
  readonly written: InRecord[]
  /** Runs before a record is written: somebody else is faster. */
  before: () => void
}

/** @param onDisk version of the mapping on disk */
export function kit(onDisk = 1): Kit {
  const logs: string[] = []
  const log = (_facts: object, text: string) => void logs.push(text)
  const base = loaded.inbound.get('case')!
  const inbound = new Map(loaded.inbound).set('case', { ...base, compiled: { ...base.compiled, version: onDisk } })
  const disk = new Map([[connector, { ...loaded, inbound }]])
  const mappings = new InForce({ world, onDisk: disk, log: { info: log, error: log } })
  const made: Kit = {
    root,
    world,
    mappings,
    logs,
    written: [],
    before: () => undefined,
    now: () => new Date('2026-03-02T01:14:07Z'),
    registry: {
      catchUp: async () => undefined,
      async put(key, value) {
        made.before()
        const one = { ...record(entry(1)), key, value: Buffer.from(JSON.stringify(value)) }
        made.written.push(one)
        mappings.hear(one)
      },
      stop: () => undefined,
    },
  }
  return made
}

export function inForce({ mappings }: Kit): { stamp: string; tables: readonly string[]; unusable?: number } {
  const { stamp, tables, unusable } = mappings.connectors().get(connector)!.inbound.get('case')!
  return { stamp, tables, ...(unusable === undefined ? {} : { unusable }) }
}

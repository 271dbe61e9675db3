// The mappings in force in this process: those on disk, and over them the versions that the registry tells of.
// Of two the higher version counts; of two texts under one version the one that came first.
import type { InRecord } from '../kafka/port.ts'
import { compileText } from '../loader/compile-text.ts'
import type { Connector, LoadedMapping } from '../loader/connector.ts'
import type { MappingWorld } from '../loader/discover.ts'
import { type Entry, type MappingId, nameOf, readEntry } from './entry.ts'

export interface InForceDeps {
  readonly world: MappingWorld
  readonly onDisk: ReadonlyMap<string, Connector>
  readonly log: { info(facts: object, text: string): void; error(facts: object, text: string): void }
}

export class InForce {
  readonly #deps: InForceDeps
  readonly #swapped = new Map<string, Entry>()
  /** Heard of and not yet compiled: a process that starts reads all versions there ever were, and needs the last ones. */
  readonly #due = new Map<string, Entry>()
  #connectors: ReadonlyMap<string, Connector>

  constructor(deps: InForceDeps) {
    this.#deps = deps
    this.#connectors = deps.onDisk
  }

  /** As they are now. The map and all in it never change: a swap makes another one, so whoever holds it holds one state. */
  connectors(): ReadonlyMap<string, Connector> {
    for (const entry of this.#due.values()) this.#take(entry)
    this.#due.clear()
    return this.#connectors
  }

  /** The registry's entry that is in force; undefined: the one on disk is. */
  entryOf(id: MappingId): Entry | undefined {
    return this.#swapped.get(nameOf(id))
  }

  hear(record: InRecord): void {
    const entry = readEntry(record)
    if (!entry) {
      if (record.value !== null) this.#deps.log.error({ offset: String(record.offset) }, 'mapping.unreadable')
      return
    }
    const present = this.#deps.onDisk.get(entry.connector)?.[entry.direction].get(entry.message)
    if (!present || !this.#isDue(entry, present)) return
    this.#swapped.set(nameOf(entry), entry)
    this.#due.set(nameOf(entry), entry)
  }

  // A text under the disk's own number is taken too: then processes of two releases agree on what the number means.
  #isDue(entry: Entry, onDisk: LoadedMapping): boolean {
    const before = this.#swapped.get(nameOf(entry))
    return before ? entry.version > before.version : entry.version >= onDisk.compiled.version
  }

  #take(entry: Entry): void {
    const { world, log } = this.#deps
    const connector = this.#connectors.get(entry.connector)!
    const present = mappingOf(connector, entry)!
    const made = compiled(world, connector, entry)
    // What is in force and cannot be compiled here must not be answered by the version before it: the stage waits.
    const mapping = made ?? { ...present, unusable: entry.version }
    const swapped = new Map(connector[entry.direction]).set(entry.message, mapping)
    this.#connectors = new Map(this.#connectors).set(entry.connector, { ...connector, [entry.direction]: swapped })
    const facts = { mapping: nameOf(entry), version: entry.version }
    if (made) log.info(facts, 'mapping.in-force')
    else log.error({ ...facts, code: 'HUB_MAPPING_UNUSABLE' }, 'mapping.unusable')
  }
}

function compiled(world: MappingWorld, connector: Connector, entry: Entry): LoadedMapping | undefined {
  try {
    const made = compileText(world, connector, { ...entry, file: `${entry.message}.${entry.direction}.yaml` })
    return 'mapping' in made ? made.mapping : undefined
  } catch {
    return undefined
  }
}

export function mappingOf(connector: Connector, { direction, message }: MappingId): LoadedMapping | undefined {
  return connector[direction].get(message)
}

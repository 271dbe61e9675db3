// One connector under test, as far as it can be loaded. Rules skip what is not there: another rule says why it is missing.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parse } from 'yaml'
import type { Connector } from '#gateway/loader/connector.ts'
import { connectorDirs, lintMappings, loadConnector, loadWorld, type MappingWorld } from '#gateway/loader/discover.ts'
import type { HubConfig, Manifest } from '#schemas/files.ts'

export interface Subject {
  readonly root: string
  readonly id: string
  readonly dir: string
  readonly mappingDir: string
  readonly manifest: Manifest | undefined
  readonly demo: Partial<HubConfig> | undefined
  readonly connector: Connector | undefined
  /** Why the connector could not be loaded. */
  readonly fault: string | undefined
  /** Findings in the mapping and table files of all connectors. */
  readonly lintLines: () => readonly string[]
}

export interface Rule {
  readonly id: string
  /** The sentence of connectors/README.md. */
  readonly says: string
  readonly check: (subject: Subject) => readonly string[] | Promise<readonly string[]>
}

/** Every folder under connectors/ that is no file of the kit; also one without a manifest. */
export function connectorFolders(root: string): string[] {
  return readdirSync(join(root, 'connectors'), { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => entry.name)
    .sort()
}

/** What all connectors of one tree share, read when first asked for. */
export interface Tree {
  readonly root: string
  readonly world: () => MappingWorld
  readonly lintLines: () => readonly string[]
}

/** @param world what the mappings of the tree are compiled against, where it is known already */
export function openTree(root: string, world: () => MappingWorld = once(() => loadWorld(root))): Tree {
  return { root, world, lintLines: once(() => lintMappings(root, world())) }
}

export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

export async function readSubject({ root, world, lintLines }: Tree, id: string): Promise<Subject> {
  const dir = join(root, 'connectors', id)
  const manifest = readYaml<Manifest>(join(dir, 'manifest.yaml'))
  const loaded = connectorDirs(root).includes(dir)
    ? await load(root, dir, world)
    : { fault: 'manifest.yaml is missing' }
  return {
    root,
    id,
    dir,
    mappingDir: join(root, 'mappings', id),
    manifest,
    demo: readYaml<Partial<HubConfig>>(join(dir, 'demo.yaml')),
    connector: undefined,
    fault: undefined,
    lintLines,
    ...loaded,
  }
}

async function load(root: string, dir: string, world: () => MappingWorld): Promise<Partial<Subject>> {
  try {
    return { connector: await loadConnector(root, dir, world()) }
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) }
  }
}

function readYaml<T>(file: string): T | undefined {
  if (!existsSync(file)) return undefined
  try {
    return parse(readFileSync(file, 'utf8')) as T
  } catch {
    return undefined
  }
}

/** Paths of all files below `dir`, relative to it, sorted. */
export function filesBelow(dir: string): string[] {
  if (!existsSync(dir)) return []
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(dir, join(entry.parentPath, entry.name)))
    .sort()
}

// Finds connectors by their manifests and loads each whole: contracts, tables, mappings, adapter.
// The only place with a dynamic import of connector code. Nothing central lists systems.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Ajv, type ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { parse } from 'yaml'
import type { Adapter, StartSimulator } from '#connectors/sdk.ts'
import {
  type CompiledMapping,
  compileMapping,
  formatIssue,
  functions,
  type LintIssue,
  lintMapping,
  parseMapping,
  parseTable,
  type Table,
  type Target,
} from '#mappings/engine/index.ts'
import { mappingTarget } from '#schemas/canonical/target.ts'
import { HubError } from '#schemas/errors.ts'
import type { Manifest } from '#schemas/files.ts'
import { createIdentifiers, type Identifiers, readFamilies } from '#schemas/identifiers/index.ts'
import type { TitleTables } from '../open-title.ts'
import type { Connector, LoadedMapping } from './connector.ts'
import { loadSchemas } from './schemas.ts'

/** Folders of connectors/ that hold a manifest, by name. */
export function connectorDirs(root: string): string[] {
  const base = join(root, 'connectors')
  return readdirSync(base, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && existsSync(join(base, entry.name, 'manifest.yaml')))
    .map(entry => join(base, entry.name))
    .sort()
}

/** What mappings are compiled against; shared by all connectors. */
export interface MappingWorld {
  readonly identifiers: Identifiers
  readonly target: Target
  readonly shared: readonly Table[]
  readonly issues: readonly LintIssue[]
}

export function loadWorld(root: string): MappingWorld {
  const issues: LintIssue[] = []
  const schemas = loadSchemas(root)
  const families = readFamilies(readFileSync(join(root, 'schemas', 'identifiers', 'families.yaml'), 'utf8'))
  return {
    identifiers: createIdentifiers(families),
    target: { name: 'case-record', fields: mappingTarget(schemas.caseRecordSchema, schemas.sealedPartSchema) },
    shared: readTables(root, join(root, 'mappings', 'tables'), issues),
    issues,
  }
}

function readTables(root: string, dir: string, issues: LintIssue[]): Table[] {
  if (!existsSync(dir)) return []
  const files = readdirSync(dir).filter(
    name => name.endsWith('.yaml') && (dir.endsWith('tables') || name.endsWith('.table.yaml')),
  )
  return files.sort().flatMap(name => {
    const file = join(dir, name)
    const read = parseTable(readFileSync(file, 'utf8'), relative(root, file))
    issues.push(...read.issues)
    return read.table ? [read.table] : []
  })
}

/** All findings in mapping and table files, printed the way compilers print. */
export function lintMappings(root: string, world: MappingWorld = loadWorld(root)): string[] {
  const issues = [...world.issues]
  for (const dir of connectorDirs(root)) {
    const id = dir.split(/[/\\]/).at(-1)!
    const tables = tablesOf(root, id, world, issues)
    for (const file of mappingFiles(root, id)) {
      const read = parseMapping(readFileSync(file, 'utf8'), relative(root, file))
      issues.push(...read.issues)
      if (read.mapping)
        issues.push(
          ...lintMapping(read.mapping, {
            tables: new Map(tables.map(t => [t.name, t])),
            identifiers: world.identifiers,
            functions,
            target: world.target,
          }),
        )
    }
  }
  return issues.map(formatIssue)
}

function tablesOf(root: string, id: string, world: MappingWorld, issues: LintIssue[]): Table[] {
  return [...world.shared, ...readTables(root, join(root, 'mappings', id), issues)]
}

function mappingFiles(root: string, id: string): string[] {
  const dir = join(root, 'mappings', id)
  if (!existsSync(dir)) return []
  return readdirSync(dir)
    .filter(name => /\.(inbound|outbound)\.yaml$/.test(name))
    .sort()
    .map(name => join(dir, name))
}

/** Every connector on disk, or those of `wanted`. Throws HUB_LINT_FAILED or HUB_START_CONNECTOR naming the file. */
export async function loadConnectors(
  root: string,
  world: MappingWorld = loadWorld(root),
  wanted?: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Connector>> {
  const found = new Map<string, Connector>()
  for (const dir of connectorDirs(root)) {
    // The folder bears the connector's name.
    if (wanted && !wanted.has(basename(dir))) continue
    const connector = await loadConnector(root, dir, world)
    found.set(connector.manifest.id, connector)
  }
  return found
}

export async function loadConnector(root: string, dir: string, world: MappingWorld): Promise<Connector> {
  const manifest = parse(readFileSync(join(dir, 'manifest.yaml'), 'utf8')) as Manifest
  const issues: LintIssue[] = [...world.issues]
  const tables = tablesOf(root, manifest.id, world, issues)
  if (issues.length > 0)
    throw new HubError('HUB_LINT_FAILED', {
      file: issues[0]!.file,
      count: issues.length,
      first: formatIssue(issues[0]!),
    })
  const inbound = new Map<string, LoadedMapping>()
  const outbound = new Map<string, LoadedMapping>()
  for (const file of mappingFiles(root, manifest.id)) {
    const mapping = compileFile(root, file, tables, world)
    const into = mapping.compiled.direction === 'inbound' ? inbound : outbound
    into.set(mapping.compiled.message, mapping)
  }
  for (const message of Object.keys(manifest.messages)) mustHave(inbound, manifest.id, message, 'inbound')
  for (const { message } of manifest.outbound) mustHave(outbound, manifest.id, message, 'outbound')
  return {
    manifest,
    dir,
    contracts: readContracts(dir, manifest),
    inbound,
    outbound,
    tables,
    adapter: await importAdapter(dir),
  }
}

function mustHave(mappings: ReadonlyMap<string, unknown>, id: string, message: string, direction: string): void {
  if (!mappings.has(message))
    throw new HubError('HUB_START_CONNECTOR', {
      connector: id,
      problem: `mappings/${id}/${message}.${direction}.yaml is missing`,
    })
}

function compileFile(root: string, file: string, tables: readonly Table[], world: MappingWorld): LoadedMapping {
  const name = relative(root, file)
  const read = parseMapping(readFileSync(file, 'utf8'), name)
  if (!read.mapping)
    throw new HubError('HUB_LINT_FAILED', {
      file: name,
      count: read.issues.length,
      first: formatIssue(read.issues[0]!),
    })
  return loadedMapping(compileMapping(read.mapping, { tables, identifiers: world.identifiers, target: world.target }))
}

export function loadedMapping(compiled: CompiledMapping): LoadedMapping {
  return { compiled, stamp: `${compiled.connector}/${compiled.message}@${compiled.version}`, tables: compiled.tables }
}

// One of each for all connectors: making ready for a draft takes longer than a contract. Contracts may bear the same $id.
const options = { strict: false, allErrors: false, validateFormats: false, addUsedSchema: false }
const drafts = { old: new Ajv(options), new: new Ajv2020(options) }

function readContracts(dir: string, manifest: Manifest): Map<string, ValidateFunction> {
  const contracts = new Map<string, ValidateFunction>()
  for (const [message, { contract }] of Object.entries(manifest.messages)) {
    try {
      const schema = JSON.parse(readFileSync(join(dir, contract), 'utf8')) as { $schema?: string }
      contracts.set(message, drafts[schema.$schema?.includes('draft-07') ? 'old' : 'new'].compile(schema))
    } catch (cause) {
      throw new HubError(
        'HUB_START_CONNECTOR',
        { connector: manifest.id, problem: `${contract} is no usable JSON Schema` },
        cause,
      )
    }
  }
  return contracts
}

async function importAdapter(dir: string): Promise<Adapter> {
  const file = join(dir, 'adapter.ts')
  if (!existsSync(file)) return {}
  return ((await import(pathToFileURL(file).href)) as { adapter: Adapter }).adapter
}

export async function importSimulator(dir: string): Promise<StartSimulator> {
  return ((await import(pathToFileURL(join(dir, 'simulator.ts')).href)) as { startSimulator: StartSimulator })
    .startSimulator
}

/** Names for open titles, out of the shared tables. */
export function titleTables({ shared }: MappingWorld): TitleTables {
  const tables = new Map(shared.map(table => [table.name, table]))
  const lookUp = (table: string) => {
    const names = new Map(
      tables.get(table)?.entries.flatMap(entry => entry.from.map(code => [code, entry.to] as const)),
    )
    return (code: string) => names.get(code)
  }
  return { category: lookUp('category'), area: lookUp('area') }
}

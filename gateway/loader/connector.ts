// A connector as the gateway uses it: manifest, contracts, compiled mappings and the optional adapter.
import type { ValidateFunction } from 'ajv'
import type { Adapter } from '#connectors/sdk.ts'
import type { CompiledMapping, Table } from '#mappings/engine/index.ts'
import type { Manifest } from '#schemas/files.ts'

export interface LoadedMapping {
  readonly compiled: CompiledMapping
  /** connector/message@version, stamped on every record. */
  readonly stamp: string
  /** Value tables it uses, name@version. */
  readonly tables: readonly string[]
}

export interface Connector {
  readonly manifest: Manifest
  readonly dir: string
  readonly contracts: ReadonlyMap<string, ValidateFunction>
  readonly inbound: ReadonlyMap<string, LoadedMapping>
  readonly outbound: ReadonlyMap<string, LoadedMapping>
  /** Its own value tables and the shared ones. */
  readonly tables: readonly Table[]
  readonly adapter: Adapter
}

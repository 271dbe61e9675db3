// A connector as the gateway uses it: manifest, contracts, compiled mappings and the optional adapter.
import type { ValidateFunction } from 'ajv'
import type { Adapter } from '#connectors/sdk.ts'
import type { CompiledMapping, Table } from '#mappings/engine/index.ts'
import { HubError } from '#schemas/errors.ts'
import type { Manifest } from '#schemas/files.ts'

export interface LoadedMapping {
  readonly compiled: CompiledMapping
  /** connector/message@version, stamped on every record. */
  readonly stamp: string
  /** Value tables it uses, name@version. */
  readonly tables: readonly string[]
  /** A later version that is in force and that this process cannot compile: nothing may be said by this one any more. */
  readonly unusable?: number
}

/** Throws HUB_MAPPING_UNUSABLE. */
export function mustBeUsable({ stamp, unusable }: LoadedMapping): void {
  if (unusable !== undefined)
    throw new HubError('HUB_MAPPING_UNUSABLE', { mapping: stamp.replace(/@.*/, ''), version: unusable })
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

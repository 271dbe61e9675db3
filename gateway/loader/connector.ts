// A connector as the gateway uses it: manifest, contracts, compiled mappings and the optional adapter.
import type { ValidateFunction } from 'ajv'
import type { Adapter, StartSimulator } from '#connectors/sdk.ts'
import type { Manifest } from '#schemas/files.ts'

/** What one native message says, as its mapping reads it. */
export interface MappedOnce {
  readonly name: string
  readonly record: Readonly<Record<string, unknown>>
  readonly own: readonly unknown[]
  readonly cited: readonly unknown[]
  readonly flaws: readonly { readonly pointer: string; readonly rule: string }[]
  readonly unknownCodes: readonly { readonly table: string; readonly pointer: string }[]
}

export interface LoadedMapping {
  /** The mapping engine's compiled function: never throws for what a message holds. */
  readonly compiled: { map(input: unknown, context: Readonly<Record<string, unknown>>): readonly MappedOnce[] }
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
  readonly adapter: Adapter
}

export interface SimulatorModule {
  readonly startSimulator: StartSimulator
}

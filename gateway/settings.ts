// What a hub process is started with. Read from the environment by the command line, never in here.
import type { HubConfig } from '#schemas/files.ts'
import type { HubLog } from './log.ts'

export const roles = ['gateway', 'translate', 'correlate', 'route', 'deliver', 'index'] as const
export type Role = (typeof roles)[number]

export interface HubSettings {
  /** Folder of the checkout: schemas, connectors, mappings. */
  readonly root: string
  readonly dataDir: string
  readonly brokers: readonly string[]
  readonly prefix: string
  readonly host: string
  readonly port: number
  readonly config: HubConfig
  readonly operatorKey: string
  /** Name of this process among several: its stages' slots carry it. */
  readonly slot: string
  readonly roles: ReadonlySet<Role>
  readonly log: HubLog
  readonly now: () => Date
}

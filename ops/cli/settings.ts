// From the environment to the settings of a hub process: the configuration is read and checked before anything starts.
import { join } from 'node:path'
import {
  checkConfig,
  connectorDirs,
  createLog,
  demoConfig,
  demoOperatorKey,
  type HubSettings,
  type Role,
  readConfig,
  roles,
} from '#gateway/index.ts'
import { HubError } from '#schemas/errors.ts'
import type { HubConfig, SystemConfig } from '#schemas/files.ts'
import type { Environment } from './environment.ts'

const loopback = new Set(['127.0.0.1', '::1', 'localhost'])

export function configOf(environment: Environment): HubConfig {
  const dirs = connectorDirs(environment.root)
  const ids = new Set(dirs.map(dir => dir.split(/[/\\]/).at(-1)!))
  if (environment.configFile === undefined && !loopback.has(environment.httpHost))
    throw new HubError('HUB_START_DEMO_EXPOSED', { host: environment.httpHost })
  const config =
    environment.configFile === undefined
      ? demoConfig(dirs)
      : readConfig(environment.configFile, join(environment.root, 'schemas', 'files', 'hub.schema.json'))
  checkConfig(config, ids, environment.configFile ?? 'connectors/*/demo.yaml')
  return config
}

/** Throws HUB_CLI_NO_SYSTEM. */
export function systemOf({ systems }: HubConfig, id: string): SystemConfig {
  const system = systems.find(one => one.id === id)
  if (!system) throw new HubError('HUB_CLI_NO_SYSTEM', { id, known: systems.map(one => one.id).join(' ') })
  return system
}

export function settingsOf(
  environment: Environment,
  brokers: readonly string[],
  config: HubConfig = configOf(environment),
): HubSettings {
  const unknown = environment.roles.find(role => !(roles as readonly string[]).includes(role))
  if (unknown !== undefined)
    throw new HubError('HUB_START_CONFIG', {
      file: 'HUB_ROLES',
      rule: `no role ${unknown}; there are ${roles.join(' ')}`,
    })
  if (!Number.isInteger(environment.httpPort))
    throw new HubError('HUB_START_CONFIG', { file: 'HUB_HTTP_PORT', rule: 'a port number was expected' })
  return {
    root: environment.root,
    dataDir: environment.dataDir,
    brokers,
    prefix: environment.prefix,
    host: environment.httpHost,
    port: environment.httpPort,
    config,
    operatorKey: environment.operatorKey ?? demoOperatorKey,
    slot: environment.slot,
    roles: new Set(environment.roles.length > 0 ? (environment.roles as readonly Role[]) : roles),
    log: createLog(environment.logLevel, environment.logFile),
    now: () => new Date(),
  }
}

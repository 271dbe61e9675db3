// Where the embedded broker keeps things: one place for every file name.
import { mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { HubError } from '#schemas/errors.ts'
import type { BrokerOptions } from './options.ts'

export interface BrokerPaths {
  readonly libs: string
  readonly logDir: string
  readonly logs: string
  readonly properties: string
  readonly log4j: string
  readonly output: string
  readonly pidFile: string
}

/** The Kafka version is said once, in pom.xml. */
export function kafkaVersion(): string {
  const pom = readFileSync(new URL('pom.xml', import.meta.url), 'utf8')
  return /<kafka\.version>([^<]+)</.exec(pom)?.[1] ?? 'unknown'
}

export function brokerPaths(options: BrokerOptions): BrokerPaths {
  const data = resolve(options.dataDir)
  const logs = join(data, 'logs')
  return {
    libs: join(resolve(options.cacheDir), 'kafka', kafkaVersion()),
    logDir: join(data, 'kafka'),
    logs,
    properties: join(data, 'server.properties'),
    log4j: join(data, 'log4j2.properties'),
    output: join(logs, 'broker.out'),
    pidFile: join(data, 'broker.json'),
  }
}

/** Runs a file operation; a full disk becomes its own error, since a newcomer can mend that. */
export function onDisk<T>(directory: string, operation: () => T): T {
  try {
    return operation()
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')) {
      throw new HubError('HUB_START_DISK_FULL', { directory }, error)
    }
    throw error
  }
}

export function makeFolders(paths: BrokerPaths): void {
  onDisk(paths.logDir, () => {
    mkdirSync(paths.logDir, { recursive: true })
    mkdirSync(paths.logs, { recursive: true })
  })
}

// The gateway's own ground in the bench's process: real keys, schemas, mappings, on the bench's broker, with nothing running.
import { join } from 'node:path'
import { createLog, openGround } from '#gateway/index.ts'
import type { HubConfig } from '#schemas/files.ts'
import type { Setting } from './setting.ts'

export interface GroundParts {
  readonly config: HubConfig
  readonly dataDir: string
  readonly prefix: string
}

export async function openBenchGround(setting: Setting, { config, dataDir, prefix }: GroundParts) {
  return openGround({
    config,
    dataDir,
    prefix,
    root: setting.root,
    brokers: [(await setting.brokers()).address],
    host: '127.0.0.1',
    port: 0,
    operatorKey: '',
    slot: 'bench',
    roles: new Set(),
    log: createLog('warn', join(setting.dir, 'ground.log')),
    now: () => new Date(),
  })
}

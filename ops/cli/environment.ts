// The environment variables of the hub, read in one place.
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Environment {
  readonly root: string
  readonly dataDir: string
  readonly httpHost: string
  readonly httpPort: number
  readonly kafkaPort: number
  /** Brokers of an existing cluster; empty: start the embedded one. */
  readonly brokers: readonly string[]
  readonly prefix: string
  /** Path of hub.yaml; undefined: the demo. */
  readonly configFile: string | undefined
  readonly demo: 'on' | 'quiet' | 'off'
  readonly operatorKey: string | undefined
  readonly logLevel: string
  readonly logFile: string | undefined
  readonly slot: string
  readonly roles: readonly string[]
}

export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Environment {
  const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
  const configFile = env.HUB_CONFIG
  return {
    root,
    dataDir: env.HUB_DATA_DIR ?? join(root, '.data'),
    httpHost: env.HUB_HTTP_HOST ?? '127.0.0.1',
    httpPort: Number(env.HUB_HTTP_PORT ?? 8080),
    kafkaPort: Number(env.HUB_KAFKA_PORT ?? 19092),
    brokers: (env.KAFKA_BROKERS ?? '').split(',').filter(one => one !== ''),
    prefix: env.HUB_TOPIC_PREFIX ?? 'hub.',
    configFile,
    demo: demoMode(env.HUB_DEMO, configFile),
    operatorKey: env.HUB_OPERATOR_KEY,
    logLevel: env.HUB_LOG_LEVEL ?? 'info',
    logFile: env.HUB_LOG_FILE,
    slot: env.HUB_SLOT ?? '1',
    roles: (env.HUB_ROLES ?? '').split(',').filter(one => one !== ''),
  }
}

function demoMode(text: string | undefined, configFile: string | undefined): Environment['demo'] {
  if (text === 'on' || text === 'quiet' || text === 'off') return text
  return configFile === undefined ? 'on' : 'off'
}

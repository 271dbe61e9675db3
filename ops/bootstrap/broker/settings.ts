// The broker's server.properties and logging file. Pure: options in, text out.
import type { BrokerOptions } from './options.ts'

const FOUR_MEGABYTES = String(4 * 1024 * 1024)

export function controllerPortOf(options: BrokerOptions): number {
  return options.controllerPort ?? options.port + 1
}

function voterCount(options: BrokerOptions): number {
  return options.voters?.split(',').length ?? 1
}

/** Static voters, not dynamic ones: only then may the ports of an existing data directory change. */
export function serverProperties(options: BrokerOptions, logDir: string): string {
  const node = String(options.nodeId ?? 1)
  const controller = `127.0.0.1:${controllerPortOf(options)}`
  const replicas = String(Math.min(3, voterCount(options)))
  const minInSync = replicas === '3' ? '2' : '1'
  const listeners = `PLAINTEXT://127.0.0.1:${options.port},CONTROLLER://${controller}`
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': node,
    'controller.quorum.voters': options.voters ?? `${node}@${controller}`,
    listeners,
    'advertised.listeners': listeners,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'log.dirs': logDir,
    ...replication(replicas, minInSync),
    ...behaviour,
    ...options.extra,
  }
  return `${Object.entries(settings)
    .map(([name, value]) => `${name}=${escaped(value)}`)
    .join('\n')}\n`
}

// A backslash starts an escape in a .properties file (paths, passwords in JAAS lines).
function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\')
}

function replication(replicas: string, minInSync: string): Record<string, string> {
  return {
    'default.replication.factor': replicas,
    'min.insync.replicas': minInSync,
    'offsets.topic.replication.factor': replicas,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': minInSync,
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': minInSync,
  }
}

const behaviour: Readonly<Record<string, string>> = {
  'num.partitions': '4',
  'offsets.topic.num.partitions': '4',
  'transaction.state.log.num.partitions': '4',
  'share.coordinator.state.topic.num.partitions': '1',
  'auto.create.topics.enable': 'false',
  'group.initial.rebalance.delay.ms': '0',
  'group.min.session.timeout.ms': '2000',
  'broker.session.timeout.ms': '3000',
  'broker.heartbeat.interval.ms': '500',
  'message.max.bytes': FOUR_MEGABYTES,
  'replica.fetch.max.bytes': FOUR_MEGABYTES,
  'transaction.max.timeout.ms': '60000',
  // The default of 10 s would keep readers behind a dead transaction long after its own timeout.
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': '1000',
  // A delivery that is switched off for weeks must still find where it stood. Kafka forgets after seven days.
  'offsets.retention.minutes': '525600',
  'log.cleaner.enable': 'true',
  'num.network.threads': '2',
  'num.io.threads': '4',
}

export function log4jProperties(directory: string): string {
  return `status = error
appender.file.type = RollingFile
appender.file.name = file
appender.file.fileName = ${directory}/kafka.log
appender.file.filePattern = ${directory}/kafka.%i.log
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d{yyyy-MM-dd HH:mm:ss.SSS} %-5p %c{1} %m%n
appender.file.policies.type = Policies
appender.file.policies.size.type = SizeBasedTriggeringPolicy
appender.file.policies.size.size = 10MB
appender.file.strategy.type = DefaultRolloverStrategy
appender.file.strategy.max = 3
rootLogger.level = info
rootLogger.appenderRef.file.ref = file
`
}

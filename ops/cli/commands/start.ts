// hub start: the broker unless there is one, the simulators of the demo, the hub; then the story. Ctrl-C stops all of it.
import { join } from 'node:path'
import { type Hub, startHub } from '#gateway/index.ts'
import type { HubConfig } from '#schemas/files.ts'
import type { Broker } from '../../bootstrap/broker/options.ts'
import { startBroker } from '../../bootstrap/broker/start.ts'
import { play, readStory, type Simulators, startSimulators } from '../../bootstrap/demo.ts'
import { awaitBrokers } from '../../bootstrap/existing-kafka.ts'
import type { Command } from '../command.ts'
import type { Environment } from '../environment.ts'
import { configOf, settingsOf } from '../settings.ts'

/** Longer than a broker needs to start or to move. */
const kafkaPatienceMs = 60_000

const say = (zh: string, en: string): void => void process.stdout.write(`${zh}  ${en}\n`)

export const startCommand: Command = {
  says: {
    en: 'start the hub, with its own Kafka unless KAFKA_BROKERS is set',
    zh: '启动枢纽,未设置 KAFKA_BROKERS 时自带 Kafka',
  },
  async run(environment) {
    const config = configOf(environment)
    settingsOf(environment, [], config)
    const stopped = new Promise<'signal'>(done => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done('signal'))
    })
    const parts: { broker?: Broker; simulators?: Simulators; hub?: Hub } = {}
    try {
      const up = bringUp(environment, config, parts)
      const ended = await Promise.race([stopped, up.then(() => brokerEnd(parts.broker))])
      if (ended === 'broker') say('内置 Kafka 已退出', 'the embedded Kafka has exited')
      say('正在停止…', 'stopping…')
      return ended === 'signal' ? 0 : 1
    } finally {
      parts.simulators?.stop()
      await parts.hub?.stop()
      await parts.broker?.stop()
    }
  },
}

async function bringUp(
  environment: Environment,
  config: HubConfig,
  parts: { broker?: Broker; simulators?: Simulators; hub?: Hub },
): Promise<void> {
  let brokers = environment.brokers
  if (brokers.length === 0) {
    say('正在启动 Kafka…', 'starting Kafka…')
    parts.broker = await startBroker({
      cacheDir: join(environment.root, '.cache'),
      dataDir: join(environment.dataDir, 'kafka'),
      port: environment.kafkaPort,
    })
    brokers = [parts.broker.brokers]
  } else {
    await awaitBrokers(brokers, {
      withinMs: kafkaPatienceMs,
      waiting: () => say(`Kafka(${brokers})没有应答,等待中…`, `Kafka at ${brokers} does not answer; waiting for it…`),
    })
  }
  const demo = environment.configFile === undefined && environment.demo !== 'off'
  const hubUrl = `http://${environment.httpHost}:${environment.httpPort}`
  if (demo)
    parts.simulators = await startSimulators(
      environment.root,
      hubUrl,
      readStory(environment.root).day,
      environment.dataDir,
    )
  const addresses = parts.simulators?.addresses ?? {}
  const systems = config.systems.map(one => ({ ...one, ...addresses[one.id] }))
  const logFile = environment.logFile ?? join(environment.dataDir, 'hub.log')
  parts.hub = await startHub(settingsOf({ ...environment, logFile }, brokers, { ...config, systems }))
  say(`枢纽已就绪:${parts.hub.url}`, `the hub is ready: ${parts.hub.url}`)
  say(`日志 ${logFile}`, `log ${logFile}`)
  for (const [system, { url }] of Object.entries(addresses))
    process.stdout.write(`  ${system.padEnd(24)} ${url}/simulator/store\n`)
  if (demo && environment.demo === 'on') void playStory(environment, config, addresses)
}

async function playStory(
  environment: Environment,
  config: HubConfig,
  addresses: Simulators['addresses'],
): Promise<void> {
  const connectorOf = (system: string): string => config.systems.find(one => one.id === system)!.connector
  try {
    for (const step of readStory(environment.root).steps) {
      const status = await play(environment.root, connectorOf, addresses, step)
      process.stdout.write(`  ${step.system.padEnd(24)} ${status}  ${step.says.zh}  ${step.says.en}\n`)
      await new Promise(done => setTimeout(done, 1500))
    }
    say('演示已结束,Ctrl-C 停止', 'the story is told; Ctrl-C stops')
  } catch (error) {
    // A simulator that is gone means that the demo is being stopped.
    if (!(error instanceof TypeError)) throw error
  }
}

function brokerEnd(broker: Broker | undefined): Promise<'broker'> {
  return broker ? broker.exited.then(() => 'broker' as const) : new Promise(() => undefined)
}

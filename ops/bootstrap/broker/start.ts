// Starts a real single-node Kafka as a child process and waits until it serves.
import type { ChildProcess } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { HubError } from '#schemas/errors.ts'
import { formatStorage, javaCommand, spawnBroker } from './java.ts'
import type { Broker, BrokerOptions, Exit } from './options.ts'
import { type BrokerPaths, brokerPaths, makeFolders, onDisk } from './paths.ts'
import { removePidFile, STOP_WAIT_MS, takeOver, writePidFile } from './pid-file.ts'
import { requireFreePort } from './ports.ts'
import { countBrokers } from './probe.ts'
import { controllerPortOf, log4jProperties, serverProperties } from './settings.ts'
import { watchOver } from './watchdog.ts'

const READY_WAIT_MS = 60_000

/** Starts the broker of `dataDir`; the data of an earlier run is kept. Throws a HubError that says what to do. */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const paths = brokerPaths(options)
  const log = options.log ?? (() => undefined)
  if (!existsSync(paths.libs)) throw new HubError('HUB_START_KAFKA_MISSING', { directory: paths.libs })
  makeFolders(paths)
  await takeOver(paths.pidFile, options.dataDir, log)
  await requireFreePort(options.port)
  await requireFreePort(controllerPortOf(options))
  onDisk(options.dataDir, () => {
    writeFileSync(paths.properties, serverProperties(options, paths.logDir))
    writeFileSync(paths.log4j, log4jProperties(paths.logs))
  })
  await formatStorage(options, paths)
  const broker = await launch(options, paths)
  try {
    await waitUntilReady(options, paths, broker)
  } catch (error) {
    broker.kill()
    await broker.exited
    throw error
  }
  log(`Kafka is ready at ${broker.brokers} (process ${broker.pid})`)
  return broker
}

async function launch(options: BrokerOptions, paths: BrokerPaths): Promise<Broker> {
  const child = spawnBroker(options, paths)
  const pid = await pidOf(child)
  const dismiss = watchOver(pid)
  const killAtExit = (): void => void child.kill('SIGTERM')
  process.once('exit', killAtExit)
  const exited = new Promise<Exit>(resolve => {
    child.once('exit', (code, signal) => {
      process.off('exit', killAtExit)
      dismiss()
      removePidFile(paths.pidFile)
      resolve({ code, signal })
    })
  })
  onDisk(options.dataDir, () => writePidFile(paths.pidFile, pid, options.port))
  return brokerOf(child, pid, options.port, exited)
}

function pidOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(child.pid as number))
    child.once('error', cause => reject(new HubError('HUB_START_JAVA_MISSING', { java: javaCommand() }, cause)))
  })
}

function brokerOf(child: ChildProcess, pid: number, port: number, exited: Promise<Exit>): Broker {
  return {
    brokers: `127.0.0.1:${port}`,
    pid,
    exited,
    kill: () => void child.kill('SIGKILL'),
    stop: async () => {
      child.kill('SIGTERM')
      const force = setTimeout(() => child.kill('SIGKILL'), STOP_WAIT_MS)
      await exited
      clearTimeout(force)
    },
  }
}

async function waitUntilReady(options: BrokerOptions, paths: BrokerPaths, broker: Broker): Promise<void> {
  const wanted = options.voters?.split(',').length ?? 1
  let exit: Exit | undefined
  void broker.exited.then(value => {
    exit = value
  })
  for (let waitedMs = 0; waitedMs < READY_WAIT_MS; waitedMs += 50) {
    if (exit !== undefined) throw failure(paths, 'ended while starting')
    if ((await countBrokers('127.0.0.1', options.port)) >= wanted) return
    await sleep(50)
  }
  throw failure(paths, 'did not answer within a minute')
}

function failure(paths: BrokerPaths, what: string): HubError {
  if (/No space left/.test(lastWords(paths))) return new HubError('HUB_START_DISK_FULL', { directory: paths.logDir })
  return new HubError('HUB_START_BROKER_FAILED', { what, log: paths.logs })
}

function lastWords(paths: BrokerPaths): string {
  return [paths.output, `${paths.logs}/kafka.log`]
    .map(path => (existsSync(path) ? readFileSync(path, 'utf8').slice(-20_000) : ''))
    .join('\n')
}

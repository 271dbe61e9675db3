// Runs java: the one-time formatting of the storage, and the broker itself.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { appendFileSync, closeSync, existsSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { HubError } from '#schemas/errors.ts'
import type { BrokerOptions } from './options.ts'
import { type BrokerPaths, onDisk } from './paths.ts'

/** The java to use: JAVA_HOME first, as every Java tool does. */
export function javaCommand(): string {
  const home = process.env.JAVA_HOME
  const inHome = home ? join(home, 'bin', 'java') : ''
  return inHome !== '' && existsSync(inHome) ? inHome : 'java'
}

const PLAIN = ['-XX:+UseSerialGC', '-Xshare:auto', '-Djava.awt.headless=true']
const QUICK_START = [...PLAIN, '-XX:TieredStopAtLevel=1']

/** Formats the storage the first time only; a formatted one is left alone, so the data survives. */
export async function formatStorage(options: BrokerOptions, paths: BrokerPaths): Promise<void> {
  if (existsSync(join(paths.logDir, 'meta.properties'))) return
  const clusterId = options.clusterId ?? newClusterId()
  const tool = ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', paths.properties]
  const logging = `-Dlog4j2.configurationFile=${paths.log4j}`
  const child = spawn(javaCommand(), [...QUICK_START, '-Xmx128m', logging, '-cp', `${paths.libs}/*`, ...tool], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output: Buffer[] = []
  child.stdout.on('data', chunk => output.push(chunk))
  child.stderr.on('data', chunk => output.push(chunk))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', cause => reject(new HubError('HUB_START_JAVA_MISSING', { java: javaCommand() }, cause)))
    child.once('close', resolve)
  })
  if (code === 0) return
  const text = Buffer.concat(output).toString()
  if (text.includes('No space left')) throw new HubError('HUB_START_DISK_FULL', { directory: paths.logDir })
  onDisk(paths.logs, () => appendFileSync(paths.output, text))
  throw new HubError('HUB_START_BROKER_FAILED', { what: 'could not format its storage', log: paths.output })
}

// Kafka's own form of a UUID: 16 bytes as base64url; it refuses a leading dash as an option.
export function newClusterId(): string {
  const id = randomBytes(16).toString('base64url')
  return id.startsWith('-') ? newClusterId() : id
}

/** Detached: the terminal's Ctrl-C reaches the hub alone, which then stops the broker in its own order. */
export function spawnBroker(options: BrokerOptions, paths: BrokerPaths): ChildProcess {
  const heap = options.heapMb ?? 512
  const flags = options.isLongRun ? PLAIN : QUICK_START
  const output = onDisk(paths.logs, () => openSync(paths.output, 'w'))
  const child = spawn(
    javaCommand(),
    [`-Xms${Math.min(256, heap)}m`, `-Xmx${heap}m`, ...flags, '-XX:+ExitOnOutOfMemoryError'].concat([
      `-Dlog4j2.configurationFile=${paths.log4j}`,
      '-cp',
      `${paths.libs}/*`,
      'kafka.Kafka',
      paths.properties,
    ]),
    { detached: true, stdio: ['ignore', output, output] },
  )
  closeSync(output)
  return child
}

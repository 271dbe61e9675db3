// The pid file: which java serves this data directory, and which hub started it.
// After a kill -9 of the hub the next start finds the java by it and stops it.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { HubError } from '#schemas/errors.ts'
import { isSameProcess, lookUpProcess, signalProcess } from './processes.ts'

export const STOP_WAIT_MS = 15_000

interface Holder {
  readonly pid: number
  readonly startMark: string
}

interface PidFile {
  readonly broker: Holder
  readonly hub: Holder
  readonly port: number
}

export function writePidFile(path: string, brokerPid: number, port: number): void {
  const content: PidFile = { broker: holderOf(brokerPid), hub: holderOf(process.pid), port }
  writeFileSync(path, `${JSON.stringify(content)}\n`)
}

export function removePidFile(path: string): void {
  rmSync(path, { force: true })
}

function holderOf(pid: number): Holder {
  return { pid, startMark: lookUpProcess(pid)?.startMark ?? '' }
}

function readPidFile(path: string): PidFile | undefined {
  try {
    const content = JSON.parse(readFileSync(path, 'utf8')) as Partial<PidFile>
    return content.broker && content.hub ? (content as PidFile) : undefined
  } catch {
    return undefined
  }
}

/** Makes the data directory ours: refuses when a living hub holds it, stops a java that a dead hub left behind. */
export async function takeOver(path: string, directory: string, log: (line: string) => void): Promise<void> {
  const found = readPidFile(path)
  if (found === undefined) return
  const { broker, hub } = found
  const isBroker =
    isSameProcess(broker.pid, broker.startMark) && lookUpProcess(broker.pid)?.command.includes('kafka.Kafka') === true
  if (!isBroker) return removePidFile(path)
  if (isSameProcess(hub.pid, hub.startMark)) throw new HubError('HUB_START_DATA_IN_USE', { directory, pid: hub.pid })
  log(`stopping the Kafka that an earlier hub left behind (process ${broker.pid})`)
  await stopProcess(broker)
  removePidFile(path)
}

async function stopProcess(holder: Holder): Promise<void> {
  signalProcess(holder.pid, 'SIGTERM')
  for (let waitedMs = 0; isSameProcess(holder.pid, holder.startMark); waitedMs += 100) {
    if (waitedMs === STOP_WAIT_MS) signalProcess(holder.pid, 'SIGKILL')
    await sleep(100)
  }
}

// Who is behind a pid. A pid alone proves nothing: numbers are used again, so a start mark goes with it.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

export interface ProcessFacts {
  /** Differs between two processes that had the same pid. */
  readonly startMark: string
  readonly command: string
}

export function lookUpProcess(pid: number): ProcessFacts | undefined {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid)
}

function fromProc(pid: number): ProcessFacts | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in brackets may hold spaces; fields are counted after it. 1 = state, 20 = start time.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    return { startMark: fields[19] ?? '', command }
  } catch {
    return undefined
  }
}

function fromPs(pid: number): ProcessFacts | undefined {
  const result = spawnSync('ps', ['-ww', '-o', 'lstart=,command=', '-p', String(pid)], { encoding: 'utf8' })
  const line = result.status === 0 ? result.stdout.trim() : ''
  // lstart is a date of 24 characters.
  return line === '' ? undefined : { startMark: line.slice(0, 24), command: line.slice(24) }
}

export function isSameProcess(pid: number, startMark: string): boolean {
  return lookUpProcess(pid)?.startMark === startMark
}

/** Signals and says whether there was anybody to signal. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}

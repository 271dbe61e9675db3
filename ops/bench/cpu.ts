// CPU time of a process and the load of the machine, from the kernel's own books. Elsewhere than on Linux: not known.
import { readFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'

const ticksPerSecond = 100

/** User and system time in microseconds. */
export function cpuOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in brackets may hold spaces; 11 and 12 after it are user and system time.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1e6
  } catch {
    return Number.NaN
  }
}

/** Microseconds by which each process was busy since the call. */
export function watchCpu(pids: Readonly<Record<string, number>>): () => Record<string, number> {
  const before = Object.entries(pids).map(([name, pid]) => [name, pid, cpuOf(pid)] as const)
  return () => Object.fromEntries(before.map(([name, pid, at]) => [name, cpuOf(pid) - at]))
}

/** Others who work on this machine make every figure worse: say how busy it was. */
export function machine(): string {
  return `${availableParallelism()} cores, load ${loadavg()[0]!.toFixed(1)}`
}

// What a part of the bench is given: where things are, what it may start, and who cleans up after it.
import type { Cleanup } from './cleanup.ts'
import type { Row } from './report.ts'
import type { Traffic } from './traffic.ts'

export interface Setting {
  readonly root: string
  /** Removed at the end. */
  readonly dir: string
  /** For child processes. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly traffic: Traffic
  /** Of the bench's own broker, started when a part first asks. */
  readonly brokers: () => Promise<{ readonly address: string; readonly pid: number }>
  readonly port: () => Promise<number>
  readonly cleanup: Cleanup
  readonly say: (line: string) => void
  readonly options: BenchOptions
}

export interface BenchOptions {
  /** Measure a start from a fresh clone with empty caches, too. */
  readonly cold: boolean
  /** Folder for CPU profiles of the hub's processes. */
  readonly profiles: string | undefined
  /** A tenth of everything: to see that it runs, not what it measures. */
  readonly brief: boolean
  /** Messages a second of the latency part; the target is set for 500. */
  readonly rate: number
}

export interface Part {
  readonly about: string
  readonly run: (setting: Setting) => Promise<readonly Row[]>
}

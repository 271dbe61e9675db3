// Whether anything may be taken in now. Every door asks; what is inside flows on and out whatever this says. A disk that fills
// up is told of before it is full, since a broker without room loses its log directory and with it everybody's work.
import { statfs } from 'node:fs/promises'
import { HubError } from '#schemas/errors.ts'
import type { Limits } from '#schemas/files.ts'
import { nameOf } from '../supervise.ts'
import { type FullDisk, fullDisk } from './disks.ts'
import { type Disk, memoryMaxOf } from './limits.ts'
import { type LoadMeter, loadMeter, type Strain, strainOf } from './load.ts'

export interface Pressure {
  /** Why nothing new may begin, if so. Cheap: for every call. */
  refusal(): HubError | undefined
  /** Why nothing more may be stored, if so: also of what is half taken in. */
  full(): HubError | undefined
  health(): { readonly state: 'open' | 'refusing'; readonly code: string | null; readonly says: string | null }
  stop(): Promise<void>
}

export interface PressureDeps {
  /** Looked at each time. */
  readonly limits: () => Limits
  /** Of the brokers; those that do not say are left out. */
  readonly disks: () => Promise<readonly Disk[]>
  readonly dataDir: string
  readonly told: { diskFree(where: string, bytes: number): void; refusing(code: string, is: boolean): void }
  readonly log: { info(facts: object, text: string): void; warn(facts: object, text: string): void }
  readonly meter?: LoadMeter
}

const disksEveryMs = 10_000
const loadEveryMs = 250

/** Resolves after the first look: a hub that starts on a full disk takes nothing in. */
export async function openPressure(deps: PressureDeps): Promise<Pressure> {
  const gauge = new Gauge(deps)
  await gauge.lookAtDisks()
  gauge.start()
  return gauge
}

class Gauge implements Pressure {
  readonly #deps: PressureDeps
  readonly #meter: LoadMeter
  readonly #roomBytes = roomOf(process.constrainedMemory())
  readonly #timers: NodeJS.Timeout[] = []
  #full: FullDisk | undefined
  #strain: Strain | undefined
  #brokers: readonly Disk[] = []
  #looking: Promise<void> = Promise.resolve()

  constructor(deps: PressureDeps) {
    this.#deps = deps
    this.#meter = deps.meter ?? loadMeter()
  }

  start(): void {
    const every = (ms: number, work: () => void) => this.#timers.push(setInterval(work, ms).unref())
    every(disksEveryMs, () => {
      this.#looking = this.#looking.then(() => this.lookAtDisks())
    })
    every(loadEveryMs, () => this.#lookAtLoad())
  }

  refusal(): HubError | undefined {
    return this.full() ?? (this.#strain && new HubError('HUB_PRESSURE_MEMORY', { rule: this.#strain }))
  }

  full(): HubError | undefined {
    if (!this.#full) return undefined
    const { where, freeBytes, minBytes } = this.#full
    return new HubError('HUB_PRESSURE_DISK', { where, free: mebibytes(freeBytes), min: mebibytes(minBytes) })
  }

  health(): ReturnType<Pressure['health']> {
    const why = this.refusal()
    return { state: why ? 'refusing' : 'open', code: why?.code ?? null, says: why?.message ?? null }
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    this.#meter.stop()
    await this.#looking
  }

  async lookAtDisks(): Promise<void> {
    const { disks, dataDir, limits, told, log } = this.#deps
    // Brokers that do not answer are told of by what waits for them; of their disks the last word stands.
    this.#brokers = await disks().catch(() => this.#brokers)
    const own = await diskOf(dataDir).catch((error: unknown) => {
      log.warn({ error: nameOf(error) }, 'pressure.disk-not-looked-at')
      return []
    })
    const all = [...own, ...this.#brokers]
    for (const { where, freeBytes } of all) told.diskFree(where, freeBytes)
    const before = this.#full
    this.#full = fullDisk(all, limits(), new Set(before ? [before.where] : []))
    if (this.#full?.where !== before?.where) this.#say('HUB_PRESSURE_DISK', this.#full)
  }

  #lookAtLoad(): void {
    const before = this.#strain
    this.#strain = strainOf(this.#meter.look(), memoryMaxOf(this.#deps.limits(), this.#roomBytes), before)
    if (this.#strain !== before) this.#say('HUB_PRESSURE_MEMORY', this.#strain && { rule: this.#strain })
  }

  #say(code: 'HUB_PRESSURE_DISK' | 'HUB_PRESSURE_MEMORY', facts: object | undefined): void {
    const { told, log } = this.#deps
    told.refusing(code, facts !== undefined)
    if (facts) log.warn({ code, ...facts }, 'intake.refusing')
    else log.info({ code }, 'intake.open')
  }
}

async function diskOf(directory: string): Promise<Disk[]> {
  const { bsize, bavail, blocks } = await statfs(directory)
  return [{ where: 'hub', freeBytes: bavail * bsize, totalBytes: blocks * bsize }]
}

// Without a container's bound this is 0 or a number beyond all memory.
function roomOf(bytes: number): number {
  return bytes > 0 && bytes < Number.MAX_SAFE_INTEGER ? bytes : 0
}

function mebibytes(bytes: number): number {
  return Math.floor(bytes / 2 ** 20)
}

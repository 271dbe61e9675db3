// Where certifications are begun and looked up. One at a time for a system: two would take each other's calls for theirs.
import { randomUUID } from 'node:crypto'
import { HubError } from '#schemas/errors.ts'
import type { Script } from '#schemas/exchanges.ts'
import type { Heard } from '../receive/heard.ts'
import type { Archive } from './archive.ts'
import { Run } from './run.ts'
import { Stand, type StandDeps } from './stand.ts'
import type { Report } from './types.ts'

export interface DeskDeps {
  readonly sandbox: boolean
  /** What a stand of this system works with, opened anew for each run. Throws HUB_HTTP_UNKNOWN_SYSTEM, HUB_CERTIFY_SCRIPT. */
  readonly open: (system: string) => Promise<{ readonly script: Script; readonly deps: StandDeps }>
  readonly archive: Archive
  readonly log: { warn(facts: object, text: string): void; error(facts: object, text: string): void }
}

interface Held {
  readonly run: Run
  readonly stand: Stand
  done: Promise<void>
}

/** How many ended runs stay at hand, so that one of their exchanges can be run again. */
const atHand = 20

export class Desk {
  readonly #deps: DeskDeps
  readonly #held = new Map<string, Held>()
  #keeping: Promise<void> = Promise.resolve()

  constructor(deps: DeskDeps) {
    this.#deps = deps
  }

  /** The runs that watch a system now. */
  listener(system: string): ((heard: Heard) => void) | undefined {
    const watching = [...this.#held.values()].filter(one => one.run.isRunning && one.stand.deps.system.id === system)
    if (watching.length === 0) return undefined
    return heard => {
      for (const { stand } of watching) stand.hear(heard)
    }
  }

  async begin(system: string, withinSeconds?: number): Promise<Report> {
    if (!this.#deps.sandbox) throw new HubError('HUB_CERTIFY_NO_SANDBOX')
    this.#mustBeFree(system)
    const id = randomUUID()
    const { script, deps } = await this.#deps.open(system)
    const stand = new Stand(deps, id)
    const changed = (report: Report) => this.#keep(report)
    const limit = withinSeconds === undefined ? {} : { withinSeconds }
    const run = new Run({ id, stand, script, changed, log: this.#deps.log, ...limit })
    this.#held.set(id, { run, stand, done: Promise.resolve() })
    this.#go(id)
    await this.#forgetOldest()
    return run.report()
  }

  async again(id: string, exchange: string): Promise<Report> {
    const held = this.#held.get(id)
    const known = held?.run.report().exchanges.some(one => one.id === exchange)
    if (!held || !known) throw new HubError('HUB_CERTIFY_UNKNOWN', { id })
    this.#mustBeFree(held.stand.deps.system.id)
    this.#go(id, exchange)
    return held.run.report()
  }

  async halt(id: string): Promise<Report> {
    const held = this.#held.get(id)
    if (!held) throw new HubError('HUB_CERTIFY_UNKNOWN', { id })
    held.run.stop()
    await held.done
    return held.run.report()
  }

  async report(id: string): Promise<Report> {
    const report = this.#held.get(id)?.run.report() ?? (await this.#deps.archive.find(id))
    if (!report) throw new HubError('HUB_CERTIFY_UNKNOWN', { id })
    return report
  }

  async stop(): Promise<void> {
    for (const { run } of this.#held.values()) run.stop()
    await Promise.all([...this.#held.values()].map(one => one.done))
    await Promise.all([...this.#held.values()].map(one => one.stand.deps.observer.stop()))
    await this.#keeping
  }

  #mustBeFree(system: string): void {
    for (const [id, { run, stand }] of this.#held)
      if (run.isRunning && stand.deps.system.id === system) throw new HubError('HUB_CERTIFY_RUNNING', { system, id })
  }

  #go(id: string, exchange?: string): void {
    const held = this.#held.get(id)!
    held.done = held.run.go(exchange)
  }

  async #forgetOldest(): Promise<void> {
    for (const [id, { run, stand }] of this.#held) {
      if (this.#held.size <= atHand) return
      if (run.isRunning) continue
      this.#held.delete(id)
      await stand.deps.observer.stop()
    }
  }

  // In order, one at a time: the last one written is the one that is true. A broker that is away costs only the copy.
  #keep(report: Report): void {
    this.#keeping = this.#keeping
      .then(() => this.#deps.archive.keep(report))
      .catch((error: Error) => this.#deps.log.warn({ error: error.name }, 'certify.not-kept'))
  }
}

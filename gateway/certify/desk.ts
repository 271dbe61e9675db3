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
  readonly #opening = new Set<string>()
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
    return this.#alone(system, async () => {
      const id = randomUUID()
      const { script, deps } = await this.#deps.open(system)
      const stand = new Stand(deps, id)
      const changed = (report: Report) => this.#keep(report)
      const limit = withinSeconds === undefined ? {} : { withinSeconds }
      const run = new Run({ id, stand, script, changed, log: this.#deps.log, ...limit })
      await this.#go(id, { run, stand, done: Promise.resolve() })
      await this.#forgetOldest()
      return run.report()
    })
  }

  async again(id: string, exchange: string): Promise<Report> {
    const held = this.#held.get(id)
    const known = held?.run.report().exchanges.some(one => one.id === exchange)
    if (!held || !known) throw new HubError('HUB_CERTIFY_UNKNOWN', { id })
    return this.#alone(held.stand.deps.system.id, async () => {
      await this.#go(id, held, exchange)
      return held.run.report()
    })
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
    await Promise.all([...this.#held.values()].map(one => one.stand.deps.observer.close()))
    await this.#keeping
  }

  async #alone(system: string, work: () => Promise<Report>): Promise<Report> {
    const running = [...this.#held].find(([, { run, stand }]) => run.isRunning && stand.deps.system.id === system)
    if (running || this.#opening.has(system))
      throw new HubError('HUB_CERTIFY_RUNNING', { system, id: running?.[0] ?? 'a new one' })
    this.#opening.add(system)
    try {
      return await work()
    } finally {
      this.#opening.delete(system)
    }
  }

  /** Resolves when it is under way: nothing that happens from then on is missed. */
  async #go(id: string, held: Held, exchange?: string): Promise<void> {
    const { observer } = held.stand.deps
    await held.done
    await observer.start()
    this.#held.set(id, held)
    held.done = held.run.go(exchange).then(() => observer.rest())
  }

  async #forgetOldest(): Promise<void> {
    for (const [id, { run, stand }] of this.#held) {
      if (this.#held.size <= atHand) return
      if (run.isRunning) continue
      this.#held.delete(id)
      await stand.deps.observer.close()
    }
  }

  // In order, one at a time: the last one written is the one that is true. A broker that is away costs only the copy.
  #keep(report: Report): void {
    this.#keeping = this.#keeping
      .then(() => this.#deps.archive.keep(report))
      .catch((error: Error) => this.#deps.log.warn({ error: error.name }, 'certify.not-kept'))
  }
}

// One delivery loop a subscription with a push door, for as long as it is in force: started when it comes, stopped when it goes, and
// changed by stopping the old loop before the new one starts.
import { isHubError } from '#schemas/errors.ts'
import type { Subscription } from '#schemas/files.ts'
import type { Supervised } from '../supervise.ts'
import type { Subscriptions } from './in-force.ts'

export interface LoopsDeps {
  readonly subscriptions: Subscriptions
  /** Throws when it can have no loop as it is. */
  readonly start: (subscription: Subscription) => Promise<Supervised>
  /** Called when removed ones have no loop here any more; once more after a failure. */
  readonly gone: (ids: readonly string[]) => Promise<void>
  readonly log: { info(facts: object, text: string): void; error(facts: object, text: string): void }
  readonly wait?: (ms: number) => Promise<void>
}

interface Loop {
  readonly run: Supervised
  readonly shape: string
}

const againMs = 2000

export class Loops {
  readonly #deps: LoopsDeps
  readonly #wait: (ms: number) => Promise<void>
  readonly #loops = new Map<string, Loop>()
  /** What is being done about each, one thing at a time. */
  readonly #turns = new Map<string, Promise<void>>()
  readonly #swept = new Set<string>()
  #stopping = false

  constructor(deps: LoopsDeps) {
    this.#deps = deps
    this.#wait = deps.wait ?? (ms => new Promise(done => setTimeout(done, ms)))
  }

  runs(): readonly Supervised[] {
    return [...this.#loops.values()].map(({ run }) => run)
  }

  /** Starts all that are in force; throws when one of them cannot be started. Follows changes from then on. */
  async begin(): Promise<void> {
    const { subscriptions, gone } = this.#deps
    const removed = subscriptions.removed()
    if (removed.length > 0) await gone(removed)
    for (const id of removed) this.#swept.add(id)
    for (const subscription of subscriptions.all()) if (isPushed(subscription)) await this.#start(subscription)
    subscriptions.follow(() => this.#look())
    this.#look()
  }

  async stop(): Promise<void> {
    this.#stopping = true
    await Promise.all(this.#turns.values())
    await Promise.all([...this.#loops.values()].map(({ run }) => run.stop()))
  }

  #look(): void {
    const { subscriptions } = this.#deps
    const ids = new Set([...this.#loops.keys(), ...subscriptions.removed(), ...subscriptions.all().map(one => one.id)])
    for (const id of ids) {
      const turn = (this.#turns.get(id) ?? Promise.resolve()).then(() => this.#settle(id))
      this.#turns.set(id, turn)
    }
  }

  async #settle(id: string): Promise<void> {
    while (!this.#stopping) {
      try {
        await this.#bringUpToDate(id)
        return
      } catch (error) {
        const code = isHubError(error) ? error.code : (error as Error).name
        this.#deps.log.error({ subscription: id, code }, 'subscription.not-followed')
        // Only what Kafka could not do may go well without another change.
        if (!isHubError(error, 'HUB_KAFKA_UNREACHABLE')) return
        await this.#wait(againMs)
      }
    }
  }

  async #bringUpToDate(id: string): Promise<void> {
    const { subscriptions, log, gone } = this.#deps
    const found = subscriptions.get(id)
    const wanted = found && isPushed(found) ? found : undefined
    const loop = this.#loops.get(id)
    if (loop && (!wanted || shapeOf(wanted) !== loop.shape)) {
      await loop.run.stop()
      this.#loops.delete(id)
      log.info({ subscription: id }, wanted ? 'subscription.changed' : 'subscription.stopped')
    }
    if (wanted && !this.#loops.has(id) && !this.#stopping) await this.#start(wanted)
    if (found) this.#swept.delete(id)
    else if (!this.#swept.has(id)) {
      await gone([id])
      this.#swept.add(id)
    }
  }

  async #start(subscription: Subscription): Promise<void> {
    const { id } = subscription
    const run = await this.#deps.start(subscription)
    this.#loops.set(id, { run, shape: shapeOf(subscription) })
  }
}

const isPushed = ({ door }: Subscription): boolean => door.kind !== 'pull'

/** All that a loop is made of: filters are route's, secrets are looked at for each call. */
function shapeOf({ filter: _filter, basis: _basis, door, ...rest }: Subscription): string {
  return JSON.stringify({ ...rest, door: { ...door, secrets: undefined } })
}

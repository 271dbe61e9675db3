// max.message.bytes by topic, learnt from the cluster and kept. Stale knowledge is used while a new answer is on its way.
import { ConfigResourceTypes, type Admin as LibraryAdmin } from '@platformatic/kafka'
import { unreachable } from './errors.ts'

const config = 'max.message.bytes'
const maxAgeMs = 60_000

interface Known {
  readonly limit: number
  readonly readAt: number
}

export class Limits {
  readonly #admin: LibraryAdmin
  readonly #now: () => number
  readonly #known = new Map<string, Known>()
  #asking: Promise<void> | null = null

  constructor(admin: LibraryAdmin, now: () => number) {
    this.#admin = admin
    this.#now = now
  }

  /** Undefined when never asked. */
  of(topic: string): number | undefined {
    return this.#known.get(topic)?.limit
  }

  forget(topic: string): void {
    this.#known.delete(topic)
  }

  /** Makes sure that `of` answers for these topics. */
  async learn(topics: Iterable<string>): Promise<void> {
    const now = this.#now()
    const missing: string[] = []
    const old: string[] = []
    for (const topic of topics) {
      const known = this.#known.get(topic)
      if (!known) missing.push(topic)
      else if (now - known.readAt > maxAgeMs) old.push(topic)
    }
    if (missing.length > 0) await this.ask([...new Set(missing)])
    else if (old.length > 0 && !this.#asking) {
      this.#asking = this.ask([...new Set(old)])
        .then(() => {})
        .catch(() => {})
        .finally(() => {
          this.#asking = null
        })
    }
  }

  async ask(topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const answer = new Map<string, number>()
    if (topics.length === 0) return answer
    try {
      const described = await this.#admin.describeConfigs({
        resources: topics.map(topic => ({
          resourceType: ConfigResourceTypes.TOPIC,
          resourceName: topic,
          configurationKeys: [config],
        })),
      })
      for (const { resourceName, configs } of described) {
        const value = configs.find(({ name }) => name === config)?.value
        if (value === null || value === undefined) continue
        answer.set(resourceName, Number(value))
        this.#known.set(resourceName, { limit: Number(value), readAt: this.#now() })
      }
      return answer
    } catch (error) {
      throw unreachable('describe configs', error)
    }
  }
}

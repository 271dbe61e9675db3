// Changes to the subscriptions of a running hub, judged as the configuration is judged and written to the registry: from there
// every process takes them.
import { HubError } from '#schemas/errors.ts'
import type { Subscription, SystemConfig } from '#schemas/files.ts'
import { hasOwnDoor } from '../deliver/start.ts'
import type { Fault } from '../loader/config.ts'
import type { Connector } from '../loader/connector.ts'
import type { Registry } from '../registry.ts'
import type { KeyManager } from '../security/key-manager.ts'
import { type Begin, type Entry, type Kept, keyOf } from './entry.ts'
import type { Subscriptions } from './in-force.ts'
import { newSecret, type SealedSecret, sealSecret } from './secrets.ts'

export interface ChangeDeps {
  readonly subscriptions: Subscriptions
  readonly registry: Registry
  readonly systems: readonly SystemConfig[]
  readonly connectors: () => ReadonlyMap<string, Connector>
  readonly judge: (definition: unknown) => readonly Fault[]
  readonly keys: Pick<KeyManager, 'kek' | 'keyOf'>
  /** Makes what is missing in Kafka, and says where a life that begins now begins. */
  readonly prepare: (id: string) => Promise<Begin>
  readonly now: () => Date
}

/** What a change did; a secret that the hub made is shown here and never again. */
export interface Changed {
  readonly id: string
  readonly secret?: string
}

type Given = Readonly<Record<string, unknown>>

export class Desk {
  readonly #deps: ChangeDeps
  #queue: Promise<unknown> = Promise.resolve()

  constructor(deps: ChangeDeps) {
    this.#deps = deps
  }

  create(given: Given, by: string): Promise<Changed> {
    return this.#inTurn(async () => {
      const { start = 'now', ...rest } = given
      if (start !== 'now') throw new HubError('HUB_SUBSCRIPTION_START')
      const definition = this.#judged(rest)
      const { subscriptions } = this.#deps
      const { id, system } = definition
      if (subscriptions.get(id)) throw new HubError('HUB_SUBSCRIPTION_EXISTS')
      const before = subscriptions.entryOf(id)
      // The topic still holds what was decided for the other system.
      if (before && 'removed' in before && before.system !== system)
        throw new HubError('HUB_SUBSCRIPTION_FIXED', { pointer: '/system' })
      const made = definition.door.kind === 'webhook' && !definition.door.secrets ? newSecret() : undefined
      const secrets = this.#sealed(id, made ? [made] : secretsIn(definition))
      const begin = await this.#deps.prepare(id)
      await this.#keep(definition, { secrets, begin }, by)
      return { id, ...(made ? { secret: made } : {}) }
    })
  }

  /** Secrets that are left out stay as they are. */
  replace(id: string, given: Given, by: string): Promise<Changed> {
    return this.#inTurn(async () => {
      const present = this.#inForce(id)
      const definition = this.#judged({ id, ...given })
      mustKeep('/id', id, definition.id)
      mustKeep('/system', present.system, definition.system)
      mustKeep('/door/kind', present.door.kind, definition.door.kind)
      const said = secretsIn(definition)
      const secrets = said.length > 0 ? this.#sealed(id, said) : this.#secretsOf(id)
      await this.#keep(definition, { secrets, begin: this.#beginOf(id) }, by)
      return { id }
    })
  }

  remove(id: string, by: string): Promise<Changed> {
    return this.#inTurn(async () => {
      const { system } = this.#inForce(id)
      await this.#put(id, { removed: true, system, by, at: this.#at() })
      return { id }
    })
  }

  /** The new secret signs first, the present one second: until the next change, or until a time. */
  rotate(id: string, given: Given, by: string): Promise<Changed> {
    return this.#inTurn(async () => {
      const definition = this.#inForce(id)
      if (definition.door.kind !== 'webhook') throw new HubError('HUB_SUBSCRIPTION_NO_SECRETS')
      const { secret = newSecret(), until } = this.#rotation(definition, given)
      const present = this.#secretsOf(id)[0]
      const old = present ? [{ ...present, ...(until ? { until } : {}) }] : []
      const secrets = [...this.#sealed(id, [secret]), ...old]
      await this.#keep(definition, { secrets, begin: this.#beginOf(id) }, by)
      return { id, ...(given.secret === undefined ? { secret } : {}) }
    })
  }

  #rotation(definition: Subscription, given: Given): { secret?: string; until?: string } {
    const { secret, until, ...more } = given as { secret?: string; until?: string }
    const [unknown] = Object.keys(more)
    if (unknown !== undefined) invalid(`/${unknown}`, 'is not known')
    if (secret !== undefined) {
      const [fault] = this.#deps.judge({ ...definition, door: { ...definition.door, secrets: [secret] } })
      if (fault) invalid('/secret', fault.rule)
    }
    if (until !== undefined && !(Date.parse(until) > this.#deps.now().getTime()))
      invalid('/until', 'must be a time to come')
    return {
      ...(secret === undefined ? {} : { secret }),
      ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
    }
  }

  #judged(given: Given): Subscription {
    const faults = this.#deps.judge(given)
    if (faults[0]) throw new HubError('HUB_SUBSCRIPTION_INVALID', { ...faults[0], count: faults.length })
    const definition = given as unknown as Subscription
    const system = this.#deps.systems.find(one => one.id === definition.system)
    if (!system) throw new HubError('HUB_SUBSCRIPTION_SYSTEM')
    const connector = this.#deps.connectors().get(system.connector)!
    if (definition.door.kind === 'native' && !hasOwnDoor(system, connector)) throw new HubError('HUB_SUBSCRIPTION_WAY')
    return definition
  }

  #inForce(id: string): Subscription {
    const present = this.#deps.subscriptions.get(id)
    if (!present) throw new HubError('HUB_HTTP_UNKNOWN_SUBSCRIPTION')
    return present
  }

  /** Those of the configuration are sealed on the way into the registry. */
  #secretsOf(id: string): readonly SealedSecret[] {
    const { subscriptions } = this.#deps
    const entry = subscriptions.entryOf(id)
    return entry && 'secrets' in entry ? entry.secrets : this.#sealed(id, subscriptions.secretsOf(id))
  }

  #beginOf(id: string): Begin | null {
    const entry = this.#deps.subscriptions.entryOf(id)
    return entry && 'begin' in entry ? entry.begin : null
  }

  #sealed(id: string, secrets: readonly string[]): SealedSecret[] {
    return secrets.map(secret => sealSecret(this.#deps.keys, id, secret, this.#at()))
  }

  async #keep(definition: Subscription, rest: Pick<Kept, 'secrets' | 'begin'>, by: string): Promise<void> {
    const { door } = definition
    const open = door.kind === 'webhook' ? { kind: door.kind, url: door.url, secrets: [] } : door
    await this.#put(definition.id, { definition: { ...definition, door: open }, ...rest, by, at: this.#at() })
  }

  #put(id: string, entry: Entry): Promise<void> {
    return this.#deps.registry.put(keyOf(id), entry)
  }

  #at(): string {
    return this.#deps.now().toISOString()
  }

  /** One change at a time, each upon all that was said before it. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(async () => {
      await this.#deps.registry.catchUp()
      return work()
    })
    this.#queue = turn.catch(() => undefined)
    return turn
  }
}

function secretsIn({ door }: Subscription): readonly string[] {
  return (door.kind === 'webhook' && door.secrets) || []
}

function mustKeep(pointer: string, before: string, after: string): void {
  if (before !== after) throw new HubError('HUB_SUBSCRIPTION_FIXED', { pointer })
}

function invalid(pointer: string, rule: string): never {
  throw new HubError('HUB_SUBSCRIPTION_INVALID', { pointer, rule, count: 1 })
}

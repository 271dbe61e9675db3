// Follows every topic that tells of a message's fate into one store. The store is a cache: a missing, foreign or older
// file is filled again from Kafka, each partition at its own pace.
import type { CaseRecord } from '#schemas/canonical/types.ts'
import { isHubError } from '#schemas/errors.ts'
import type { Page, Reader } from '../kafka/port.ts'
import type { Store } from '../store/port.ts'
import { type Change, changesOf, type Kind } from './project.ts'
import { endedInvalid, type Receipt, readReceipt } from './receipt.ts'

export interface FollowedTopic {
  readonly topic: string
  readonly kind: Kind
  readonly partitions: number
}

export interface ReceiptsDeps {
  readonly reader: Reader
  readonly store: Store
  readonly topics: readonly FollowedTopic[]
  readonly decode: (bytes: Buffer) => CaseRecord
  readonly now: () => Date
  readonly log: { warn(facts: object, text: string): void }
  /** Receipts of messages older than this are forgotten. */
  readonly keepMs?: number
}

export interface Receipts {
  get(messageId: string): Receipt | undefined
  /** As invalid or in conflict: then its idempotency key is not its own. */
  endedInVain(messageId: string): boolean
  stop(): Promise<void>
}

const dayMs = 86_400_000
const waitMs = 1000
const pageBytes = 512 << 10
const pruneBatch = 500

/** Starts following; does not wait until all is read. */
export function followReceipts(deps: ReceiptsDeps): Receipts {
  const follower = new Follower(deps)
  const following = follower.run()
  return {
    get: messageId => readReceipt(deps.store, messageId),
    endedInVain: messageId =>
      endedInvalid(deps.store, messageId) !== undefined || readReceipt(deps.store, messageId)?.status === 'conflict',
    async stop() {
      follower.stop()
      await following
    },
  }
}

class Follower {
  readonly #deps: ReceiptsDeps
  #stopped = false
  #wake: () => void = () => undefined
  #pruned = ''

  constructor(deps: ReceiptsDeps) {
    this.#deps = deps
  }

  async run(): Promise<void> {
    const places = this.#deps.topics.flatMap(one =>
      Array.from({ length: one.partitions }, (_, partition) => ({ one, partition })),
    )
    await Promise.all(places.map(({ one, partition }) => this.#follow(one, partition)))
  }

  stop(): void {
    this.#stopped = true
    this.#wake()
  }

  async #follow(one: FollowedTopic, partition: number): Promise<void> {
    const { reader, store, log } = this.#deps
    const name = `${one.topic}/${partition}`
    while (!this.#stopped) {
      try {
        const known = store.position(name)?.split('@')
        const from = known ? BigInt(known[0]!) : 'start'
        const page = await reader.page(one.topic, partition, from, {
          waitMs,
          maxBytes: pageBytes,
          ...(known ? { topicId: known[1]! } : {}),
        })
        if (this.#stopped) return
        this.#take(one, name, page, from)
      } catch (error) {
        if (this.#stopped) return
        // Another log of the same name: nothing that is known holds any more.
        if (isHubError(error, 'HUB_CURSOR_FOREIGN')) store.clear()
        // The log begins later than we stand: what it still holds is read from its start.
        else if (isHubError(error, 'HUB_CURSOR_EXPIRED')) await this.#restart(one, name, partition)
        else {
          log.warn({ topic: one.topic, error: (error as Error).name }, 'receipts.unreadable')
          await this.#pause()
        }
      }
    }
  }

  #take(one: FollowedTopic, name: string, page: Page, from: bigint | 'start'): void {
    if (page.next === from) {
      this.#prune()
      return
    }
    const changes: Change[] = []
    for (const record of page.records) {
      try {
        changes.push(...changesOf(one.kind, record, this.#deps.decode))
      } catch (error) {
        // One unreadable record must not stop all receipts behind it.
        const where = { topic: record.topic, partition: record.partition, offset: String(record.offset) }
        this.#deps.log.warn({ ...where, error: (error as Error).name }, 'receipts.skipped')
      }
    }
    this.#deps.store.write(changes, { [name]: `${page.next}@${page.topicId}` })
  }

  async #restart(one: FollowedTopic, name: string, partition: number): Promise<void> {
    try {
      const page = await this.#deps.reader.page(one.topic, partition, 'start', { maxBytes: pageBytes })
      this.#take(one, name, page, 'start')
    } catch (error) {
      this.#deps.log.warn({ topic: one.topic, error: (error as Error).name }, 'receipts.unreadable')
      await this.#pause()
    }
  }

  /** Forgets a part of what is too old, whenever there is nothing else to do. */
  #prune(): void {
    const { store, now, keepMs = 14 * dayMs } = this.#deps
    const oldest = new Date(now().getTime() - keepMs).toISOString().slice(0, 10)
    if (this.#pruned === oldest) return
    const gone: Change[] = []
    for (const [key] of store.scan('t:', pruneBatch)) {
      const [day = '', id = ''] = key.slice(2).split('/')
      if (day >= oldest) break
      gone.push([key, null])
      const last = store.get(`r:${id}`)?.toString()
      // Sent again later: its newer day speaks for it.
      if (last?.includes(`"receivedAt":"${day}`) === false) continue
      for (const one of [`r:${id}`, `x:${id}`, `s:${id}`]) gone.push([one, null])
      for (const prefix of [`f:${id}#`, `s:${id}#`, `d:${id}/`])
        for (const [one] of store.scan(prefix)) gone.push([one, null])
    }
    if (gone.length === 0) this.#pruned = oldest
    else store.write(gone)
  }

  #pause(): Promise<void> {
    return new Promise(done => {
      const timer = setTimeout(done, waitMs)
      const before = this.#wake
      this.#wake = () => {
        before()
        clearTimeout(timer)
        done()
      }
    })
  }
}

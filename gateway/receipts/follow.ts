// Follows every topic that tells of a message's fate into one store, and forgets what is too old.
import type { CaseRecord } from '#schemas/canonical/types.ts'
import type { Reader } from '../kafka/port.ts'
import { type Change, followTopics } from '../store/follow.ts'
import type { Store } from '../store/port.ts'
import { changesOf, type Kind } from './project.ts'
import { endedInvalid, type Receipt, readReceipt } from './receipt.ts'

export interface FateTopic {
  readonly topic: string
  readonly kind: Kind
  readonly partitions: number
}

export interface ReceiptsDeps {
  readonly reader: Reader
  readonly store: Store
  readonly topics: readonly FateTopic[]
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
const pruneBatch = 500

/** Starts following; does not wait until all is read. */
export function followReceipts(deps: ReceiptsDeps): Receipts {
  const { reader, store, decode, log } = deps
  const following = followTopics({
    name: 'receipts',
    reader,
    store,
    topics: deps.topics.map(({ topic, kind, partitions }) => ({
      topic,
      partitions,
      changes: record => changesOf(kind, record, decode),
    })),
    idle: pruner(deps),
    log,
  })
  return {
    get: messageId => readReceipt(store, messageId),
    endedInVain: messageId =>
      endedInvalid(store, messageId) !== undefined || readReceipt(store, messageId)?.status === 'conflict',
    stop: following.stop,
  }
}

/** Forgets a part of what is too old, whenever there is nothing else to do. */
function pruner({ store, now, keepMs = 14 * dayMs }: ReceiptsDeps): () => void {
  let pruned = ''
  return () => {
    const oldest = new Date(now().getTime() - keepMs).toISOString().slice(0, 10)
    if (pruned === oldest) return
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
    if (gone.length === 0) pruned = oldest
    else store.write(gone)
  }
}

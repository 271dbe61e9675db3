// A subscription as it stands in the registry: its definition with sealed secrets, or the word that it was removed.
import type { Subscription } from '#schemas/files.ts'
import type { InRecord } from '../kafka/port.ts'
import type { SealedSecret } from './secrets.ts'

/** Keys of the registry that hold subscriptions. */
export const subscriptionKeys = 'subscription:'

/** Where a subscription's own life begins in its topic: what lies before belongs to another of the same name. */
export interface Begin {
  readonly topicId: string
  /** By partition. */
  readonly offsets: readonly string[]
}

interface Told {
  readonly by: string
  readonly at: string
}

export interface Kept extends Told {
  /** A webhook's secrets stand beside it, sealed. */
  readonly definition: Subscription
  readonly secrets: readonly SealedSecret[]
  readonly begin: Begin | null
}

/** The system is remembered: what its topic still holds was decided for that one. */
export interface Removed extends Told {
  readonly removed: true
  readonly system: string
}

export type Entry = Kept | Removed

export const keyOf = (id: string): string => subscriptionKeys + id

export const idOf = (record: InRecord): string => record.key!.slice(subscriptionKeys.length)

/** undefined: not of our making. */
export function readEntry(record: InRecord): Entry | undefined {
  try {
    const entry = JSON.parse(String(record.value)) as Entry
    if ('removed' in entry) return entry
    return entry.definition.id === idOf(record) && Array.isArray(entry.secrets) ? entry : undefined
  } catch {
    return undefined
  }
}

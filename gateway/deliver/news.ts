// A receiver that has a handed-over matter already is no dead end: what the hand-over told goes to it as news of its own
// record, by the number that it named.
import type { Json } from '#connectors/sdk.ts'
import type { NumberRef } from '#schemas/canonical/types.ts'
import { uuid5 } from '#schemas/uuid.ts'
import { type AnswerDeps, answerMessage, ownNumbers } from './answer.ts'
import { decisionOf, type Entry } from './entry.ts'

const newsNamespace = '0e6f2c1b-93a5-5d0e-8a77-2b1f6c94d3e8'

export interface News {
  readonly entry: Entry
  /** Of the receiver's record, as its answer named them. */
  readonly numbers: readonly NumberRef[]
}

/** undefined: it was known already, it has no message for news, or the answer names no record. */
export function newsOf(
  deps: Pick<AnswerDeps, 'system' | 'connector' | 'inForce'>,
  entry: Entry,
  tree: Json,
  now: Date,
): News | undefined {
  const decision = decisionOf(entry, deps.system.id)
  const message = answerMessage(deps.connector)
  const hasNews = deps.connector.manifest.outbound.some(rule => rule.when.known === true)
  if (decision.known || !hasNews || message === undefined) return undefined
  const at = { today: now.toISOString().slice(0, 10), receivedAt: now.getTime() }
  const numbers = ownNumbers(deps, message, tree, entry, at).filter(one => one.family !== 'hand-over')
  if (numbers.length === 0) return undefined
  return {
    numbers,
    entry: {
      ...entry,
      // An id of its own, the same over retries: under that of the hand-over it would be taken for a copy of it.
      deliveryId: uuid5(entry.deliveryId, newsNamespace),
      headers: { ...entry.headers, hub_decision: JSON.stringify({ ...decision, known: true }) },
      // An attempt before this one may have told it.
      doubtful: true,
    },
  }
}

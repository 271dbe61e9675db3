// Puts a receipt together from the entries of the store: where a message is now, and why.

import type { Flaw } from '#schemas/canonical/types.ts'
import { catalogue, type ErrorCode, entryOf } from '#schemas/errors.ts'
import type { Store } from '../store/port.ts'
import { type Attempted, type Decided, type EndedInvalid, type Received, read } from './project.ts'

export type ReceiptStatus = 'received' | 'events' | 'repeat' | 'unchanged' | 'conflict' | 'invalid'

export interface Receipt {
  readonly messageId: string
  readonly system: string
  readonly message: string
  readonly status: ReceiptStatus
  readonly caseId: string | null
  /** Ids of the events it became. */
  readonly events: readonly string[]
  /** LATE, UNTIMED_REPEAT. */
  readonly flags: readonly string[]
  /** Faults that were accepted: where and which rule. */
  readonly flaws: readonly { readonly pointer: string; readonly rule: string }[]
  readonly deliveries: readonly Attempted[]
  readonly problem: ReceiptProblem | null
  readonly times: { readonly received: string; readonly ended: string | null }
}

export interface ReceiptProblem {
  readonly code: string
  readonly pointer: string | null
  readonly rule: string | null
  readonly zh: string
  readonly en: string
  readonly todo: { readonly zh: string; readonly en: string } | null
}

/** Of several parts of one message the one that says most speaks for it. */
const ranks: readonly string[] = ['repeat', 'unchanged', 'events', 'conflict']

export function readReceipt(store: Store, messageId: string): Receipt | undefined {
  const received = read<Received>(store.get(`r:${messageId}`))
  if (received === undefined) return undefined
  const parts = decidedParts(store, messageId)
  const invalid = endedInvalid(store, messageId, received)
  const best = parts.toSorted((a, b) => ranks.indexOf(b.outcome) - ranks.indexOf(a.outcome))[0]
  const status = invalid ? 'invalid' : ((best?.outcome as ReceiptStatus | undefined) ?? 'received')
  return {
    messageId,
    system: received.system,
    message: received.message,
    status,
    caseId: best?.caseId ?? null,
    events: parts.flatMap(part => part.events),
    flags: [...new Set(parts.flatMap(part => part.flags))],
    flaws: entries<readonly Flaw[]>(store, `f:${messageId}#`).flatMap(list =>
      list.map(({ pointer, rule }) => ({ pointer, rule })),
    ),
    deliveries: entries<Attempted>(store, `d:${messageId}/`),
    problem: invalid ? problemOf(invalid, received) : null,
    times: { received: received.receivedAt, ended: invalid?.at ?? best?.at ?? null },
  }
}

/** The message ended as invalid, and no later sending of it is under way or was decided. */
export function endedInvalid(store: Store, messageId: string, received?: Received): EndedInvalid | undefined {
  const invalid = read<EndedInvalid>(store.get(`x:${messageId}`))
  if (invalid === undefined) return undefined
  const last = received ?? read<Received>(store.get(`r:${messageId}`))
  const sentAgain = last !== undefined && last.receivedAt > invalid.receivedAt
  const decidedLater = decidedParts(store, messageId).some(part => part.receivedAt >= Date.parse(invalid.receivedAt))
  return sentAgain || decidedLater ? undefined : invalid
}

function decidedParts(store: Store, messageId: string): Decided[] {
  const main = read<Decided>(store.get(`s:${messageId}`))
  const others = entries<Decided>(store, `s:${messageId}#`)
  return main ? [main, ...others] : others
}

function entries<T>(store: Store, prefix: string): T[] {
  return [...store.scan(prefix)].map(([, value]) => read<T>(value)!)
}

function problemOf(invalid: EndedInvalid, received: Received): ReceiptProblem {
  const { code, pointer = null, rule = null } = invalid
  if (!Object.hasOwn(catalogue, code)) return { code, pointer, rule, zh: code, en: code, todo: null }
  const { says, todo } = entryOf(code as ErrorCode)
  const { zh, en } = says({ ...received, ...(pointer === null ? {} : { pointer }), ...(rule === null ? {} : { rule }) })
  return { code, pointer, rule, zh, en, todo }
}

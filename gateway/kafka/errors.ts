// Reads the library's nested errors and turns what leaves this folder into catalogue errors.
import { HubError, isHubError } from '#schemas/errors.ts'

interface Nested {
  readonly apiId?: string
  readonly code?: string
  readonly message?: string
  readonly canRetry?: boolean
  readonly errors?: readonly unknown[]
  readonly cause?: unknown
}

function* chain(error: unknown): Generator<Nested> {
  if (typeof error !== 'object' || error === null) return
  const nested = error as Nested
  yield nested
  for (const inner of nested.errors ?? []) yield* chain(inner)
  if (nested.cause !== undefined) yield* chain(nested.cause)
}

/** The first protocol error id found anywhere in an error, among those asked for. */
export function findErrorId(error: unknown, ids?: ReadonlySet<string>): string | undefined {
  for (const { apiId } of chain(error)) {
    if (apiId !== undefined && (ids === undefined || ids.has(apiId))) return apiId
  }
  return undefined
}

const fencedIds = new Set(['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED'])
const lostIdentityIds = new Set(['INVALID_PRODUCER_ID_MAPPING', 'UNKNOWN_PRODUCER_ID'])
const rebalanceIds = new Set(['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'REBALANCE_IN_PROGRESS', 'FENCED_INSTANCE_ID'])

/** G4: the library flags only one of the two ids, and only at the top. */
export function isFenced(error: unknown): boolean {
  return findErrorId(error, fencedIds) !== undefined
}

export function isIdentityLost(error: unknown): boolean {
  return findErrorId(error, lostIdentityIds) !== undefined
}

export function isRebalance(error: unknown): boolean {
  return findErrorId(error, rebalanceIds) !== undefined
}

export function isUnknownTopic(error: unknown): boolean {
  for (const { apiId, code, message } of chain(error)) {
    if (apiId === 'UNKNOWN_TOPIC_OR_PARTITION') return true
    if (code === 'PLT_KFK_USER' && message?.startsWith('Unknown topic')) return true
  }
  return false
}

/** A short word for logs and facts: protocol id, socket code, or the library's own code. Never a message text. */
export function causeOf(error: unknown): string {
  if (isHubError(error)) return String(error.facts.cause ?? error.code)
  if (isUnknownTopic(error)) return 'UNKNOWN_TOPIC_OR_PARTITION'
  let last = 'unknown'
  for (const { apiId, code } of chain(error)) {
    if (apiId !== undefined) return apiId
    if (code !== undefined) last = code
  }
  return last
}

export function unreachable(operation: string, error: unknown): HubError {
  return isHubError(error) ? error : new HubError('HUB_KAFKA_UNREACHABLE', { operation, cause: causeOf(error) }, error)
}

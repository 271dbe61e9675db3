// What an operator asks to be sent once more, as read from a request.
import { randomUUID } from 'node:crypto'
import { HubError } from '#schemas/errors.ts'
import { reasonOf } from '../operators.ts'
import type { ReplayOrder } from './replay.ts'

export interface AskedReplay extends ReplayOrder {
  /** Stays in the log. */
  readonly reason: string
}

const known = new Set(['from', 'to', 'caseId', 'replay', 'dryRun', 'reason'])
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Throws HUB_SUBSCRIPTION_INVALID or HUB_HTTP_REASON. */
export function replayOrder(given: Readonly<Record<string, unknown>>): AskedReplay {
  const unknown = Object.keys(given).find(name => !known.has(name))
  if (unknown !== undefined) invalid(`/${unknown}`, 'is not known')
  const { replay = randomUUID(), caseId, dryRun = false } = given
  const reason = reasonOf(given.reason)
  if (typeof dryRun !== 'boolean') invalid('/dryRun', 'must be boolean')
  const from = timeOf(given, 'from')
  const to = timeOf(given, 'to')
  const of = caseId === undefined ? undefined : idOf('/caseId', caseId)
  if (from === undefined && of === undefined) invalid('/', 'must have from or caseId')
  return {
    replay: idOf('/replay', replay),
    reason,
    dryRun: dryRun as boolean,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(of === undefined ? {} : { caseId: of }),
  }
}

function timeOf(given: Readonly<Record<string, unknown>>, name: 'from' | 'to'): number | undefined {
  const said = given[name]
  if (said === undefined) return undefined
  const time = typeof said === 'string' ? Date.parse(said) : Number.NaN
  if (Number.isNaN(time)) invalid(`/${name}`, 'must be a time')
  return time
}

function idOf(pointer: string, said: unknown): string {
  if (typeof said !== 'string' || !uuid.test(said)) invalid(pointer, 'must be a uuid')
  return said as string
}

function invalid(pointer: string, rule: string): never {
  throw new HubError('HUB_SUBSCRIPTION_INVALID', { pointer, rule, count: 1 })
}

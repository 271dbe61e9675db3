// What the sender of a file hears: how many, which ones were refused and why, and how far it was read.
import type { HttpAnswer } from '#connectors/sdk.ts'
import type { HubError } from '#schemas/errors.ts'
import {
  idsOf,
  itemOf,
  json,
  nativeAnswer,
  problemBody,
  problemJson,
  problemOf,
  resultOf,
  retryAfter,
  statusOf,
} from './answer.ts'
import type { Settled } from './intake.ts'
import type { Route } from './route.ts'

export interface FileTally {
  readonly counts: Record<Settled['status'], number>
  /** The first places, and the refused ones among the rest. */
  readonly told: readonly Settled[]
  /** Why it was not read to its end. */
  readonly fault: HubError | undefined
}

export function fileAnswer(route: Route, { counts, told, fault }: FileTally): HttpAnswer {
  const taken = counts.received + counts.duplicate
  const failed = fault ?? (taken === 0 ? told[0]?.error : undefined)
  const status = failed ? statusOf(failed) : 202
  const headers = { 'hub-message-id': told.length === 0 ? '-' : idsOf(told), ...(fault ? retryAfter(fault) : {}) }
  const native = fault ? undefined : nativeAnswer(route.adapter, route.message, told.map(resultOf))
  if (native) return { ...native, status: failed ? status : native.status, headers: { ...native.headers, ...headers } }
  const read = { complete: fault === undefined, counts, items: told.map(itemOf) }
  return fault
    ? { status, headers: { ...problemJson, ...headers }, body: problemBody(status, problemOf(fault), read) }
    : { status, headers: { ...json, ...headers }, body: Buffer.from(JSON.stringify(read)) }
}

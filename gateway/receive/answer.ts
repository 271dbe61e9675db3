// What a sender hears: a receipt, a receipt per item, or a problem; in the native shape where the connector has one.
import type { Adapter, HttpAnswer, ItemResult } from '#connectors/sdk.ts'
import type { HubError } from '#schemas/errors.ts'
import type { Settled } from './intake.ts'
import type { Route } from './route.ts'

export const json = { 'content-type': 'application/json; charset=utf-8' }
export const problemJson = { 'content-type': 'application/problem+json; charset=utf-8' }
/** Clients stop reading headers at 16 kB; the body names every item. */
const maxListedIds = 400

export interface Problem {
  readonly code: string
  readonly zh: string
  readonly en: string
  readonly todo: { readonly zh: string; readonly en: string }
  readonly pointer?: string
  readonly rule?: string
}

export function problemOf(error: HubError): Problem {
  const { pointer, rule } = error.facts
  const { zh, en } = error.says
  return {
    code: error.code,
    zh,
    en,
    todo: error.entry.todo,
    ...(pointer === undefined ? {} : { pointer: String(pointer) }),
    ...(rule === undefined ? {} : { rule: String(rule) }),
  }
}

/** Status of an error towards a sender. Never 500: what the sender can do about it is to send again. */
export function statusOf(error: HubError): number {
  return error.code === 'HUB_KAFKA_TOO_LARGE' ? 413 : error.entry.status || 503
}

/** The whole request failed. */
export function failureAnswer(route: Route | undefined, error: HubError): HttpAnswer {
  const status = statusOf(error)
  const problem = problemOf(error)
  const refused: ItemResult = { index: 0, status: 'refused', numbers: [], problem: said(problem) }
  const native = nativeAnswer(route?.adapter, route?.message ?? '', [refused])
  const headers = { 'hub-message-id': '-', ...retryAfter(error) }
  if (native) return { ...native, status, headers: { ...native.headers, ...headers } }
  return { status, headers: { ...problemJson, ...headers }, body: problemBody(status, problem) }
}

/** Every item has been judged and stored, or refused. */
export function itemsAnswer(route: Route, settled: readonly Settled[], many: boolean): HttpAnswer {
  const failed = settled.find(one => one.error !== undefined)
  const anyTaken = settled.some(one => one.error === undefined)
  const native = nativeAnswer(route.adapter, route.message, settled.map(resultOf))
  const headers = { 'hub-message-id': idsOf(settled) }
  const failedStatus = anyTaken || !failed ? undefined : statusOf(failed.error!)
  if (native) return { ...native, status: failedStatus ?? native.status, headers: { ...native.headers, ...headers } }
  if (many) {
    const body = Buffer.from(JSON.stringify({ items: settled.map(itemOf) }))
    return { status: failedStatus ?? 202, headers: { ...json, ...headers }, body }
  }
  const one = settled[0]!
  if (one.error)
    return {
      status: failedStatus!,
      headers: { ...problemJson, ...headers },
      body: problemBody(failedStatus!, problemOf(one.error)),
    }
  const body = `{"messageId":"${one.messageId}","status":"received","duplicate":${one.status === 'duplicate'},"flaws":[]}`
  return { status: 202, headers: { ...json, ...headers }, body: Buffer.from(body) }
}

export function jsonAnswer(status: number, value: unknown): HttpAnswer {
  return { status, headers: { ...json, 'hub-message-id': '-' }, body: Buffer.from(JSON.stringify(value)) }
}

export function problemBody(status: number, problem: Problem, more: object = {}): Buffer {
  // The gateway that callers know says its refusals in `message`.
  const message = status === 401 || status === 403 ? { message: problem.en } : {}
  return Buffer.from(
    JSON.stringify({
      type: `urn:hub:error:${problem.code}`,
      title: problem.en,
      status,
      ...message,
      ...problem,
      ...more,
    }),
  )
}

export function nativeAnswer(
  adapter: Adapter | undefined,
  message: string,
  results: readonly ItemResult[],
): HttpAnswer | undefined {
  try {
    return adapter?.answer?.(results, message)
  } catch {
    return undefined
  }
}

export function resultOf(one: Settled): ItemResult {
  return {
    index: one.index,
    status: one.status === 'received' ? 'accepted' : one.status,
    numbers: one.numbers,
    ...(one.messageId === undefined ? {} : { messageId: one.messageId }),
    ...(one.error === undefined ? {} : { problem: said(problemOf(one.error)) }),
  }
}

function said({ todo: _todo, ...problem }: Problem): NonNullable<ItemResult['problem']> {
  return problem
}

export function itemOf(one: Settled): object {
  if (one.error) return { index: one.index, status: one.status, flaws: [], problem: problemOf(one.error) }
  return {
    index: one.index,
    status: 'received',
    messageId: one.messageId,
    duplicate: one.status === 'duplicate',
    flaws: [],
  }
}

export function idsOf(settled: readonly Settled[]): string {
  if (settled.length === 1) return settled[0]!.messageId ?? '-'
  return settled
    .slice(0, maxListedIds)
    .map(one => one.messageId ?? '-')
    .join(', ')
}

/** A disk is not emptied in two seconds. */
const diskSeconds = '30'

export function retryAfter(error: HubError): Record<string, string> {
  const status = statusOf(error)
  if (error.code === 'HUB_PRESSURE_DISK') return { 'retry-after': diskSeconds }
  return status === 429 ? { 'retry-after': '1' } : status === 503 ? { 'retry-after': '2' } : {}
}

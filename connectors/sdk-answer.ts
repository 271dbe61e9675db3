// What the answers of systems have in common: an object in the body, texts, codes, and what the HTTP status alone says.
import { readJson } from './sdk-form.ts'
import type { DeliveryOutcome, HttpAnswer, HttpMessage, Json } from './sdk-types.ts'

export type JsonObject = { [key: string]: Json }

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function objectOf(tree: Json | undefined): JsonObject | undefined {
  return isObject(tree) ? tree : undefined
}

/** The JSON object in the body of an answer or a request; undefined: something else is in it. */
export function bodyOf({ body }: Pick<HttpAnswer | HttpMessage, 'body'>): JsonObject | undefined {
  return objectOf(readJson(body.toString()))
}

/** Trimmed; '' for what is no text. */
export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value.trim() : ''
}

/** A code that a system said, fit for an outcome. One that is too long or no code may be words about a person. */
export function codeOf(value: Json | undefined): string {
  const code = typeof value === 'number' ? String(value) : textOf(value)
  return /^\w{1,40}$/.test(code) ? code : 'REFUSED'
}

/** For an answer whose body says nothing. A wrong key, token or clock is for an operator to mend: the case waits instead of
 *  being given up. */
export function outcomeOfStatus({ status, headers }: HttpAnswer): DeliveryOutcome {
  const code = `HTTP_${status}`
  if (status < 500 && ![401, 403, 408, 429].includes(status)) return { kind: 'refused', code }
  const seconds = Number(headers['retry-after'])
  return { kind: 'retry', code, ...(seconds > 0 ? { retryAfterMs: seconds * 1000 } : {}) }
}

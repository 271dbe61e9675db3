// What the clerks of the platform refuse, and how they read and write values.
import { isObject, type Json, type JsonObject, objectOf } from '../sdk.ts'

/** Days in which both parties may ask for confirmation, from the day the agreement takes effect (民诉法 205). */
const confirmDays = 30

/** Code and words of the refusal; undefined: it can be registered. */
export function faultOf(body: JsonObject, now: Date): readonly [number, string] | undefined {
  if (shownOf(body.outCaseId) === '') return [4001, '缺少来源事项编号']
  if (!listOf(body.parties).some(isNamed)) return [4001, '缺少当事人']
  const cause = shownOf(body.cause)
  if (cause === '' || cause.startsWith('非')) return [4002, '不属于民商事纠纷']
  return body.applyType === '司法确认' ? confirmFaultOf(body, now) : undefined
}

function confirmFaultOf({ agreement }: JsonObject, now: Date): readonly [number, string] | undefined {
  const said = objectOf(agreement) ?? {}
  if (shownOf(said.no) === '') return [4005, '缺少调解协议']
  const from = Date.parse(`${shownOf(said.effectTime).slice(0, 10)}T00:00:00+08:00`)
  // Counted from the day after; a last day on a rest day is left to the court's own calendar.
  const late = now.getTime() >= from + (confirmDays + 1) * 86_400_000
  return late ? [4006, '超过三十日，不予受理司法确认申请'] : undefined
}

/** The platform's clock shows Zhejiang time. */
export function clock(now: Date): string {
  return new Date(now.getTime() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
}

/** A text or a number as it is shown. */
export function shownOf(value: Json | undefined): string {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' ? value.trim() : ''
}

export function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : []
}

function isNamed(one: Json): boolean {
  return isObject(one) && shownOf(one.name) !== ''
}

// What the clerks of the platform refuse, and how they read and write values.
import type { Json } from '../sdk.ts'

export type Native = { [key: string]: Json }

/** Days in which both parties may ask for confirmation, from the day the agreement takes effect (民诉法 205). */
const confirmDays = 30

/** Code and words of the refusal; undefined: it can be registered. */
export function faultOf(body: Native, now: Date): readonly [number, string] | undefined {
  if (textOf(body.outCaseId) === '') return [4001, '缺少来源事项编号']
  if (!listOf(body.parties).some(isNamed)) return [4001, '缺少当事人']
  const cause = textOf(body.cause)
  if (cause === '' || cause.startsWith('非')) return [4002, '不属于民商事纠纷']
  return body.applyType === '司法确认' ? confirmFaultOf(body, now) : undefined
}

function confirmFaultOf({ agreement }: Native, now: Date): readonly [number, string] | undefined {
  const said = isFields(agreement) ? agreement : {}
  if (textOf(said.no) === '') return [4005, '缺少调解协议']
  const from = Date.parse(`${textOf(said.effectTime).slice(0, 10)}T00:00:00+08:00`)
  // Counted from the day after; a last day on a rest day is left to the court's own calendar.
  const late = now.getTime() >= from + (confirmDays + 1) * 86_400_000
  return late ? [4006, '超过三十日，不予受理司法确认申请'] : undefined
}

/** The platform's clock shows Zhejiang time. */
export function clock(now: Date): string {
  return new Date(now.getTime() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
}

export function isFields(value: Json | undefined): value is Native {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function textOf(value: Json | undefined): string {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' ? value.trim() : ''
}

export function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : []
}

function isNamed(one: Json): boolean {
  return isFields(one) && textOf(one.name) !== ''
}

// What one record says about the fate of a message, as entries of the receipt store. Pure: a rebuilt store is the same.
// A tombstone tells of no message: it is passed over, but in case-state, where it takes a decision back.
//   r:<message>             received    t:<day>/<message>  the day, for forgetting
//   f:<message>#<part>      flaws       x:<message>        ended invalid
//   s:<message>[#<part>]    decided     d:<message>/<delivery>  latest attempt
import type { CaseRecord, Flaw } from '#schemas/canonical/types.ts'
import type { InRecord } from '../kafka/port.ts'
import type { Change } from '../store/follow.ts'

export type Kind = 'in' | 'canonical' | 'invalid' | 'case-state' | 'attempts'

export interface Received {
  readonly system: string
  readonly message: string
  readonly receivedAt: string
}

export interface EndedInvalid {
  readonly receivedAt: string
  readonly at: string
  readonly code: string
  readonly pointer?: string
  readonly rule?: string
}

/** As correlate writes it; `at` is added here. */
export interface Decided {
  readonly outcome: string
  readonly caseId: string | null
  readonly events: readonly string[]
  readonly flags: readonly string[]
  readonly receivedAt: number
  readonly at: string
}

export interface Attempted {
  readonly subscription: string
  readonly system: string
  readonly outcome: string
  readonly attempt: number
  readonly at: string
  readonly code?: string
}

type Decode = (bytes: Buffer) => CaseRecord

export function changesOf(kind: Kind, record: InRecord, decode: Decode): readonly Change[] {
  if (kind === 'in') return received(record)
  if (kind === 'canonical') return flaws(record, decode)
  if (kind === 'invalid') return invalid(record)
  return kind === 'case-state' ? decided(record) : attempted(record)
}

export function read<T>(value: Buffer | undefined): T | undefined {
  return value && (JSON.parse(value.toString()) as T)
}

function entry(key: string, value: object): Change {
  return [key, Buffer.from(JSON.stringify(value))]
}

function received({ headers, timestamp, value }: InRecord): readonly Change[] {
  const {
    ce_id: id,
    ce_time: time = new Date(timestamp).toISOString(),
    ce_source = '',
    hub_message: message = '',
  } = headers
  if (id === undefined || value === null) return []
  const said: Received = { system: ce_source.replace('/systems/', ''), message, receivedAt: time }
  return [entry(`r:${id}`, said), [`t:${time.slice(0, 10)}/${id}`, Buffer.alloc(0)]]
}

function flaws({ value }: InRecord, decode: Decode): readonly Change[] {
  if (value === null) return []
  const { envelope } = decode(value)
  const found: readonly Flaw[] = envelope.flaws
  return found.length === 0 ? [] : [entry(`f:${envelope.messageId}#${envelope.part}`, found)]
}

function invalid({ headers, timestamp, value }: InRecord): readonly Change[] {
  const {
    ce_id: id,
    ce_time: receivedAt = '',
    hub_error_code: code = '',
    hub_error_pointer: pointer,
    hub_error_rule: rule,
  } = headers
  if (id === undefined || value === null) return []
  const at = new Date(timestamp).toISOString()
  const said: EndedInvalid = {
    receivedAt,
    at,
    code,
    ...(pointer === undefined ? {} : { pointer }),
    ...(rule === undefined ? {} : { rule }),
  }
  return [entry(`x:${id}`, said)]
}

function decided({ key, value, timestamp }: InRecord): readonly Change[] {
  if (!key?.startsWith('s:')) return []
  if (value === null) return [[key, null]]
  const said = JSON.parse(value.toString()) as Decided
  const { outcome, caseId, events, flags, receivedAt } = said
  return [entry(key, { outcome, caseId, events, flags, receivedAt, at: new Date(timestamp).toISOString() })]
}

function attempted({ value }: InRecord): readonly Change[] {
  if (value === null) return []
  const said = JSON.parse(value.toString()) as Attempted & { readonly messageId?: string; readonly deliveryId: string }
  if (!said.messageId) return []
  const { subscription, system, outcome, attempt, at, code } = said
  return [
    entry(`d:${said.messageId}/${said.deliveryId}`, {
      subscription,
      system,
      outcome,
      attempt,
      at,
      ...(code ? { code } : {}),
    }),
  ]
}

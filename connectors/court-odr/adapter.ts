// How the court's mediation platform is called and what its answers mean: JSON with a ticket in the query, its codes in the body.
import {
  type Adapter,
  bodyOf,
  codeOf,
  type DeliveryOutcome,
  type HttpAnswer,
  type Json,
  type JsonObject,
  type OutboundCall,
  objectOf,
  outcomeOfStatus,
} from '../sdk.ts'

export const adapter: Adapter = {
  request: call => ({
    method: 'POST',
    path: `/odr/api/${call.message}`,
    query: ticketOf(call),
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: Buffer.from(JSON.stringify(call.native)),
  }),
  outcome: read,
  lookUp: {
    request: call => ({
      method: 'GET',
      path: `/odr/api/push/${encodeURIComponent(call.deliveryId)}`,
      query: ticketOf(call),
      headers: {},
      body: Buffer.alloc(0),
    }),
    outcome: (answer, call) => (isUnknownPush(answer) ? undefined : read(answer, call)),
  },
}

function ticketOf(call: OutboundCall): Record<string, string> {
  return { ticket: call.credentials.token ?? '' }
}

// Said in the body: a bare HTTP 404 may be a wrong address and tells nothing about the push.
function isUnknownPush(answer: HttpAnswer): boolean {
  return answer.status === 200 && String(bodyOf(answer)?.code) === '404'
}

function read(answer: HttpAnswer, call: OutboundCall): DeliveryOutcome {
  if (answer.status !== 200) return outcomeOfStatus(answer)
  const body = bodyOf(answer)
  if (body?.code === undefined || body.code === null) return { kind: 'unknown', code: 'UNREADABLE' }
  const code = String(body.code)
  if (code === '500' || code === '503') return { kind: 'retry', code }
  // News about a dispute it keeps opens nothing: only the answer to a hand-over says something new.
  const said = call.message === 'entrust' ? { answer: answerOf(body, call) } : {}
  if (code !== '200' && code !== '409') return { kind: 'refused', code: codeOf(code), ...said }
  const serial = serialOf(body)
  // Taken in without a number: nobody could tell later which case it is.
  if (call.message === 'entrust' && serial === undefined) return { kind: 'unknown', code: 'NO_CASE_ID' }
  return { kind: code === '200' ? 'delivered' : 'conflict', ...(serial === undefined ? {} : { serial }), ...said }
}

// What was applied for tells a mediation from a confirmation: the platform does not repeat it.
function answerOf(body: JsonObject, call: OutboundCall): Json {
  const applyType = objectOf(call.native)?.applyType ?? null
  const data = { ...objectOf(body.data), applyType, pushId: call.deliveryId }
  return { code: body.code ?? null, msg: body.msg ?? null, data }
}

function serialOf(body: JsonObject): string | undefined {
  const id = objectOf(body.data)?.caseId
  if (typeof id === 'number') return String(id)
  return typeof id === 'string' && id.trim() !== '' ? id : undefined
}

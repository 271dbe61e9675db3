// How the court's case system is called and what its answers mean: a ticket in the query, JSON, its codes in the body.
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
  textOf,
} from '../sdk.ts'

export const adapter: Adapter = {
  login: {
    request: ({ credentials }) => ({
      method: 'GET',
      path: '/zxfw/api/ticket',
      query: { appKey: credentials.appKey ?? '', secret: credentials.secret ?? '' },
      headers: {},
      body: Buffer.alloc(0),
    }),
    token: answer => {
      const data = objectOf(bodyOf(answer)?.data)
      const value = textOf(data?.ticket)
      return value === '' ? undefined : { value, livesMs: Number(data?.expireSeconds ?? 0) * 1000 }
    },
  },
  request: call => ({
    method: 'POST',
    path: `/zxfw/api/${call.message}`,
    query: { ticket: call.token ?? '' },
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: Buffer.from(JSON.stringify(call.native)),
  }),
  outcome: read,
  lookUp: {
    request: call => ({
      method: 'GET',
      path: `/zxfw/api/push/${encodeURIComponent(call.deliveryId)}`,
      query: { ticket: call.token ?? '' },
      headers: {},
      body: Buffer.alloc(0),
    }),
    outcome: (answer, call) => (isUnknownPush(answer) ? undefined : read(answer, call)),
  },
}

// Said in the body: a bare HTTP 404 may be a wrong address and tells nothing about the push.
function isUnknownPush(answer: HttpAnswer): boolean {
  return answer.status === 200 && wordOf(bodyOf(answer)?.code) === '404'
}

function read(answer: HttpAnswer, call: OutboundCall): DeliveryOutcome {
  if (answer.status !== 200) return outcomeOfStatus(answer)
  const body = bodyOf(answer)
  const code = wordOf(body?.code)
  if (!body || code === '') return { kind: 'unknown', code: 'UNREADABLE' }
  // 401: the ticket ran out on the way; 500, 503: the court's own trouble.
  if (['401', '500', '503'].includes(code)) return { kind: 'retry', code }
  // News about a case it keeps opens nothing: only the answer to material for filing says something new.
  const said = call.message === 'filing' ? { answer: answerOf(body, call) } : {}
  if (code !== '0' && code !== '409') return { kind: 'refused', code: codeOf(code), ...said }
  const serial = textOf(objectOf(body.data)?.ajbs)
  // Taken in without a number: nobody could tell later which case it is.
  if (call.message === 'filing' && serial === '') return { kind: 'unknown', code: 'NO_AJBS' }
  return { kind: code === '0' ? 'delivered' : 'conflict', ...(serial === '' ? {} : { serial }), ...said }
}

function answerOf(body: JsonObject, call: OutboundCall): Json {
  return {
    code: wordOf(body.code),
    msg: body.msg ?? null,
    data: { ...objectOf(body.data), tsbh: call.deliveryId },
  }
}

/** Codes come as texts; a court that writes them as numbers means the same. */
function wordOf(value: Json | undefined): string {
  return typeof value === 'number' ? String(value) : textOf(value)
}

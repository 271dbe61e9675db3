// How the petition system's exchange is called and what its answers mean: a token in a header, the letter's number in
// successStr or conflictStr, reasons in failSituationList.
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

/** Where it takes both messages in, and where it tells whether it has a row (assumed). */
export const exchangePath = '/xfxt/exchange'

export const adapter: Adapter = {
  request: call => ({
    method: 'POST',
    path: `${exchangePath}/${call.message}`,
    headers: { ...access(call), 'content-type': 'application/json; charset=utf-8' },
    body: Buffer.from(JSON.stringify(call.native)),
  }),
  outcome: read,
  lookUp: {
    request: call => ({
      method: 'GET',
      path: `${exchangePath}/query`,
      query: { id: call.deliveryId },
      headers: access(call),
      body: Buffer.alloc(0),
    }),
    outcome: (answer, call) => {
      const body = answer.status === 200 ? bodyOf(answer) : undefined
      if (body !== undefined && String(body.code) === '0' && body.data === null) return undefined
      return read(answer, call)
    },
  },
}

function access(call: OutboundCall): Record<string, string> {
  return { 'x-xf-token': call.credentials.token ?? '' }
}

function read(answer: HttpAnswer, call: OutboundCall): DeliveryOutcome {
  if (answer.status !== 200) return outcomeOfStatus(answer)
  const body = bodyOf(answer)
  if (body?.code === undefined || body.code === null) return { kind: 'unknown', code: 'UNREADABLE' }
  if (String(body.code) === '9') return { kind: 'retry', code: 'BUSY' }
  const taken = textOf(body.successStr)
  const serial = taken || textOf(body.conflictStr)
  if (String(body.code) !== '0') return { kind: 'refused', code: reasonCode(body), ...answerOf(body, call) }
  if (serial === '') return { kind: 'unknown', code: 'LETTER_NOT_NAMED' }
  const kind = taken === '' ? 'conflict' : 'delivered'
  // A result row makes no letter: only the answer to an intake says something new about the dispute.
  return { kind, serial, ...(call.message === 'intake' ? answerOf(body, call) : {}) }
}

function answerOf(body: JsonObject, call: OutboundCall): { answer: Json } {
  const data = { ...objectOf(body.data), xfjid: call.deliveryId }
  const { code, msg, successStr, conflictStr, failSituationList } = body
  return {
    answer: {
      code: code ?? null,
      msg: msg ?? null,
      successStr: successStr ?? null,
      conflictStr: conflictStr ?? null,
      failSituationList: failSituationList ?? null,
      data,
    },
  }
}

function reasonCode(body: JsonObject): string {
  const first = Array.isArray(body.failSituationList) ? body.failSituationList[0] : undefined
  return codeOf(objectOf(first)?.code)
}

// How the petition system's exchange is called and what its answers mean: a token in a header, the letter's number in
// successStr or conflictStr, reasons in failSituationList.
import { type Adapter, type DeliveryOutcome, type HttpAnswer, type Json, type OutboundCall, readJson } from '../sdk.ts'

type Native = { readonly [key: string]: Json }

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
      const body = answer.status === 200 ? parse(answer) : undefined
      if (body !== undefined && String(body.code) === '0' && body.data === null) return undefined
      return read(answer, call)
    },
  },
}

function access(call: OutboundCall): Record<string, string> {
  return { 'x-xf-token': call.credentials.token ?? '' }
}

function read(answer: HttpAnswer, call: OutboundCall): DeliveryOutcome {
  if (answer.status !== 200) return ofStatus(answer)
  const body = parse(answer)
  if (body?.code === undefined || body.code === null) return { kind: 'unknown', code: 'UNREADABLE' }
  if (String(body.code) === '9') return { kind: 'retry', code: 'BUSY' }
  const taken = textOf(body.successStr)
  const serial = taken ?? textOf(body.conflictStr)
  if (String(body.code) !== '0') return { kind: 'refused', code: reasonCode(body), ...answerOf(body, call) }
  if (serial === undefined) return { kind: 'unknown', code: 'LETTER_NOT_NAMED' }
  const kind = taken === undefined ? 'conflict' : 'delivered'
  // A result row makes no letter: only the answer to an intake says something new about the dispute.
  return { kind, serial, ...(call.message === 'intake' ? answerOf(body, call) : {}) }
}

// A wrong token is for an operator to mend, so the letter waits instead of being given up.
function ofStatus(answer: HttpAnswer): DeliveryOutcome {
  const code = `HTTP_${answer.status}`
  const seconds = Number(answer.headers['retry-after'])
  if (answer.status >= 500 || [401, 403, 408, 429].includes(answer.status))
    return { kind: 'retry', code, ...(seconds > 0 ? { retryAfterMs: seconds * 1000 } : {}) }
  return { kind: 'refused', code }
}

function answerOf(body: Native, call: OutboundCall): { answer: Json } {
  const data = { ...(isObject(body.data) ? body.data : {}), xfjid: call.deliveryId }
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

function reasonCode(body: Native): string {
  const first = Array.isArray(body.failSituationList) ? body.failSituationList[0] : undefined
  const code = isObject(first) ? textOf(first.code) : undefined
  return code !== undefined && /^[A-Z0-9_]{1,40}$/.test(code) ? code : 'REFUSED'
}

function parse(answer: HttpAnswer): Native | undefined {
  const tree = readJson(answer.body.toString())
  return isObject(tree) ? tree : undefined
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}

function isObject(value: Json | undefined): value is Native {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

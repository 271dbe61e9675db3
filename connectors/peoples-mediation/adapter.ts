// How the mediation platform is called and what its answers mean: JSON with a bearer token, its codes in the body.
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

const taken = '00000'
const alreadyThere = 'A0409'
const busy = ['B0001', 'B0100']
const noSuchPush = 'A0404'

export const adapter: Adapter = {
  request: call => ({
    method: 'POST',
    path: `/rmtj/api/${call.message}`,
    headers: { ...access(call), 'content-type': 'application/json; charset=utf-8' },
    body: Buffer.from(JSON.stringify(call.native)),
  }),
  outcome: read,
  lookUp: {
    request: call => ({
      method: 'GET',
      path: `/rmtj/api/push/${encodeURIComponent(call.deliveryId)}`,
      headers: access(call),
      body: Buffer.alloc(0),
    }),
    outcome: (answer, call) => {
      if (answer.status === 200 && bodyOf(answer)?.code === noSuchPush) return undefined
      return read(answer, call)
    },
  },
}

function access(call: OutboundCall): Record<string, string> {
  return { authorization: `Bearer ${call.credentials.token ?? ''}` }
}

function read(answer: HttpAnswer, call: OutboundCall): DeliveryOutcome {
  if (answer.status !== 200) return outcomeOfStatus(answer)
  const body = bodyOf(answer)
  const code = body?.code
  if (body === undefined || typeof code !== 'string') return { kind: 'unknown', code: 'UNREADABLE' }
  if (busy.includes(code)) return { kind: 'retry', code }
  if (code !== taken && code !== alreadyThere) return { kind: 'refused', code: codeOf(code), ...answerOf(body, call) }
  const serial = serialOf(body)
  const outcome = { kind: code === taken ? 'delivered' : 'conflict', ...(serial ? { serial } : {}) } as const
  // A notice opens no case: only the answer to a referral says something new about the dispute.
  return call.message === 'referral' ? { ...outcome, ...answerOf(body, call) } : outcome
}

function answerOf(body: JsonObject, call: OutboundCall): { answer: Json } {
  const data = { ...objectOf(body.data), tsid: call.deliveryId }
  return { answer: { code: body.code ?? null, msg: body.msg ?? null, data } }
}

function serialOf(body: JsonObject): string | undefined {
  const number = objectOf(body.data)?.ajbh
  return typeof number === 'string' && number !== '' ? number : undefined
}

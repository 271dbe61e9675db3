// How the mediation platform is called and what its answers mean: JSON with a bearer token, its codes in the body.
import type { Adapter, DeliveryOutcome, HttpAnswer, Json, OutboundCall } from '../sdk.ts'

type Native = { readonly [key: string]: Json }
type Body = { readonly code?: Json; readonly msg?: Json; readonly data?: Json }

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
      if (answer.status === 200 && parse(answer)?.code === noSuchPush) return undefined
      return read(answer, call)
    },
  },
}

function access(call: OutboundCall): Record<string, string> {
  return { authorization: `Bearer ${call.credentials.token ?? ''}` }
}

function read(answer: HttpAnswer, call: OutboundCall): DeliveryOutcome {
  if (answer.status !== 200) return ofStatus(answer)
  const body = parse(answer)
  const code = body?.code
  if (body === undefined || typeof code !== 'string') return { kind: 'unknown', code: 'UNREADABLE' }
  if (busy.includes(code)) return { kind: 'retry', code }
  if (code !== taken && code !== alreadyThere) return { kind: 'refused', code, ...answerOf(body, call) }
  const serial = serialOf(body)
  const outcome = { kind: code === taken ? 'delivered' : 'conflict', ...(serial ? { serial } : {}) } as const
  // A notice opens no case: only the answer to a referral says something new about the dispute.
  return call.message === 'referral' ? { ...outcome, ...answerOf(body, call) } : outcome
}

// A wrong token is for an operator to mend, so the case waits instead of being given up.
function ofStatus(answer: HttpAnswer): DeliveryOutcome {
  const code = `HTTP_${answer.status}`
  const seconds = Number(answer.headers['retry-after'])
  if (answer.status >= 500 || [401, 403, 408, 429].includes(answer.status))
    return { kind: 'retry', code, ...(seconds > 0 ? { retryAfterMs: seconds * 1000 } : {}) }
  return { kind: 'refused', code }
}

function answerOf(body: Body, call: OutboundCall): { answer: Json } {
  const data = { ...(isObject(body.data) ? body.data : {}), tsid: call.deliveryId }
  return { answer: { code: body.code ?? null, msg: body.msg ?? null, data } }
}

function serialOf(body: Body): string | undefined {
  const number = isObject(body.data) ? body.data.ajbh : undefined
  return typeof number === 'string' && number !== '' ? number : undefined
}

function parse(answer: HttpAnswer): Body | undefined {
  try {
    const tree = JSON.parse(answer.body.toString()) as Json
    return isObject(tree) ? tree : undefined
  } catch {
    return undefined
  }
}

function isObject(value: Json | undefined): value is Native {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

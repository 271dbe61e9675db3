// How the arbitration platform is called and what its answers mean: JSON with an access token, its codes in the body.
import type { Adapter, DeliveryOutcome, HttpAnswer, Json, OutboundCall } from '../sdk.ts'

type Body = { readonly code?: Json; readonly message?: Json; readonly data?: Json }
type Native = { readonly [key: string]: Json }

const paths: Readonly<Record<string, string>> = { material: '/ldzc/api/material', notice: '/ldzc/api/notice' }

export const adapter: Adapter = {
  request: call => ({
    method: 'POST',
    path: paths[call.message] ?? `/ldzc/api/${call.message}`,
    headers: { ...access(call), 'content-type': 'application/json; charset=utf-8' },
    body: Buffer.from(JSON.stringify(call.native)),
  }),
  outcome: read,
  lookUp: {
    request: call => ({
      method: 'GET',
      path: `/ldzc/api/push/${encodeURIComponent(call.deliveryId)}`,
      headers: access(call),
      body: Buffer.alloc(0),
    }),
    outcome: (answer, call) => {
      const body = parse(answer)
      if (answer.status === 200 && body !== undefined && String(body.code) === '404') return undefined
      return read(answer, call)
    },
  },
}

function access(call: OutboundCall): Record<string, string> {
  return { 'x-access-token': call.credentials.token ?? '' }
}

function read(answer: HttpAnswer, call: OutboundCall): DeliveryOutcome {
  if (answer.status !== 200) return ofStatus(answer)
  const body = parse(answer)
  if (body?.code === undefined || body.code === null) return { kind: 'unknown', code: 'UNREADABLE' }
  const code = String(body.code)
  const serial = serialOf(body)
  if (code === '500' || code === '503') return { kind: 'retry', code }
  if (code !== '0' && code !== '409') return { kind: 'refused', code, ...answerOf(body, call) }
  const taken = { kind: code === '0' ? 'delivered' : 'conflict', ...(serial ? { serial } : {}) } as const
  // A notice makes no case: only the answer to a material says something new about the dispute.
  return call.message === 'material' ? { ...taken, ...answerOf(body, call) } : taken
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
  const data = { ...(isObject(body.data) ? body.data : {}), push_id: call.deliveryId }
  return { answer: { code: body.code ?? null, message: body.message ?? null, data } }
}

function serialOf(body: Body): string | undefined {
  const number = isObject(body.data) ? body.data.case_no : undefined
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

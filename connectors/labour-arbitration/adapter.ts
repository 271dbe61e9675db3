// How the arbitration platform is called and what its answers mean: JSON with an access token, its codes in the body.
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
      const body = bodyOf(answer)
      if (answer.status === 200 && body !== undefined && String(body.code) === '404') return undefined
      return read(answer, call)
    },
  },
}

function access(call: OutboundCall): Record<string, string> {
  return { 'x-access-token': call.credentials.token ?? '' }
}

function read(answer: HttpAnswer, call: OutboundCall): DeliveryOutcome {
  if (answer.status !== 200) return outcomeOfStatus(answer)
  const body = bodyOf(answer)
  if (body?.code === undefined || body.code === null) return { kind: 'unknown', code: 'UNREADABLE' }
  const code = String(body.code)
  const serial = serialOf(body)
  if (code === '500' || code === '503') return { kind: 'retry', code }
  if (code !== '0' && code !== '409') return { kind: 'refused', code: codeOf(body.code), ...answerOf(body, call) }
  const taken = { kind: code === '0' ? 'delivered' : 'conflict', ...(serial ? { serial } : {}) } as const
  // A notice makes no case: only the answer to a material says something new about the dispute.
  return call.message === 'material' ? { ...taken, ...answerOf(body, call) } : taken
}

function answerOf(body: JsonObject, call: OutboundCall): { answer: Json } {
  const data = { ...objectOf(body.data), push_id: call.deliveryId }
  return { answer: { code: body.code ?? null, message: body.message ?? null, data } }
}

function serialOf(body: JsonObject): string | undefined {
  const number = objectOf(body.data)?.case_no
  return typeof number === 'string' && number !== '' ? number : undefined
}

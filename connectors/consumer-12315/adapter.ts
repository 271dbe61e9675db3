// How the platform 12315 is called and what its answers mean: signed JSON behind the provincial gateway, its codes in the body.
import {
  type Adapter,
  bodyOf,
  codeOf,
  type DeliveryOutcome,
  type HttpAnswer,
  type HttpMessage,
  irsHeaders,
  type Json,
  type JsonObject,
  type OutboundCall,
  objectOf,
  outcomeOfStatus,
} from '../sdk.ts'

const paths: Readonly<Record<string, string>> = {
  transfer: '/restapi/prod/IC33000020260506000001/transfer/push',
  progress: '/restapi/prod/IC33000020260506000002/progress/push',
}
const queryPath = '/restapi/prod/IC33000020260506000003/push/query'

export const adapter: Adapter = {
  request: call => {
    const request = { method: 'POST', path: paths[call.message] ?? paths.transfer! } as const
    return { ...request, headers: headersOf(call, request), body: Buffer.from(JSON.stringify(call.native)) }
  },
  outcome: read,
  lookUp: {
    request: call => {
      const request = { method: 'GET', path: queryPath, query: { lsh: call.deliveryId } } as const
      return { ...request, headers: headersOf(call, request), body: Buffer.alloc(0) }
    },
    outcome: (answer, call) =>
      answer.status === 200 && bodyOf(answer)?.code === '4040' ? undefined : read(answer, call),
  },
}

function headersOf(call: OutboundCall, request: Pick<HttpMessage, 'method' | 'path' | 'query'>) {
  const keys = { accessKey: call.credentials.accessKey ?? '', secret: call.credentials.secret ?? '' }
  return { ...irsHeaders(keys, request, call.now), 'content-type': 'application/json; charset=utf-8' }
}

function read(answer: HttpAnswer, call: OutboundCall): DeliveryOutcome {
  if (answer.status !== 200) return outcomeOfStatus(answer)
  const body = bodyOf(answer)
  if (typeof body?.code !== 'string') return { kind: 'unknown', code: 'UNREADABLE' }
  const { code } = body
  if (code.startsWith('5')) return { kind: 'retry', code: codeOf(code) }
  // Progress changes nothing at the platform: only the answer to a transfer says something new about the dispute.
  const said = call.message === 'transfer' ? { answer: answerOf(body, call) } : {}
  if (code !== '0000' && code !== '0001') return { kind: 'refused', code: codeOf(code), ...said }
  const serial = serialOf(body)
  return { kind: code === '0000' ? 'delivered' : 'conflict', ...(serial ? { serial } : {}), ...said }
}

// Complaint or report stands in what was sent, and decides whose number comes back: so it goes with the answer.
function answerOf(body: JsonObject, call: OutboundCall): Json {
  const sent = objectOf(call.native) ?? {}
  const data = { ...objectOf(body.data), xslx: sent.xslx ?? null, lsh: call.deliveryId }
  return { code: body.code ?? null, msg: body.msg ?? null, data }
}

function serialOf(body: JsonObject): string | undefined {
  const number = objectOf(body.data)?.djbh
  return typeof number === 'string' && number !== '' ? number : undefined
}

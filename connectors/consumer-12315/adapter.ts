// How the platform 12315 is called and what its answers mean: signed JSON behind the provincial gateway, its codes in the body.
import {
  type Adapter,
  type DeliveryOutcome,
  type HttpAnswer,
  type HttpMessage,
  irsHeaders,
  type Json,
  type OutboundCall,
} from '../sdk.ts'

type Native = { readonly [key: string]: Json }

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
      answer.status === 200 && parse(answer)?.code === '4040' ? undefined : read(answer, call),
  },
}

function headersOf(call: OutboundCall, request: Pick<HttpMessage, 'method' | 'path' | 'query'>) {
  const keys = { accessKey: call.credentials.accessKey ?? '', secret: call.credentials.secret ?? '' }
  return { ...irsHeaders(keys, request, call.now), 'content-type': 'application/json; charset=utf-8' }
}

function read(answer: HttpAnswer, call: OutboundCall): DeliveryOutcome {
  if (answer.status !== 200) return ofStatus(answer)
  const body = parse(answer)
  if (typeof body?.code !== 'string') return { kind: 'unknown', code: 'UNREADABLE' }
  const { code } = body
  if (code.startsWith('5')) return { kind: 'retry', code }
  // Progress changes nothing at the platform: only the answer to a transfer says something new about the dispute.
  const said = call.message === 'transfer' ? { answer: answerOf(body, call) } : {}
  if (code !== '0000' && code !== '0001') return { kind: 'refused', code, ...said }
  const serial = serialOf(body)
  return { kind: code === '0000' ? 'delivered' : 'conflict', ...(serial ? { serial } : {}), ...said }
}

// The gateway's own answers come as bare text. A wrong key or clock is for an operator to mend: the matter waits.
function ofStatus(answer: HttpAnswer): DeliveryOutcome {
  const code = `HTTP_${answer.status}`
  const seconds = Number(answer.headers['retry-after'])
  if (answer.status >= 500 || [401, 403, 408, 429].includes(answer.status))
    return { kind: 'retry', code, ...(seconds > 0 ? { retryAfterMs: seconds * 1000 } : {}) }
  return { kind: 'refused', code }
}

// Complaint or report stands in what was sent, and decides whose number comes back: so it goes with the answer.
function answerOf(body: Native, call: OutboundCall): Json {
  const sent = isObject(call.native) ? call.native : {}
  const data = { ...(isObject(body.data) ? body.data : {}), xslx: sent.xslx ?? null, lsh: call.deliveryId }
  return { code: body.code ?? null, msg: body.msg ?? null, data }
}

function serialOf(body: Native): string | undefined {
  const number = isObject(body.data) ? body.data.djbh : undefined
  return typeof number === 'string' && number !== '' ? number : undefined
}

function parse(answer: HttpAnswer): Native | undefined {
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

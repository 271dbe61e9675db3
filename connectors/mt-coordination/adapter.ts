// How the coordination system is called: signed calls, an acknowledgement at once, all else by callback.
import {
  type Adapter,
  type DeliveryOutcome,
  type HttpAnswer,
  irsHeaders,
  type Json,
  type OutboundCall,
} from '../sdk.ts'

const pushPath = '/restapi/prod/IC33000020260302000001/matter/push'
const queryPath = '/restapi/prod/IC33000020260302000002/matter/query'

type Native = { readonly [key: string]: Json }

export const adapter: Adapter = {
  request: call => {
    const request = { method: 'POST', path: pushPath } as const
    return { ...request, headers: headersOf(call, request), body: Buffer.from(JSON.stringify(call.native)) }
  },
  outcome: read,
  lookUp: {
    request: call => {
      const request = { method: 'GET', path: queryPath, query: { requestId: call.deliveryId } } as const
      return { ...request, headers: headersOf(call, request), body: Buffer.alloc(0) }
    },
    outcome: (answer, call) => {
      const body = parse(answer)
      return answer.status === 200 && String(body?.code) === 'E0404' ? undefined : read(answer, call)
    },
  },
}

function headersOf(
  call: OutboundCall,
  request: {
    readonly method: 'GET' | 'POST'
    readonly path: string
    readonly query?: Readonly<Record<string, string>>
  },
): Record<string, string> {
  const keys = { accessKey: call.credentials.accessKey ?? '', secret: call.credentials.secret ?? '' }
  return { ...irsHeaders(keys, request, call.now), 'content-type': 'application/json; charset=utf-8' }
}

function read(answer: HttpAnswer, call: OutboundCall): DeliveryOutcome {
  if (answer.status !== 200) return ofStatus(answer)
  const body = parse(answer)
  if (body?.code === undefined || body.code === null) return { kind: 'unknown', code: 'UNREADABLE' }
  const code = String(body.code)
  if (code === '0') return { kind: 'delivered', ...serialOf(body) }
  if (code === 'E0409') return { kind: 'conflict', ...serialOf(body) }
  if (code.startsWith('E5')) return { kind: 'retry', code }
  return { kind: 'refused', code, answer: refusal(body, call) }
}

// The gateway's own answers come as bare text. A wrong key or clock is for an operator to mend: the matter waits.
function ofStatus(answer: HttpAnswer): DeliveryOutcome {
  const code = `HTTP_${answer.status}`
  const seconds = Number(answer.headers['retry-after'])
  if (answer.status >= 500 || [401, 403, 408, 429].includes(answer.status))
    return { kind: 'retry', code, ...(seconds > 0 ? { retryAfterMs: seconds * 1000 } : {}) }
  return { kind: 'refused', code }
}

function refusal(body: Native, call: OutboundCall): Json {
  const pushed = isObject(call.native) ? call.native : {}
  return {
    code: body.code ?? null,
    msg: body.msg ?? null,
    requestId: call.deliveryId,
    ...(pushed.sxbh ? { sxbh: pushed.sxbh } : {}),
    ...(body.jydw ? { jydw: body.jydw } : {}),
    ...(body.hdsj ? { hdsj: body.hdsj } : {}),
  }
}

function serialOf(body: Native): { serial?: string } {
  const number = isObject(body.data) ? body.data.sxbh : undefined
  return typeof number === 'string' && number !== '' ? { serial: number } : {}
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

// How the coordination system is called: signed calls, an acknowledgement at once, all else by callback.
import {
  type Adapter,
  bodyOf,
  codeOf,
  type DeliveryOutcome,
  type HttpAnswer,
  irsHeaders,
  type Json,
  type JsonObject,
  type OutboundCall,
  objectOf,
  outcomeOfStatus,
} from '../sdk.ts'

const pushPath = '/restapi/prod/IC33000020260302000001/matter/push'
const queryPath = '/restapi/prod/IC33000020260302000002/matter/query'

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
      const body = bodyOf(answer)
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
  if (answer.status !== 200) return outcomeOfStatus(answer)
  const body = bodyOf(answer)
  if (body?.code === undefined || body.code === null) return { kind: 'unknown', code: 'UNREADABLE' }
  const code = String(body.code)
  if (code === '0') return { kind: 'delivered', ...serialOf(body) }
  if (code === 'E0409') return { kind: 'conflict', ...serialOf(body) }
  if (code.startsWith('E5')) return { kind: 'retry', code: codeOf(code) }
  return { kind: 'refused', code: codeOf(code), answer: refusal(body, call) }
}

function refusal(body: JsonObject, call: OutboundCall): Json {
  const pushed = objectOf(call.native) ?? {}
  return {
    code: body.code ?? null,
    msg: body.msg ?? null,
    requestId: call.deliveryId,
    ...(pushed.sxbh ? { sxbh: pushed.sxbh } : {}),
    ...(body.jydw ? { jydw: body.jydw } : {}),
    ...(body.hdsj ? { hdsj: body.hdsj } : {}),
  }
}

function serialOf(body: JsonObject): { serial?: string } {
  const number = objectOf(body.data)?.sxbh
  return typeof number === 'string' && number !== '' ? { serial: number } : {}
}

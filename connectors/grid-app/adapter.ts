// How the app's server is called and what its answers mean: JSON, a token by password grant in the header `auth`, its codes
// in the body. A phone hears in the same shape what became of each report, so that it can empty its outbox.
import {
  type Adapter,
  bodyOf,
  codeOf,
  type DeliveryOutcome,
  formRequest,
  type HttpAnswer,
  type ItemResult,
  type Json,
  type JsonObject,
  jsonAnswer,
  type OutboundCall,
  objectOf,
  outcomeOfStatus,
} from '../sdk.ts'

/** Paths of the app's server; the token's is that of the platforms, the others are assumed. */
export const paths = {
  token: '/oauth/token.json',
  state: '/grid/api/event/state.json',
  task: '/grid/api/task/add.json',
  lookUp: '/grid/api/push/',
} as const

export const adapter: Adapter = {
  answer: answerReports,
  login: {
    request: ({ credentials: { appKey = '', username = '', password = '' } }) =>
      formRequest(paths.token, { grant_type: 'password', client_id: appKey, username, password }),
    token: tokenOf,
  },
  request: call => ({
    method: 'POST',
    path: call.message === 'task' ? paths.task : paths.state,
    headers: { auth: call.token ?? '', 'content-type': 'application/json; charset=utf-8' },
    body: Buffer.from(JSON.stringify(call.native)),
  }),
  outcome: read,
  lookUp: {
    request: call => ({
      method: 'GET',
      path: `${paths.lookUp}${encodeURIComponent(call.deliveryId)}`,
      headers: { auth: call.token ?? '' },
      body: Buffer.alloc(0),
    }),
    outcome: (answer, call) => {
      const body = answer.status === 200 ? bodyOf(answer) : undefined
      return String(body?.code) === '404' ? undefined : read(answer, call)
    },
  },
}

// A repeat is a success to a phone: the report is here, the outbox may forget it.
function answerReports(items: readonly ItemResult[]): HttpAnswer {
  const failed = items.filter(item => item.status === 'refused' || item.status === 'conflict')
  const first = failed[0]?.problem
  return jsonAnswer(200, {
    code: failed.length > 0 ? 1 : 0,
    message: first ? `${first.code} ${first.zh}` : '成功',
    data: items.map(item => ({
      index: item.index,
      uniqueIdForMobile: item.numbers[0] ?? null,
      status: item.status,
      messageId: item.messageId ?? null,
      ...problemOf(item),
    })),
  })
}

function problemOf({ problem }: ItemResult): Record<string, Json> {
  if (!problem) return {}
  const { code, zh, en, pointer, rule } = problem
  return { code, message: zh, messageEn: en, pointer: pointer ?? null, rule: rule ?? null }
}

function tokenOf(answer: HttpAnswer): { readonly value: string; readonly livesMs: number } | undefined {
  const tree = answer.status === 200 ? bodyOf(answer) : undefined
  if (typeof tree?.access_token !== 'string') return undefined
  return { value: tree.access_token, livesMs: Number(tree.expires_in ?? 600) * 1000 }
}

function read(answer: HttpAnswer, call: OutboundCall): DeliveryOutcome {
  if (answer.status === 401 || answer.status === 403) return { kind: 'retry', code: 'TOKEN' }
  if (answer.status !== 200) return outcomeOfStatus(answer)
  const body = bodyOf(answer)
  const code = body?.code
  if (body === undefined || (typeof code !== 'number' && typeof code !== 'string'))
    return { kind: 'unknown', code: 'UNREADABLE' }
  const told = String(code)
  if (told === '401') return { kind: 'retry', code: 'TOKEN' }
  if (told === '500' || told === '503') return { kind: 'retry', code: told }
  if (told === '0' || told === '409') return taken(told === '0' ? 'delivered' : 'conflict', body, call)
  // Only a task that is refused goes back to somebody; news that found no event goes nowhere.
  return { kind: 'refused', code: codeOf(told), ...(call.message === 'task' ? answerOf(body, call) : {}) }
}

// An answer to news says something new only where it ended the app's own event.
function taken(kind: 'delivered' | 'conflict', body: JsonObject, call: OutboundCall): DeliveryOutcome {
  const { uniqueIdForMobile: id, status } = objectOf(body.data) ?? {}
  if (call.message !== 'task') return { kind, ...(typeof status === 'string' ? answerOf(body, call) : {}) }
  // A task without a number can neither be followed nor given back.
  if (typeof id !== 'string' || id === '') return { kind: 'unknown', code: 'NO_NUMBER' }
  return { kind, serial: id, ...answerOf(body, call) }
}

function answerOf(body: JsonObject, call: OutboundCall): { answer: Json } {
  const { code = null, message = null, data } = body
  return { answer: { code, message, data: { ...objectOf(data), pushId: call.deliveryId } } }
}

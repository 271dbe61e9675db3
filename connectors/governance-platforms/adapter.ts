// What the platforms' form interface needs beyond a declared transport: `bizContent` as a JSON text, a token by password
// grant, an event's time in three fields, and the answer {code, success, data}.
import {
  type Adapter,
  bodyOf,
  codeOf,
  type DeliveryOutcome,
  formRequest,
  type HttpAnswer,
  type HttpMessage,
  type ItemResult,
  type Json,
  type JsonObject,
  jsonAnswer,
  type OutboundCall,
  objectOf,
  outcomeOfStatus,
} from '../sdk.ts'

/** Paths of the platform (form and endings seen in public code, names assumed). */
export const paths = {
  token: '/oauth/token.json',
  dispatch: '/gateway/api/event/add.json',
  feedback: '/gateway/api/event/feedback.json',
  lookUp: '/gateway/api/event/query.json',
} as const

function answerEvents(items: readonly ItemResult[]): HttpAnswer {
  const failed = items.filter(item => item.status === 'refused' || item.status === 'conflict')
  const first = failed[0]?.problem
  const data = items.map(item => ({
    serialNumber: item.numbers[0] ?? null,
    messageId: item.messageId ?? null,
    status: item.status,
    ...problemOf(item),
  }))
  return jsonAnswer(200, {
    code: failed.length > 0 ? 1 : 0,
    success: failed.length === 0,
    message: first ? `${first.code} ${first.zh}` : 'ok',
    data: data.length === 1 ? data[0]! : data,
  })
}

function problemOf({ problem }: ItemResult): Record<string, Json> {
  if (!problem) return {}
  const { code, zh, en, pointer, rule } = problem
  return { code, message: zh, messageEn: en, pointer: pointer ?? null, rule: rule ?? null }
}

function eventRequest(call: OutboundCall): HttpMessage {
  const native = call.native as JsonObject
  const content = call.message === 'dispatch' ? splitTime(native) : native
  return signed(call.message === 'dispatch' ? paths.dispatch : paths.feedback, call, content)
}

// The platform keeps the day, the hour and the minute of an event in three fields.
function splitTime({ occurDate, ...rest }: JsonObject): JsonObject {
  const [, day, hours, minute] = /^(\d{4}-\d{2}-\d{2}) (\d{2}):(\d{2})/.exec(String(occurDate)) ?? []
  if (day === undefined) return { ...rest, occurDate: occurDate ?? null }
  return { ...rest, occurDate: day, hours: String(Number(hours)), minute: String(Number(minute)) }
}

function signed(path: string, call: OutboundCall, content: JsonObject): HttpMessage {
  const fields = { appKey: call.credentials.appKey ?? '', bizContent: JSON.stringify(content) }
  return formRequest(path, fields, { auth: call.token ?? '' })
}

// An event is found again by the number of the proceeding it came from, a note by our delivery id.
function lookUpRequest(call: OutboundCall): HttpMessage {
  const native = call.native as JsonObject
  const asked: JsonObject =
    call.message === 'dispatch' ? { sourceNo: native.sourceNo ?? '' } : { outerNo: call.deliveryId }
  return signed(paths.lookUp, call, asked)
}

function eventOutcome(answer: HttpAnswer, call: OutboundCall): DeliveryOutcome {
  const said = readAnswer(answer)
  if ('kind' in said) return said
  const { code, success, data, message } = said.tree
  if (String(code) === '401') return { kind: 'retry', code: 'TOKEN' }
  if (String(code) !== '0' || success !== true) return refusal(call, codeOf(code), message)
  return taken(call, data)
}

function lookUpOutcome(answer: HttpAnswer, call: OutboundCall): DeliveryOutcome | undefined {
  const said = readAnswer(answer)
  if ('kind' in said) return said
  if (said.tree.success !== true) return { kind: 'retry', code: 'LOOK_UP' }
  const found = Array.isArray(said.tree.data) ? said.tree.data[0] : undefined
  return found === undefined ? undefined : taken(call, found)
}

function taken(call: OutboundCall, data: Json | undefined): DeliveryOutcome {
  if (call.message !== 'dispatch') return { kind: 'delivered' }
  const serial = objectOf(data)?.serialNumber
  if (typeof serial !== 'string' || serial === '') return { kind: 'unknown', code: 'NO_SERIAL' }
  const sourceNo = (call.native as JsonObject).sourceNo ?? ''
  return { kind: 'delivered', serial, answer: { accepted: true, serialNumber: serial, sourceNo } }
}

function refusal(call: OutboundCall, code: string, message: Json | undefined): DeliveryOutcome {
  if (call.message !== 'dispatch') return { kind: 'refused', code }
  const sourceNo = (call.native as JsonObject).sourceNo ?? ''
  const answer = { accepted: false, sourceNo, code, message: typeof message === 'string' ? message : '' }
  return { kind: 'refused', code, answer }
}

function readAnswer(answer: HttpAnswer): DeliveryOutcome | { readonly tree: JsonObject } {
  if (answer.status === 401) return { kind: 'retry', code: 'TOKEN' }
  if (answer.status >= 400) return outcomeOfStatus(answer)
  const tree = bodyOf(answer)
  return tree ? { tree } : { kind: 'unknown', code: 'UNREADABLE' }
}

function loginRequest(call: Omit<OutboundCall, 'token'>): HttpMessage {
  const { username = '', password = '', appKey = '' } = call.credentials
  return formRequest(paths.token, { grant_type: 'password', client_id: appKey, username, password })
}

function tokenOf(answer: HttpAnswer): { readonly value: string; readonly livesMs: number } | undefined {
  const tree = answer.status < 300 ? bodyOf(answer) : undefined
  if (typeof tree?.access_token !== 'string') return undefined
  return { value: tree.access_token, livesMs: Number(tree.expires_in ?? 600) * 1000 }
}

export const adapter: Adapter = {
  answer: answerEvents,
  login: { request: loginRequest, token: tokenOf },
  request: eventRequest,
  outcome: eventOutcome,
  lookUp: { request: lookUpRequest, outcome: lookUpOutcome },
}

// Stands in for one platform: gives a token for a password, opens an event for every dispatch (also for a second copy),
// keeps notes, finds events by source number and notes by outer number, and pushes its events with their steps.
import {
  formRequest,
  type HttpAnswer,
  isObject,
  type Json,
  type JsonObject,
  jsonAnswer,
  readForm,
  readJson,
  type Simulator,
  type SimulatorOptions,
  type SimulatorRequest,
  type StartSimulator,
  startHttpSimulator,
} from '../sdk.ts'
import { paths } from './adapter.ts'

interface Office {
  readonly options: SimulatorOptions
  /** By serial number. */
  readonly events: Map<string, { event: JsonObject; feedbacks: JsonObject[] }>
  tokenEnds: number
  token: string
  next: number
}

const tokenLivesSeconds = 7200
// The platform's day is never empty: the first event from outside is its seventeenth. A serial is unique in its town,
// so each of the four platforms counts in a range of its own.
const firstSerials: Readonly<Record<string, number>> = { shichang: 10_017, zhifa: 20_017, bianmin: 30_017 }
const firstSerial = 17

export const startSimulator: StartSimulator = (options: SimulatorOptions): Promise<Simulator> => {
  const office: Office = {
    options,
    events: new Map(),
    tokenEnds: 0,
    token: '',
    next: firstSerials[options.system] ?? firstSerial,
  }
  return startHttpSimulator(options, {
    handle: (request, refuse) => handle(office, request, refuse),
    build: (message, native) => build(office, message, native),
    store: () => storeOf(office),
    reexport: request => reexport(office, request),
  })
}

function build(office: Office, message: string, native: Json): SimulatorRequest {
  const { system, credentials } = office.options
  if (isObject(native) && native.serialNumber) {
    const serial = String(native.serialNumber)
    office.events.set(serial, { event: native, feedbacks: office.events.get(serial)?.feedbacks ?? [] })
  }
  const fields = { appKey: `app-${system}`, bizContent: JSON.stringify(native) }
  return formRequest(`/in/${system}/${message}`, fields, { auth: credentials.inbound.token ?? '' })
}

function handle(office: Office, request: SimulatorRequest, refuse: boolean): HttpAnswer {
  if (request.path === paths.token) return grant(office, request)
  const now = clockOf(office)
  if (!office.token || request.headers.auth !== office.token || now > office.tokenEnds)
    return fault(401, '令牌无效或已过期')
  const fields = readForm(request)
  if (fields.appKey !== office.options.credentials.outbound.appKey) return fault(403, 'appKey 无效')
  const content = readJson(fields.bizContent ?? '')
  if (!isObject(content)) return fault(400, 'bizContent 不是 JSON 对象')
  if (request.path === paths.lookUp) return found(office, content)
  if (request.path === paths.dispatch) return refuse ? fault(2001, '不属于本平台管辖') : add(office, content)
  if (request.path === paths.feedback) return refuse ? fault(2002, '事件已归档') : note(office, content)
  return jsonAnswer(404, { code: 404, success: false, message: '接口不存在', data: null })
}

// Tokens live by the wall clock, events by the platform's calendar.
function clockOf({ options }: Office): number {
  return (options.signedAt ?? options.now)().getTime()
}

function grant(office: Office, request: SimulatorRequest): HttpAnswer {
  const { grant_type, client_id, username, password } = readForm(request)
  const known = office.options.credentials.outbound
  const right = client_id === known.appKey && username === known.username && password === known.password
  if (grant_type !== 'password' || !right)
    return jsonAnswer(401, { error: 'invalid_grant', error_description: '用户名或密码错误' })
  const now = clockOf(office)
  if (now > office.tokenEnds || !office.token)
    office.token = `t-${office.options.random().toString(36).slice(2)}-${now}`
  office.tokenEnds = now + tokenLivesSeconds * 1000
  return jsonAnswer(200, { access_token: office.token, token_type: 'bearer', expires_in: tokenLivesSeconds })
}

function add(office: Office, content: JsonObject): HttpAnswer {
  for (const field of ['subject', 'issueContent', 'occurDate', 'hours', 'minute', 'sourceNo'])
    if (!content[field]) return fault(1001, `${field} 不能为空`)
  const town = isObject(content.occurOrg) ? String(content.occurOrg.code ?? '') : ''
  if (!/^\d{9}/.test(town)) return fault(1002, 'occurOrg 不是本区域')
  const serial = `${town.slice(0, 9)}${day(office.options.now())}${String(office.next++).padStart(5, '0')}`
  office.events.set(serial, { event: { ...content, serialNumber: serial }, feedbacks: [] })
  return jsonAnswer(200, { code: 0, success: true, message: 'ok', data: { serialNumber: serial } })
}

function note(office: Office, content: JsonObject): HttpAnswer {
  const kept = office.events.get(String(content.serialNumber ?? ''))
  if (!kept) return fault(1003, '单号不存在')
  if (!content.content || !content.feedbackDate) return fault(1001, 'content 和 feedbackDate 不能为空')
  kept.feedbacks.push(content)
  return jsonAnswer(200, { code: 0, success: true, message: 'ok', data: { serialNumber: content.serialNumber! } })
}

function found(office: Office, { sourceNo, outerNo }: JsonObject): HttpAnswer {
  const all = [...office.events]
  const data = sourceNo
    ? all.filter(([, one]) => one.event.sourceNo === sourceNo).map(([serialNumber]) => ({ serialNumber, sourceNo }))
    : all.flatMap(([, one]) => one.feedbacks.filter(row => Boolean(outerNo) && row.outerNo === outerNo))
  return jsonAnswer(200, { code: 0, success: true, message: 'ok', data })
}

// As a platform would that sends on all it gets: the new event with its own number and a first step of today.
function reexport(office: Office, request: SimulatorRequest): readonly { message: string; native: Json }[] {
  const content =
    request.path === paths.lookUp || request.path === paths.token ? null : readJson(readForm(request).bizContent ?? '')
  const serials = [...office.events.keys()]
  const serial = isObject(content) && content.serialNumber ? String(content.serialNumber) : serials.at(-1)
  const kept = content === null || serial === undefined ? undefined : office.events.get(serial)
  if (!kept) return []
  const entryDate = clock(office.options.now())
  const steps = [
    { stepId: 1, dealType: 1, target: '综合信息指挥室', stateCode: 101, superviseLevel: 0, entryDate, endDate: null },
  ]
  return [{ message: 'event', native: { ...kept.event, steps } }]
}

function fault(code: number, message: string): HttpAnswer {
  return jsonAnswer(code === 401 ? 401 : 200, { code, success: false, message, data: null })
}

function clock(now: Date): string {
  return new Date(now.getTime() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
}

function day(now: Date): string {
  return clock(now).slice(0, 10).replaceAll('-', '')
}

function storeOf(office: Office): Json {
  return JSON.parse(JSON.stringify({ events: Object.fromEntries(office.events) })) as Json
}

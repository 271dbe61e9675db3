// Stands in for the app's server and its phones: uploads reports, shows grid workers what became of them, opens a task for
// each matter that is handed down to one of its grids. What it refuses and how it numbers: README.md.
import {
  bodyOf,
  type HttpAnswer,
  type Json,
  type JsonObject,
  jsonAnswer,
  objectOf,
  readForm,
  type Simulator,
  type SimulatorOptions,
  type SimulatorRequest,
  type StartSimulator,
  startHttpSimulator,
} from '../sdk.ts'
import { paths } from './adapter.ts'

interface Push {
  readonly message: 'state' | 'task'
  readonly id: string
  /** What it answered, so that a second copy and a look-up hear the same. */
  readonly data: JsonObject
}

interface Server {
  readonly options: SimulatorOptions
  /** By the id of the phone, or the number of the task. */
  readonly events: Map<string, { report: JsonObject; states: JsonObject[] }>
  readonly pushes: Map<string, Push>
  token: string
  tokenEnds: number
  next: number
}

const tokenLivesSeconds = 7200
/** The grids it works for are those of this town. */
const town = '330106004'

export const startSimulator: StartSimulator = (options: SimulatorOptions): Promise<Simulator> => {
  const server: Server = { options, events: new Map(), pushes: new Map(), token: '', tokenEnds: 0, next: 1 }
  return startHttpSimulator(options, {
    handle: (request, refuse) => handle(server, request, refuse),
    build: (message, native) => build(server, message, native),
    store: () => JSON.parse(JSON.stringify(storeOf(server))) as Json,
    reexport: request => reexport(server, request),
  })
}

function handle(server: Server, request: SimulatorRequest, refuse: boolean): HttpAnswer {
  if (request.path === paths.token) return grant(server, request)
  if (!server.token || request.headers.auth !== server.token || wallClock(server) > server.tokenEnds)
    return jsonAnswer(401, { code: 401, message: '令牌无效或已过期', data: null })
  if (request.path.startsWith(paths.lookUp)) return lookUp(server, request.path.slice(paths.lookUp.length))
  if (request.path !== paths.state && request.path !== paths.task)
    return jsonAnswer(404, { code: 404, message: '接口不存在', data: null })
  const body = bodyOf(request)
  const pushId = shownOf(body?.pushId)
  if (body === undefined || pushId === '') return no(server, 4000, '报文无法解析或缺少推送编号')
  if (refuse) return no(server, 4003, '不在本区网格')
  const known = server.pushes.get(pushId)
  if (known) return held(known)
  return request.path === paths.task ? openTask(server, body, pushId) : hear(server, body, pushId)
}

// Tokens live by the wall clock, events by the app's calendar.
function wallClock({ options }: Server): number {
  return (options.signedAt ?? options.now)().getTime()
}

function grant(server: Server, request: SimulatorRequest): HttpAnswer {
  const { grant_type, client_id, username, password } = readForm(request)
  const known = server.options.credentials.outbound
  const right = client_id === known.appKey && username === known.username && password === known.password
  if (grant_type !== 'password' || !right)
    return jsonAnswer(401, { error: 'invalid_grant', error_description: '用户名或密码错误' })
  const now = wallClock(server)
  if (now > server.tokenEnds || !server.token)
    server.token = `g-${server.options.random().toString(36).slice(2)}-${now}`
  server.tokenEnds = now + tokenLivesSeconds * 1000
  return jsonAnswer(200, { access_token: server.token, token_type: 'bearer', expires_in: tokenLivesSeconds })
}

function openTask(server: Server, body: JsonObject, pushId: string): HttpAnswer {
  const grid = shownOf(body.gridCode)
  const outCaseId = shownOf(body.outCaseId)
  if (shownOf(body.desc) === '' || outCaseId === '') return no(server, 4001, '缺少事件描述或来源事项编号')
  if (!new RegExp(`^${town}\\d{3,9}$`).test(grid)) return no(server, 4003, '不在本区网格')
  for (const push of server.pushes.values())
    if (push.message === 'task' && server.events.get(push.id)?.report.outCaseId === outCaseId) return held(push)
  const { pushId: _push, fromUnit: _from, gridName: _name, sendTime: _sent, limitTime: _limit, ...about } = body
  const at = server.options.now()
  const id = `RW${grid}${dayOf(at)}${String(server.next++).padStart(4, '0')}`
  const state: JsonObject = { status: '下派', statusTime: at.getTime() }
  server.events.set(id, { report: { ...about, uniqueIdForMobile: id, ...state }, states: [] })
  return keep(server, pushId, { message: 'task', id, data: { uniqueIdForMobile: id, ...state } })
}

function hear(server: Server, body: JsonObject, pushId: string): HttpAnswer {
  const id = shownOf(body.uniqueIdForMobile)
  const kept = server.events.get(id)
  if (!kept) return no(server, 4004, '无此事件')
  if (shownOf(body.state) === '') return no(server, 4001, '缺少办理状态')
  kept.states.push(body)
  // The worker's own event ends once, with the last unit's work; what is told later is only shown.
  const ends = body.finished === '1' && kept.report.status !== '办结'
  const state: JsonObject = ends ? { status: '办结', statusTime: server.options.now().getTime() } : {}
  kept.report = { ...kept.report, ...state }
  return keep(server, pushId, { message: 'state', id, data: { uniqueIdForMobile: id, ...state } })
}

function keep(server: Server, pushId: string, push: Push): HttpAnswer {
  server.pushes.set(pushId, push)
  return jsonAnswer(200, { code: 0, message: '成功', data: push.data })
}

function held({ data }: Push): HttpAnswer {
  return jsonAnswer(200, { code: 409, message: '已有该推送', data })
}

function no({ options }: Server, code: number, message: string): HttpAnswer {
  return jsonAnswer(200, { code, message, data: { statusTime: options.now().getTime() } })
}

function lookUp(server: Server, asked: string): HttpAnswer {
  const push = server.pushes.get(decodeURIComponent(asked))
  if (!push) return jsonAnswer(200, { code: 404, message: '无此推送', data: null })
  return jsonAnswer(200, { code: 0, message: '成功', data: push.data })
}

/** What phones have uploaded, and the request by which it goes to the hub: one report or the burst of an outbox. */
function build(server: Server, message: string, native: Json): SimulatorRequest {
  const { system, credentials } = server.options
  for (const one of Array.isArray(native) ? native : [native]) {
    const report = objectOf(one)
    const id = shownOf(report?.uniqueIdForMobile)
    if (report && id !== '') server.events.set(id, { report, states: server.events.get(id)?.states ?? [] })
  }
  return {
    method: 'POST',
    path: `/in/${system}/${message}`,
    headers: { auth: credentials.inbound.token ?? '', 'content-type': 'application/json; charset=utf-8' },
    body: Buffer.from(JSON.stringify(native)),
  }
}

/** The event that the call was about, uploaded again just now. */
function reexport(server: Server, request: SimulatorRequest): readonly { message: string; native: Json }[] {
  const pushId = shownOf(bodyOf(request)?.pushId)
  const kept = server.events.get(server.pushes.get(pushId)?.id ?? '')
  if (!kept) return []
  const now = server.options.now().getTime()
  const time: JsonObject = kept.report.status === undefined ? { reportTime: now } : { statusTime: now }
  return [{ message: 'report', native: { ...kept.report, ...time, uploadTime: now } }]
}

function storeOf(server: Server): unknown {
  return { events: Object.fromEntries(server.events), pushes: Object.fromEntries(server.pushes) }
}

function dayOf(at: Date): string {
  return new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '')
}

// A text or a number as it is shown.
function shownOf(value: Json | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''
}

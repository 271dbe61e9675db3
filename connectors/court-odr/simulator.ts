// Stands in for the court's mediation platform: registers what is handed over, hears notices, sends its own log entries.
// What it refuses, what it already has and how it numbers: README.md.
import {
  bodyOf,
  irsPush,
  isObject,
  type Json,
  type JsonObject,
  jsonAnswer,
  type SimulatorAnswer,
  type SimulatorRequest,
  type StartSimulator,
  startHttpSimulator,
} from '../sdk.ts'
import { clock, faultOf, listOf, shownOf } from './simulator-rules.ts'

interface Push {
  readonly message: string
  readonly caseId: string
}

interface Platform {
  readonly cases: Map<string, JsonObject>
  readonly filings: Map<string, JsonObject>
  readonly pushes: Map<string, Push>
  readonly refused: Json[]
  readonly now: () => Date
  nextCase: number
  nextSerial: number
}

export const startSimulator: StartSimulator = options => {
  // 54 cases and 1233 numbers of the year were there before: the next are those of the domain report.
  const platform: Platform = {
    cases: new Map(),
    filings: new Map(),
    pushes: new Map(),
    refused: [],
    now: options.now,
    nextCase: 55,
    nextSerial: 1234,
  }
  const ticket = options.credentials.outbound.token ?? ''
  const _signedAt = options.signedAt ?? options.now
  return startHttpSimulator(options, {
    handle: (request, refuse) => {
      if (request.query?.ticket !== ticket) return jsonAnswer(401, { code: 401, msg: '票据无效', data: null })
      return answer(platform, request, refuse)
    },
    build: (message, native) => {
      keep(platform, message, native)
      return irsPush(options, message, native)
    },
    store: () => storeOf(platform),
    reexport: request => reexport(platform, request),
  })
}

function answer(platform: Platform, request: SimulatorRequest, refuse: boolean): SimulatorAnswer {
  const [, asked] = /^\/odr\/api\/push\/(.+)$/.exec(request.path) ?? []
  if (asked !== undefined) return lookUp(platform, decodeURIComponent(asked))
  const message = /^\/odr\/api\/(entrust|notice)$/.exec(request.path)?.[1]
  if (message === undefined) return jsonAnswer(404, { code: 404, msg: '接口不存在', data: null })
  const body = bodyOf(request)
  if (body === undefined || shownOf(body.pushId) === '') return no(platform, 4000, '报文无法解析或缺少推送编号', '')
  const pushId = shownOf(body.pushId)
  if (refuse) return no(platform, 4003, '不属于本院管辖', pushId)
  const known = platform.pushes.get(pushId)
  if (known) return held(platform, known.caseId)
  return message === 'entrust' ? entrust(platform, body, pushId) : notice(platform, body, pushId)
}

function entrust(platform: Platform, body: JsonObject, pushId: string): SimulatorAnswer {
  const fault = faultOf(body, platform.now())
  if (fault) return no(platform, fault[0], fault[1], pushId)
  const same = byHubCase(platform, body)
  if (same !== undefined) {
    platform.pushes.set(pushId, { message: 'entrust', caseId: same })
    return held(platform, same)
  }
  const caseId = platform.nextCase++
  platform.cases.set(String(caseId), { caseId, ...registered(platform, body), notices: [] })
  platform.pushes.set(pushId, { message: 'entrust', caseId: String(caseId) })
  return said(platform, 200, '成功', String(caseId))
}

// A mediation gets its 案号 at once; a confirmation only when the court takes the application up.
function registered(platform: Platform, body: JsonObject): JsonObject {
  const { outCaseId, sourceNo, applyType, cause, caseName, caseAmount, claim, facts, agreement, parties } = body
  const told = { outCaseId, sourceNo, applyType, cause, caseName, caseAmount, claim, facts, agreement, parties }
  const own: JsonObject = {}
  for (const [name, value] of Object.entries(told)) if (value !== undefined) own[name] = value
  const createTime = clock(platform.now())
  if (applyType === '司法确认')
    return { ...own, caseState: '申请司法确认', acceptType: 98, createTime, confirmApplyTime: createTime }
  const ah = `（${createTime.slice(0, 4)}）浙0106民诉前调${platform.nextSerial++}号`
  return { ...own, ah, caseState: '待审核', createTime, applyTime: createTime }
}

function notice(platform: Platform, body: JsonObject, pushId: string): SimulatorAnswer {
  // Some cases it has by their 案号 alone.
  const own = [body.caseId, body.ah].map(shownOf).find(id => platform.cases.has(id))
  const caseId = own ?? byHubCase(platform, body)
  const kept = caseId === undefined ? undefined : platform.cases.get(caseId)
  if (caseId === undefined || kept === undefined) return no(platform, 4004, '本平台无此案', pushId)
  const { pushId: _push, caseId: _case, ah: _number, ...news } = body
  platform.cases.set(caseId, { ...kept, notices: [...listOf(kept.notices), news] })
  platform.pushes.set(pushId, { message: 'notice', caseId })
  return said(platform, 200, '成功', caseId)
}

function held(platform: Platform, caseId: string): SimulatorAnswer {
  return said(platform, 409, '已有该案', caseId)
}

function said(platform: Platform, code: number, msg: string, caseId: string): SimulatorAnswer {
  const kept = platform.cases.get(caseId)
  const { caseId: own = null, ah, caseState = null } = kept ?? {}
  const data: JsonObject = { caseId: own, caseState, createTime: clock(platform.now()) }
  if (ah !== undefined) data.ah = ah
  return jsonAnswer(200, { code, msg, data })
}

function no(platform: Platform, code: number, msg: string, pushId: string): SimulatorAnswer {
  platform.refused.push({ pushId, code, msg })
  return jsonAnswer(200, { code, msg, data: { createTime: clock(platform.now()) } })
}

function lookUp(platform: Platform, pushId: string): SimulatorAnswer {
  const push = platform.pushes.get(pushId)
  if (!push) return jsonAnswer(200, { code: 404, msg: '无此推送', data: null })
  return said(platform, 200, '成功', push.caseId)
}

/** What its own staff entered: kept under its own number, whichever hand-over it came from. */
function keep(platform: Platform, message: string, native: Json): void {
  for (const one of Array.isArray(native) ? native : [native]) {
    if (!isObject(one)) continue
    const [store, id] =
      message === 'filing'
        ? [platform.filings, shownOf(one.filingId ?? one.caseNo)]
        : [platform.cases, shownOf(one.caseId ?? one.ah)]
    if (id === '') continue
    store.set(id, { ...store.get(id), ...one })
    if (message !== 'filing') numberOn(platform, id, shownOf(one.ah))
  }
}

// It never gives a number twice.
function numberOn(platform: Platform, id: string, ah: string): void {
  if (/^\d{1,9}$/.test(id)) platform.nextCase = Math.max(platform.nextCase, Number(id) + 1)
  const serial = Number(/民诉前调0*(\d{1,8})号$/.exec(ah)?.[1] ?? 0)
  platform.nextSerial = Math.max(platform.nextSerial, serial + 1)
}

/** Its own log entry of the case that the call was about, written just now. */
function reexport(platform: Platform, request: SimulatorRequest): readonly { message: string; native: Json }[] {
  const body = bodyOf(request)
  const push = platform.pushes.get(shownOf(body?.pushId))
  const kept = push && platform.cases.get(push.caseId)
  if (!kept) return []
  const { notices: _notices, ...own } = kept
  return [{ message: 'mediation-log', native: { ...own, createTime: clock(platform.now()) } }]
}

function byHubCase(platform: Platform, body: JsonObject): string | undefined {
  const id = shownOf(body.outCaseId)
  if (id === '') return undefined
  for (const [caseId, one] of platform.cases) {
    const sameMatter = body.applyType === undefined || one.applyType === body.applyType
    if (one.outCaseId === id && sameMatter) return caseId
  }
  return undefined
}

function storeOf(platform: Platform): Json {
  return {
    cases: Object.fromEntries(platform.cases),
    filings: Object.fromEntries(platform.filings),
    pushes: [...platform.pushes].map(([pushId, one]) => ({ pushId, ...one })),
    refused: [...platform.refused],
  }
}

// Stands in for the arbitration platform: opens a case for each material, hears notices, sends its own cases.
// What it would refuse, what it already has and how it numbers: README.md.
import {
  bodyOf,
  irsPush,
  isObject,
  type Json,
  type JsonObject,
  type SimulatorAnswer,
  type SimulatorRequest,
  type StartSimulator,
  startHttpSimulator,
  textOf,
} from '../sdk.ts'

/** The first number that this committee gives in a year: 122 cases were there before. */
const firstSerial = 123

interface Push {
  readonly message: string
  readonly body: string
  readonly caseNo: string
}

interface Platform {
  readonly cases: Map<string, JsonObject>
  readonly pushes: Map<string, Push>
  readonly refused: Json[]
  readonly now: () => Date
  serial: number
}

export const startSimulator: StartSimulator = options => {
  const platform: Platform = {
    cases: new Map(),
    pushes: new Map(),
    refused: [],
    now: options.now,
    serial: firstSerial,
  }
  const token = options.credentials.outbound.token ?? ''
  return startHttpSimulator(options, {
    handle: (request, refuse) => {
      if (request.headers['x-access-token'] !== token) return json(401, { code: 401, message: '令牌无效', data: null })
      return answer(platform, request, refuse)
    },
    build: (message, native) => irsPush(options, message, keep(platform, native)),
    store: () => storeOf(platform),
    reexport: request => reexport(platform, request),
  })
}

function answer(platform: Platform, request: SimulatorRequest, refuse: boolean): SimulatorAnswer {
  const [, asked] = /^\/ldzc\/api\/push\/(.+)$/.exec(request.path) ?? []
  if (asked !== undefined) return lookUp(platform, decodeURIComponent(asked))
  const message = /^\/ldzc\/api\/(material|notice)$/.exec(request.path)?.[1]
  if (message === undefined) return json(404, { code: 404, message: '接口不存在', data: null })
  const body = bodyOf(request)
  const pushId = textOf(body?.push_id)
  if (body === undefined || pushId === '') return no(platform, '4000', '报文无法解析或缺少推送编号', pushId)
  if (refuse) return no(platform, '4003', '不属于本委管辖', pushId)
  const known = platform.pushes.get(pushId)
  if (known) return held(platform, known.caseNo)
  return message === 'material' ? material(platform, request, body, pushId) : notice(platform, request, body, pushId)
}

function material(platform: Platform, request: SimulatorRequest, body: JsonObject, pushId: string): SimulatorAnswer {
  const fault = faultOf(body)
  if (fault) return no(platform, fault[0], fault[1], pushId)
  const same = byHubCase(platform, body)
  if (same !== undefined) return held(platform, same)
  const { push_id: _push, source_system: _system, limit_time: _limit, mediation: _mediation, ...about } = body
  const caseNo = nextNumber(platform)
  platform.cases.set(fold(caseNo), {
    ...about,
    case_no: caseNo,
    status: '申请',
    apply_at: today(platform.now()),
    notices: [],
  })
  platform.pushes.set(pushId, { message: 'material', body: request.body.toString(), caseNo })
  return json(200, {
    code: 0,
    message: '成功',
    data: { case_no: caseNo, status: '申请', receive_time: clock(platform.now()) },
  })
}

function notice(platform: Platform, request: SimulatorRequest, body: JsonObject, pushId: string): SimulatorAnswer {
  const caseNo = byNumber(platform, body) ?? byHubCase(platform, body)
  const kept = caseNo === undefined ? undefined : platform.cases.get(fold(caseNo))
  if (caseNo === undefined || kept === undefined) return no(platform, '4004', '本委无此案', pushId)
  const { push_id: _push, case_no: _number, ...said } = body
  platform.cases.set(fold(caseNo), { ...kept, notices: [...listOf(kept.notices), said] })
  platform.pushes.set(pushId, { message: 'notice', body: request.body.toString(), caseNo })
  return json(200, { code: 0, message: '成功', data: { case_no: caseNo } })
}

// Its clerks send back what they could not open a case from.
function faultOf(body: JsonObject): readonly [string, string] | undefined {
  if (textOf(body.out_case_id) === '') return ['4001', '缺少来源事项编号']
  if (!listOf(body.applicant_arr).some(named)) return ['4001', '缺少申请人']
  if (textOf(body.cause) === '' || textOf(body.cause).startsWith('非')) return ['4002', '不属于劳动人事争议']
  return undefined
}

function held(platform: Platform, caseNo: string): SimulatorAnswer {
  const kept = platform.cases.get(fold(caseNo))
  return json(200, {
    code: 409,
    message: '已有该案',
    data: { case_no: caseNo, status: kept?.status ?? null, receive_time: clock(platform.now()) },
  })
}

function no(platform: Platform, code: string, message: string, pushId: string): SimulatorAnswer {
  platform.refused.push({ push_id: pushId, code, message })
  return json(200, { code: Number(code), message, data: { receive_time: clock(platform.now()) } })
}

function lookUp(platform: Platform, pushId: string): SimulatorAnswer {
  const push = platform.pushes.get(pushId)
  if (!push) return json(200, { code: 404, message: '无此推送', data: null })
  const kept = platform.cases.get(fold(push.caseNo))
  return json(200, { code: 0, message: '成功', data: { case_no: push.caseNo, status: kept?.status ?? null } })
}

/** A case that its own clerks entered: kept, then sent as it was typed. */
function keep(platform: Platform, native: Json): Json {
  for (const one of Array.isArray(native) ? native : [native]) {
    if (!isObject(one) || textOf(one.case_no) === '') continue
    const had = platform.cases.get(fold(textOf(one.case_no)))
    platform.cases.set(fold(textOf(one.case_no)), { notices: [], ...had, ...one })
    const serial = Number(/(\d+)号$/.exec(fold(textOf(one.case_no)))?.[1] ?? 0)
    platform.serial = Math.max(platform.serial, serial + 1)
  }
  return native
}

/** Its own record of the case that the call was about, applied for just now. */
function reexport(platform: Platform, request: SimulatorRequest): readonly { message: string; native: Json }[] {
  const pushId = textOf(bodyOf(request)?.push_id)
  const kept = platform.cases.get(fold(platform.pushes.get(pushId)?.caseNo ?? ''))
  if (!kept) return []
  const { notices: _notices, tags: _tags, title: _title, ...own } = kept
  return [{ message: 'case', native: { ...own, apply_at: clock(platform.now()) } }]
}

function storeOf(platform: Platform): Json {
  const cases: JsonObject = {}
  for (const one of platform.cases.values()) cases[textOf(one.case_no)] = one
  return {
    cases,
    pushes: [...platform.pushes].map(([pushId, { message, caseNo }]) => ({ pushId, message, caseNo })),
    refused: platform.refused,
  }
}

function nextNumber(platform: Platform): string {
  const serial = platform.serial
  platform.serial += 1
  return `浙杭西湖劳人仲案〔${today(platform.now()).slice(0, 4)}〕${serial}号`
}

function byNumber(platform: Platform, body: JsonObject): string | undefined {
  const number = textOf(body.case_no)
  const kept = number === '' ? undefined : platform.cases.get(fold(number))
  return kept && textOf(kept.case_no)
}

function byHubCase(platform: Platform, body: JsonObject): string | undefined {
  const id = textOf(body.out_case_id)
  if (id === '') return undefined
  for (const one of platform.cases.values()) if (one.out_case_id === id) return textOf(one.case_no)
  return undefined
}

// Its clerks type brackets as they like and pad the serial: one case all the same.
function fold(caseNo: string): string {
  return caseNo
    .normalize('NFKC')
    .replaceAll(/\s/g, '')
    .replaceAll(/[〔〕[\]]/g, b => ('〔['.includes(b) ? '(' : ')'))
    .replace(/0*(\d+)号$/, '$1号')
}

// The platform's clock shows Zhejiang time.
function clock(now: Date): string {
  return new Date(now.getTime() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
}

function today(now: Date): string {
  return clock(now).slice(0, 10)
}

function json(status: number, tree: Json): SimulatorAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: Buffer.from(JSON.stringify(tree)),
  }
}

function named(one: Json): boolean {
  return isObject(one) && textOf(one.name) !== ''
}

function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : []
}

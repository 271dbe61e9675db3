// Stands in for the mediation platform: opens a case for each referral, hears notices, sends its own cases.
// What it keeps stands in simulator-store.ts; what it would refuse and how it numbers: README.md.
import {
  bodyOf,
  csvText,
  irsPost,
  irsPush,
  isObject,
  type Json,
  type JsonObject,
  jsonAnswer,
  type SimulatorAnswer,
  type SimulatorRequest,
  type StartSimulator,
  startHttpSimulator,
  textOf,
} from '../sdk.ts'
import {
  byHubCase,
  byNumber,
  clock,
  keep,
  listOf,
  openCase,
  openStore,
  type Store,
  storeOf,
} from './simulator-store.ts'

export const startSimulator: StartSimulator = options => {
  const store = openStore(options.now)
  const access = `Bearer ${options.credentials.outbound.token ?? ''}`
  return startHttpSimulator(options, {
    handle: (request, refuse) => {
      if (request.headers.authorization !== access)
        return jsonAnswer(401, { code: 'A0301', msg: '访问令牌无效', data: null })
      return answer(store, request, refuse)
    },
    build: (message, native) => {
      const kept = keep(store, native)
      if (message !== 'table') return irsPush(options, message, kept)
      const rows = (Array.isArray(kept) ? kept : [kept]).filter(isObject)
      return irsPost(options, message, 'text/csv; charset=utf-8', Buffer.from(csvText(rows)))
    },
    store: () => storeOf(store),
    reexport: request => reexport(store, request),
  })
}

function answer(store: Store, request: SimulatorRequest, refuse: boolean): SimulatorAnswer {
  const asked = /^\/rmtj\/api\/push\/(.+)$/.exec(request.path)?.[1]
  if (asked !== undefined) return lookUp(store, decodeURIComponent(asked))
  const message = /^\/rmtj\/api\/(referral|notice)$/.exec(request.path)?.[1]
  if (message === undefined) return jsonAnswer(404, { code: 'A0440', msg: '接口不存在', data: null })
  const body = bodyOf(request)
  const tsid = textOf(body?.tsid)
  if (body === undefined || tsid === '') return no(store, 'A0400', '报文无法解析或缺少推送编号', tsid)
  if (refuse) return no(store, 'A0403', '不接受委托', tsid)
  const before = store.pushes.get(tsid)
  if (before) return held(store, before.ajbh)
  return message === 'referral' ? referral(store, body, tsid) : notice(store, body, tsid)
}

function referral(store: Store, body: JsonObject, tsid: string): SimulatorAnswer {
  const fault = faultOf(body)
  if (fault) return no(store, fault[0], fault[1], tsid)
  const same = byHubCase(store, textOf(body.ywlsh))
  if (same !== undefined) return held(store, same)
  const ajbh = openCase(store, body)
  store.pushes.set(tsid, { message: 'referral', ajbh })
  return said(store, '00000', '操作成功', { ajbh, zt: '移送' })
}

function notice(store: Store, body: JsonObject, tsid: string): SimulatorAnswer {
  const ajbh = byNumber(store, textOf(body.ajbh)) ?? byHubCase(store, textOf(body.ywlsh))
  const kept = ajbh === undefined ? undefined : store.cases.get(ajbh)
  if (ajbh === undefined || kept === undefined) return no(store, 'A0405', '本平台无此案件', tsid)
  const { tsid: _push, ajbh: _number, ...news } = body
  store.cases.set(ajbh, { ...kept, jzxx: [...listOf(kept.jzxx), news] })
  store.pushes.set(tsid, { message: 'notice', ajbh })
  return said(store, '00000', '操作成功', { ajbh })
}

// A committee sends back what it could not open a case from, and what is no dispute between citizens.
function faultOf(body: JsonObject): readonly [string, string] | undefined {
  if (textOf(body.ywlsh) === '') return ['A0401', '缺少业务流水号']
  if (textOf(body.jflx) === '') return ['A0401', '缺少纠纷类型']
  if (!listOf(body.dsr).some(one => isObject(one) && textOf(one.xm) !== '')) return ['A0401', '缺少当事人']
  if (/^1[456]/.test(textOf(body.sjlb))) return ['A0402', '不属于民间纠纷']
  return undefined
}

function held(store: Store, ajbh: string): SimulatorAnswer {
  return said(store, 'A0409', '已有该案', { ajbh, zt: store.cases.get(ajbh)?.zt ?? null })
}

function no(store: Store, code: string, msg: string, tsid: string): SimulatorAnswer {
  store.refused.push({ tsid, code, msg })
  return said(store, code, msg, {})
}

function said(store: Store, code: string, msg: string, data: JsonObject): SimulatorAnswer {
  return jsonAnswer(200, { code, msg, data: { ...data, sjsj: clock(store.now()) } })
}

function lookUp(store: Store, tsid: string): SimulatorAnswer {
  const push = store.pushes.get(tsid)
  if (!push) return jsonAnswer(200, { code: 'A0404', msg: '无此推送', data: null })
  return said(store, '00000', '操作成功', { ajbh: push.ajbh, zt: store.cases.get(push.ajbh)?.zt ?? null })
}

/** Its own record of the case that the call was about, with the time of now. */
function reexport(store: Store, request: SimulatorRequest): readonly { message: string; native: Json }[] {
  const push = store.pushes.get(textOf(bodyOf(request)?.tsid))
  const kept = push && store.cases.get(push.ajbh)
  if (!kept) return []
  const { jzxx: _news, ...own } = kept
  const now = clock(store.now())
  return [{ message: 'case', native: { ...own, ztsj: now, fssj: now } }]
}

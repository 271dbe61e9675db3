// Stands in for the platform 12315 of a county: registers what is handed over to it, hears of other units' progress,
// sends its own submissions. What it would refuse, what it already has and how it numbers: README.md.
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
  textOf,
} from '../sdk.ts'
import { turnedAway } from './simulator-gate.ts'

interface Push {
  readonly message: string
  readonly djbh: string
}

interface Platform {
  readonly submissions: Map<string, JsonObject>
  readonly pushes: Map<string, Push>
  readonly refused: Json[]
  /** Highest serial of each day. */
  readonly serials: Map<string, number>
  readonly now: () => Date
}

export const startSimulator: StartSimulator = options => {
  const { outbound } = options.credentials
  const signedAt = options.signedAt ?? options.now
  const platform: Platform = {
    submissions: new Map(),
    pushes: new Map(),
    refused: [],
    serials: new Map(),
    now: options.now,
  }
  return startHttpSimulator(options, {
    handle: (request, refuse) => turnedAway(request, outbound, signedAt()) ?? answer(platform, request, refuse),
    build: (message, native) => {
      keep(platform, native)
      return irsPush(options, message, native)
    },
    store: () => ({
      submissions: Object.fromEntries(platform.submissions),
      pushes: [...platform.pushes].map(([lsh, push]) => ({ lsh, ...push })),
      refused: platform.refused,
    }),
    reexport: request => reexport(platform, request),
  })
}

function answer(platform: Platform, request: SimulatorRequest, refuse: boolean): SimulatorAnswer {
  if (request.method === 'GET' && request.path.endsWith('/push/query')) return lookUp(platform, request)
  const message = /\/(transfer|progress)\/push$/.exec(request.path)?.[1]
  if (message === undefined) return { status: 404, headers: {}, body: Buffer.from('The route_id is forbidden.') }
  const body = bodyOf(request) ?? {}
  const lsh = textOf(body.lsh)
  if (lsh === '') return no(platform, '1001', '报文无法解析或缺少流水号', lsh)
  if (refuse) return no(platform, '2002', '不属于本局管辖', lsh)
  const before = platform.pushes.get(lsh)
  if (before) return held(platform, before.djbh)
  return message === 'transfer' ? register(platform, body, lsh) : hear(platform, body, lsh)
}

function register(platform: Platform, body: JsonObject, lsh: string): SimulatorAnswer {
  const fault = faultOf(body)
  if (fault) return no(platform, fault[0], fault[1], lsh)
  const same = [...platform.submissions.values()].find(one => one.wbajid === body.wbajid && one.xslx === body.xslx)
  if (same) return held(platform, textOf(same.djbh))
  const { lsh: _lsh, lybh: _lybh, lyxt: _lyxt, zcdw: _zcdw, zcsj: _zcsj, tsrmd: _tsrmd, tjqk: _tjqk, ...about } = body
  const djbh = nextNumber(platform)
  const registered = { ...about, djbh, bjzt: '登记', djsj: clock(platform.now()) }
  platform.submissions.set(djbh, { ...registered, jz: [] })
  platform.pushes.set(lsh, { message: 'transfer', djbh })
  return said('0000', '成功', { djbh, bjzt: '登记', jssj: clock(platform.now()) })
}

function hear(platform: Platform, body: JsonObject, lsh: string): SimulatorAnswer {
  const kept =
    platform.submissions.get(textOf(body.djbh)) ??
    [...platform.submissions.values()].find(one => one.wbajid === body.wbajid && body.wbajid !== undefined)
  if (!kept) return no(platform, '3001', '无此登记编号', lsh)
  const djbh = textOf(kept.djbh)
  const { lsh: _lsh, djbh: _djbh, ...news } = body
  platform.submissions.set(djbh, { ...kept, jz: [...(Array.isArray(kept.jz) ? kept.jz : []), news] })
  platform.pushes.set(lsh, { message: 'progress', djbh })
  return said('0000', '成功', { djbh })
}

// A complaint needs who complains and about whom (办法 art. 9); a report may be anonymous, but must name its object.
function faultOf(body: JsonObject): readonly [string, string] | undefined {
  const missing = ['wbajid', 'btsdx', 'nr'].filter(name => textOf(body[name]) === '')
  if (body.xslx === '1' && ['', '匿名'].includes(textOf(body.tsf))) missing.push('tsf')
  if (missing.length > 0) return ['1002', `缺少必填项：${missing.join('、')}`]
  if (!['1', '2'].includes(textOf(body.xslx))) return ['1003', '线索类型不明，投诉与举报须分别移送']
  return textOf(body.xflx).startsWith('非') ? ['2001', '不属于市场监督管理部门职责'] : undefined
}

function lookUp(platform: Platform, request: SimulatorRequest): SimulatorAnswer {
  const push = platform.pushes.get(request.query?.lsh ?? '')
  if (!push) return said('4040', '无此流水号', null)
  const kept = platform.submissions.get(push.djbh)
  return said('0000', '成功', { djbh: push.djbh, bjzt: kept?.bjzt ?? null })
}

function held(platform: Platform, djbh: string): SimulatorAnswer {
  const kept = platform.submissions.get(djbh)
  return said('0001', '已登记', { djbh, bjzt: kept?.bjzt ?? null, jssj: clock(platform.now()) })
}

function no(platform: Platform, code: string, msg: string, lsh: string): SimulatorAnswer {
  platform.refused.push({ lsh, code, msg })
  return said(code, msg, { jssj: clock(platform.now()) })
}

/** A submission entered at its own counter: kept as it goes out; later numbers come after it. */
function keep(platform: Platform, native: Json): void {
  for (const one of Array.isArray(native) ? native : [native]) {
    const djbh = isObject(one) ? textOf(one.djbh) : ''
    if (!isObject(one) || djbh === '') continue
    const before = platform.submissions.get(djbh)
    platform.submissions.set(djbh, { jz: [], ...before, ...one })
    const [, day, serial] = /^\d{13}(\d{8})(\d{4})$/.exec(djbh) ?? []
    if (day) platform.serials.set(day, Math.max(platform.serials.get(day) ?? 0, Number(serial)))
  }
}

/** Its own record of what the call was about, registered just now. */
function reexport(platform: Platform, request: SimulatorRequest): readonly { message: string; native: Json }[] {
  const kept = platform.submissions.get(platform.pushes.get(textOf(bodyOf(request)?.lsh))?.djbh ?? '')
  if (!kept) return []
  const { jz: _jz, ...own } = kept
  return [{ message: 'complaint', native: { ...own, djsj: clock(platform.now()) } }]
}

/** Area, seven noughts, day, serial of the day. */
function nextNumber(platform: Platform): string {
  const day = clock(platform.now()).slice(0, 10).replaceAll('-', '')
  const serial = (platform.serials.get(day) ?? 0) + 1
  platform.serials.set(day, serial)
  return `3301060000000${day}${String(serial).padStart(4, '0')}`
}

// The platform's clock shows Chinese time.
function clock(now: Date): string {
  return new Date(now.getTime() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
}

function said(code: string, msg: string, data: Json): SimulatorAnswer {
  return jsonAnswer(200, { code, msg, data })
}

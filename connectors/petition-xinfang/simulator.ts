// Stands in for the petition system of one county: opens a letter for each intake, hears results, sends its own letters.
// What it would refuse, what it already has and how it numbers: README.md.
import {
  bodyOf,
  irsPush,
  isObject,
  type Json,
  type JsonObject,
  jsonAnswer,
  objectOf,
  offerTables,
  type SimulatorAnswer,
  type SimulatorRequest,
  type StartSimulator,
  startHttpSimulator,
  textOf,
} from '../sdk.ts'

/** The first number that this office gives on a day: eight letters came in before. */
const firstSerial = 9
const office = { bljg: '西湖区信访局', bljgdm: '330106XF' }

interface Row {
  readonly message: string
  readonly xfjbh: string
}

interface Office {
  readonly letters: Map<string, JsonObject>
  readonly rows: Map<string, Row>
  readonly refused: Json[]
  readonly serials: Map<string, number>
  readonly now: () => Date
}

export const startSimulator: StartSimulator = async options => {
  const kept: Office = { letters: new Map(), rows: new Map(), refused: [], serials: new Map(), now: options.now }
  const token = options.credentials.outbound.token ?? ''
  const simulator = await startHttpSimulator(options, {
    handle: (request, refuse) => {
      if (token === '' || request.headers['x-xf-token'] !== token)
        return jsonAnswer(401, { code: '401', msg: '令牌无效' })
      return answer(kept, request, refuse)
    },
    build: (message, native) => irsPush(options, message, keep(kept, native)),
    store: () => storeOf(kept),
    reexport: request => reexport(kept, request),
  })
  return offerTables(simulator, options, {
    dir: import.meta.dirname,
    keep: native => void keep(kept, native),
    take: (message, row, refuse) => stateOf(takeIn(kept, message, row, refuse), message),
  })
}

function answer(kept: Office, request: SimulatorRequest, refuse: boolean): SimulatorAnswer {
  if (request.path === '/xfxt/exchange/query') return lookUp(kept, request.query?.id ?? '')
  const message = /^\/xfxt\/exchange\/(intake|result)$/.exec(request.path)?.[1]
  if (message === undefined) return jsonAnswer(404, { code: '404', msg: '接口不存在' })
  return takeIn(kept, message, bodyOf(request), refuse)
}

function takeIn(kept: Office, message: string, body: JsonObject | undefined, refuse: boolean): SimulatorAnswer {
  const id = textOf(message === 'intake' ? body?.xfjid : body?.blid)
  if (body === undefined || id === '') return no(kept, 'E00', '报文无法解析或缺少主键', id)
  if (refuse) return no(kept, 'E09', '不属于本机关受理范围', id)
  const known = kept.rows.get(id)
  if (known) return held(kept, known.xfjbh)
  return message === 'intake' ? intake(kept, body, id) : result(kept, body, id)
}

/** The same judgement, written into the row: its state, and the letter or the reason. A result row has room for its state alone. */
function stateOf(answer: SimulatorAnswer, message: string): JsonObject {
  const said = bodyOf(answer)!
  const xfjbh = said.successStr ?? said.conflictStr ?? null
  const sjjhzt = said.code !== '0' ? '40' : said.successStr === null ? '30' : '20'
  if (message !== 'intake') return { sjjhzt }
  const reason = objectOf(Array.isArray(said.failSituationList) ? said.failSituationList[0] : undefined)
  const { xfjzt, djsj } = objectOf(said.data) ?? {}
  return {
    sjjhzt,
    xfjbh,
    xfjzt: xfjzt ?? null,
    clsj: djsj ?? null,
    sbdm: reason?.code ?? null,
    sbyy: reason?.msg ?? null,
  }
}

function intake(kept: Office, body: JsonObject, id: string): SimulatorAnswer {
  const fault = faultOf(body)
  if (fault) return no(kept, fault[0], fault[1], id)
  // The same item is never accepted twice (art 19).
  const same = [...kept.letters.values()].find(one => one.ywlsh === body.ywlsh)
  if (same) return held(kept, textOf(same.xfjbh))
  const { zjsj: _sent, lyxt: _system, zjjgmc: from, ...columns } = body
  const xfjbh = nextNumber(kept)
  kept.letters.set(xfjbh, {
    ...columns,
    xfjbh,
    xfjzt: '登记',
    djjgmc: office.bljg,
    djjgdm: office.bljgdm,
    blfss: [{ blfs: '登记', ...office, blsj: clock(kept.now()), hfgznr: `${textOf(from) || '其他单位'}转来` }],
    results: [],
  })
  kept.rows.set(id, { message: 'intake', xfjbh })
  return yes(kept, { successStr: xfjbh, conflictStr: null, xfjzt: '登记' })
}

function result(kept: Office, body: JsonObject, id: string): SimulatorAnswer {
  const letter = kept.letters.get(textOf(body.xfjbh))
  if (!letter) return no(kept, 'E04', '无此信访件', id)
  const { blid: _row, xfjbh: _number, ...said } = body
  const xfjbh = textOf(letter.xfjbh)
  kept.letters.set(xfjbh, { ...letter, results: [...listOf(letter.results), said] })
  kept.rows.set(id, { message: 'result', xfjbh })
  return yes(kept, { successStr: xfjbh, conflictStr: null, xfjzt: letter.xfjzt ?? null })
}

// What its registrars send back: incomplete, or already before a court or an arbitration committee (art 31).
function faultOf(body: JsonObject): readonly [string, string] | undefined {
  if (textOf(body.ywlsh) === '') return ['E01', '缺少业务流水号']
  if (textOf(body.gkxx) === '' && textOf(body.tsnr) === '') return ['E01', '缺少信访内容']
  if (/[初终再执特调确]\d+号$|仲案?字?.*号$/.test(textOf(body.lybh))) return ['E31', '已进入诉讼、仲裁程序，不予受理']
  return undefined
}

function held(kept: Office, xfjbh: string): SimulatorAnswer {
  return yes(kept, { successStr: null, conflictStr: xfjbh, xfjzt: kept.letters.get(xfjbh)?.xfjzt ?? null })
}

function yes(kept: Office, said: { successStr: Json; conflictStr: Json; xfjzt: Json }): SimulatorAnswer {
  const { successStr, conflictStr, xfjzt } = said
  const data = { xfjzt, djsj: clock(kept.now()) }
  return jsonAnswer(200, { code: '0', msg: '成功', successStr, conflictStr, failSituationList: null, data })
}

function no(kept: Office, code: string, msg: string, id: string): SimulatorAnswer {
  kept.refused.push({ id, code, msg })
  return jsonAnswer(200, {
    code: '1',
    msg: '失败',
    successStr: null,
    conflictStr: null,
    failSituationList: [{ code, msg }],
    data: { djsj: clock(kept.now()) },
  })
}

function lookUp(kept: Office, id: string): SimulatorAnswer {
  const row = kept.rows.get(id)
  const xfjzt = row === undefined ? null : (kept.letters.get(row.xfjbh)?.xfjzt ?? null)
  const successStr = row?.xfjbh ?? null
  const data = row === undefined ? null : { xfjzt, djsj: clock(kept.now()) }
  return jsonAnswer(200, { code: '0', msg: '成功', successStr, conflictStr: null, failSituationList: null, data })
}

/** A letter that its own registrars entered: kept, then sent as it was typed. */
function keep(kept: Office, native: Json): Json {
  for (const one of Array.isArray(native) ? native : [native]) {
    if (!isObject(one) || textOf(one.xfjbh) === '') continue
    const xfjbh = textOf(one.xfjbh)
    kept.letters.set(xfjbh, { results: [], ...kept.letters.get(xfjbh), ...one })
    const [, day, serial] = /^XF\d{6}(\d{8})(\d{4})$/.exec(xfjbh) ?? []
    if (day !== undefined) kept.serials.set(day, Math.max(kept.serials.get(day) ?? firstSerial, Number(serial) + 1))
  }
  return native
}

function nextNumber(kept: Office): string {
  const day = clock(kept.now()).slice(0, 10).replaceAll('-', '')
  const serial = kept.serials.get(day) ?? firstSerial
  kept.serials.set(day, serial + 1)
  return `XF330106${day}${String(serial).padStart(4, '0')}`
}

/** Its own letter that the call was about, exported again just now. */
function reexport(kept: Office, request: SimulatorRequest): readonly { message: string; native: Json }[] {
  const body = bodyOf(request)
  const row = kept.rows.get(textOf(body?.xfjid) || textOf(body?.blid))
  const letter = row && kept.letters.get(row.xfjbh)
  if (!letter) return []
  const { results: _results, ...own } = letter
  const again = { blfs: textOf(own.xfjzt), ...office, blsj: clock(kept.now()) }
  return [{ message: 'letter', native: { ...own, blfss: [...listOf(own.blfss), again] } }]
}

function storeOf(kept: Office): Json {
  return {
    letters: Object.fromEntries(kept.letters),
    rows: [...kept.rows].map(([id, { message, xfjbh }]) => ({ id, message, xfjbh })),
    refused: kept.refused,
  }
}

// The office's clock shows Zhejiang time.
function clock(now: Date): string {
  return new Date(now.getTime() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
}

function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : []
}

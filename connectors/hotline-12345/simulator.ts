// Stands in for the call centre: pushes its tickets as one form field or lays them out as rows, takes result rows in, insert only.
// A row key it has is a conflict; a ticket it does not have, or a row without a state, is a failure.
import {
  bodyOf,
  formRequest,
  type HttpAnswer,
  isObject,
  type Json,
  type JsonObject,
  jsonAnswer,
  offerTables,
  readForm,
  readJson,
  type Simulator,
  type SimulatorOptions,
  type SimulatorRequest,
  type StartSimulator,
  startHttpSimulator,
} from '../sdk.ts'
import { lookUpPath, resultPath } from './adapter.ts'

interface Ticket {
  order: JsonObject
  ldzt: string
  results: JsonObject[]
}

interface Desk {
  readonly options: SimulatorOptions
  /** By 省编号, else 来电编号. */
  readonly tickets: Map<string, Ticket>
  readonly rows: Map<string, JsonObject>
}

export const startSimulator: StartSimulator = async (options: SimulatorOptions): Promise<Simulator> => {
  const desk: Desk = { options, tickets: new Map(), rows: new Map() }
  const simulator = await startHttpSimulator(options, {
    handle: (request, refuse) => handle(desk, request, refuse),
    build: (message, native) => build(desk, message, native),
    store: () => storeOf(desk),
    reexport: request => reexport(desk, request),
  })
  return offerTables(simulator, options, {
    dir: import.meta.dirname,
    keep: native => keepAll(desk, native),
    take: (_message, row, refuse) => take(desk, row, refuse),
  })
}

function build(desk: Desk, message: string, native: Json): SimulatorRequest {
  const orders = Array.isArray(native) ? native : [native]
  keepAll(desk, orders)
  return formRequest(`/in/${desk.options.system}/${message}`, {
    httpRequestVerify: desk.options.credentials.inbound.token ?? '',
    jsonData: JSON.stringify(orders),
  })
}

function keepAll(desk: Desk, native: Json): void {
  for (const order of Array.isArray(native) ? native : [native]) if (isObject(order)) keep(desk, order)
}

function keep(desk: Desk, order: JsonObject): void {
  const before = desk.tickets.get(numberOf(order))
  desk.tickets.set(numberOf(order), { order, ldzt: String(order.ldzt ?? ''), results: before?.results ?? [] })
}

function handle(desk: Desk, request: SimulatorRequest, refuse: boolean): HttpAnswer {
  const fields = readForm(request)
  if (fields.httpRequestVerify !== desk.options.credentials.outbound.token) return answer('TOKEN', '身份校验失败')
  if (request.path === lookUpPath) {
    const row = desk.rows.get(fields.blid ?? '')
    return jsonAnswer(200, { code: '0', msg: row ? '已存在' : '不存在', data: row ?? null })
  }
  if (request.path !== resultPath) return jsonAnswer(404, { code: 'PATH', msg: '接口不存在' })
  const rows = readJson(fields.jsonData ?? '')
  if (!Array.isArray(rows)) return answer('JSON', 'jsonData 不是数组')
  return takeIn(desk, rows, refuse)
}

function takeIn(desk: Desk, rows: readonly Json[], refuse: boolean): HttpAnswer {
  const taken: string[] = []
  const conflicts: string[] = []
  const failures: Json[] = []
  for (const row of rows) {
    const key = isObject(row) ? String(row.blid ?? '') : ''
    const fault = refuse ? 'BUSINESS' : faultOf(desk, row)
    if (fault !== undefined) failures.push({ blid: key, code: fault, msg: '数据不符合要求' })
    else if (desk.rows.has(key)) conflicts.push(key)
    else {
      insert(desk, row as JsonObject, key)
      taken.push(key)
    }
  }
  return jsonAnswer(200, {
    code: failures.length > 0 ? '1' : '0',
    msg: failures.length > 0 ? '部分失败' : '成功',
    successStr: taken.join(',') || null,
    conflictStr: conflicts.join(',') || null,
    failSituationList: failures.length > 0 ? failures : null,
  })
}

/** The timed job over XF_SJ_BLRESULT: the same judgement, said in the row's state. */
function take(desk: Desk, row: JsonObject, refuse: boolean): JsonObject {
  const { successStr, conflictStr } = bodyOf(takeIn(desk, [row], refuse)) ?? {}
  return { sjjhzt: successStr ? '20' : conflictStr ? '30' : '40' }
}

function faultOf(desk: Desk, row: Json): string | undefined {
  if (!isObject(row)) return 'ROW'
  for (const field of ['blid', 'xfjclzt', 'blsj']) if (!row[field]) return `MISSING_${field.toUpperCase()}`
  return ticketOf(desk, row) ? undefined : 'UNKNOWN_NUMBER'
}

// 转程序 leaves the ticket open in that state; all else is shown beside it, the call centre closes by itself.
function insert(desk: Desk, row: JsonObject, key: string): void {
  const kept: JsonObject = { ...row, sjjhzt: '20' }
  desk.rows.set(key, kept)
  const ticket = ticketOf(desk, row)!
  ticket.results.push(kept)
  if (row.xfjclzt === '转程序') ticket.ldzt = '转程序'
}

function reexport(desk: Desk, request: SimulatorRequest): readonly { message: string; native: Json }[] {
  const rows = readJson(readForm(request).jsonData ?? '')
  const tickets = (Array.isArray(rows) ? rows : []).map(row => (isObject(row) ? ticketOf(desk, row) : undefined))
  const storeid = `re-${desk.options.now().getTime()}`
  return tickets.filter(one => one !== undefined).map(one => ({ message: 'order', native: { ...one.order, storeid } }))
}

function ticketOf(desk: Desk, row: JsonObject): Ticket | undefined {
  const direct = desk.tickets.get(numberOf(row))
  return direct ?? [...desk.tickets.values()].find(one => Boolean(row.xfjbh) && one.order.xfjbh === row.xfjbh)
}

function numberOf(row: JsonObject): string {
  return String(row.sxfjbh || row.xfjbh || (isObject(row.xfj) ? row.xfj.xfjbh : '') || '')
}

function answer(code: string, msg: string): HttpAnswer {
  return jsonAnswer(200, { code, msg, successStr: null, conflictStr: null, failSituationList: null })
}

function storeOf(desk: Desk): Json {
  const tickets = [...desk.tickets].map(([number, { order, ldzt, results }]) => [number, { order, ldzt, results }])
  return JSON.parse(JSON.stringify({ tickets: Object.fromEntries(tickets) })) as Json
}

// What the simulated court keeps: its own cases, what was filed and told from outside, what it refused.
import { isObject, type Json, type JsonObject, textOf } from '../sdk.ts'

export interface Book {
  readonly cases: Map<string, JsonObject>
  readonly pushes: Map<string, { readonly message: string; readonly ajbs: string }>
  readonly refused: Json[]
  readonly now: () => Date
  nextSerial: number
}

export interface Said {
  readonly code: string
  readonly msg: string
  readonly data: JsonObject | null
}

export function openBook(now: () => Date): Book {
  return { cases: new Map(), pushes: new Map(), refused: [], now, nextSerial: 3001 }
}

/** Material for filing: refused as a court would, else a case that waits for examination. Insert-only. */
export function file(book: Book, body: JsonObject, refuse: boolean): Said {
  const push = textOf(body.tsbh)
  const known = book.pushes.get(push)?.ajbs ?? byHubCase(book, textOf(body.wlajbh))
  const fault = refuse ? (['4003', '不属于本院管辖'] as const) : faultOf(body)
  if (fault && known === undefined) return no(book, fault[0], fault[1], push)
  if (known !== undefined) {
    book.pushes.set(push, { message: 'filing', ajbs: known })
    return held(book, '409', '已有该案', known)
  }
  const day = clock(book.now()).slice(0, 10).replaceAll('-', '')
  const ajbs = `3001${day}${String(book.nextSerial++).padStart(6, '0')}`
  const { tsbh: _push, ...material } = body
  const kind = { N_AJLB: body.caseType === '执行' ? '0501' : '0301' }
  book.cases.set(ajbs, { N_AJBS: ajbs, ...kind, C_AJZT: '待审查', DT_GXSJ: clock(book.now()), material, notices: [] })
  book.pushes.set(push, { message: 'filing', ajbs })
  return held(book, '0', '成功', ajbs)
}

/** News about a case of its own. */
export function hear(book: Book, body: JsonObject, refuse: boolean): Said {
  const push = textOf(body.tsbh)
  const ajbs = book.cases.has(textOf(body.ajbs)) ? textOf(body.ajbs) : byNumber(book, textOf(body.ah))
  const kept = ajbs === undefined ? undefined : book.cases.get(ajbs)
  if (refuse || ajbs === undefined || !kept) return no(book, refuse ? '4003' : '4004', '本院无此案', push)
  if (book.pushes.has(push)) return held(book, '409', '已收到', ajbs)
  const { tsbh: _push, ajbs: _id, ah: _number, ...news } = body
  const before = Array.isArray(kept.notices) ? kept.notices : []
  book.cases.set(ajbs, { ...kept, notices: [...before, news] })
  book.pushes.set(push, { message: 'notice', ajbs })
  return held(book, '0', '成功', ajbs)
}

export function lookUp(book: Book, push: string): Said {
  const known = book.pushes.get(push)
  return known ? held(book, '0', '成功', known.ajbs) : { code: '404', msg: '无此推送', data: null }
}

/** What its own staff entered, by its own number. */
export function keep(book: Book, native: Json): void {
  for (const one of Array.isArray(native) ? native : [native]) {
    if (!isObject(one)) continue
    const ajbs = textOf(one.N_AJBS) || textOf(one.C_AH)
    if (ajbs !== '') book.cases.set(ajbs, { notices: [], ...book.cases.get(ajbs), ...one })
  }
}

/** A page of its list: what changed since, by time of change. */
export function pageOf(book: Book, since: string, page: number, size: number): JsonObject[] {
  const changed = [...book.cases.values()].map(ownOf).filter(one => textOf(one.DT_GXSJ) >= since)
  changed.sort((a, b) => (textOf(a.DT_GXSJ) < textOf(b.DT_GXSJ) ? -1 : 1))
  return changed.slice((page - 1) * size, page * size)
}

/** The case as it exports it: without what others told about it. */
export function ownOf({ notices: _notices, material, ...own }: JsonObject): JsonObject {
  const from = isObject(material) ? textOf(material.wlajbh) : ''
  return from === '' ? own : { ...own, C_WLAJBH: from }
}

export function storeOf(book: Book): Json {
  return {
    cases: Object.fromEntries(book.cases),
    pushes: [...book.pushes].map(([tsbh, one]) => ({ tsbh, ...one })),
    refused: [...book.refused],
  }
}

/** The court's clock shows Zhejiang time. */
export function clock(now: Date): string {
  return new Date(now.getTime() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
}

function faultOf(body: JsonObject): readonly [string, string] | undefined {
  if (textOf(body.wlajbh) === '') return ['4001', '缺少来源事项编号']
  const named = Array.isArray(body.parties) && body.parties.some(one => isObject(one) && textOf(one.mc) !== '')
  if (!named) return ['4001', '缺少当事人']
  if (body.caseType === '执行' && textOf(body.basisNo) === '') return ['4005', '缺少执行依据']
  return undefined
}

function held(book: Book, code: string, msg: string, ajbs: string): Said {
  const kept = book.cases.get(ajbs)
  const ah = textOf(kept?.C_AH)
  const data = {
    ajbs,
    ajlb: kept?.N_AJLB ?? null,
    ajzt: kept?.C_AJZT ?? null,
    sasj: clock(book.now()),
    ...(ah === '' ? {} : { ah }),
  }
  return { code, msg, data }
}

function no(book: Book, code: string, msg: string, tsbh: string): Said {
  book.refused.push({ tsbh, code, msg })
  return { code, msg, data: { sasj: clock(book.now()) } }
}

function byHubCase(book: Book, id: string): string | undefined {
  if (id === '') return undefined
  for (const [ajbs, { material }] of book.cases) if (isObject(material) && textOf(material.wlajbh) === id) return ajbs
  return undefined
}

function byNumber(book: Book, ah: string): string | undefined {
  if (ah === '') return undefined
  for (const [ajbs, one] of book.cases) if (textOf(one.C_AH) === ah) return ajbs
  return undefined
}

// What the coordination system keeps and how it decides: matters by case and by number, pushes by requestId.
import { isObject, type Json, type JsonObject, objectOf, readJson, textOf } from '../sdk.ts'

export interface Book {
  /** By the hub's case id; matters of its own windows by their number. */
  readonly matters: Map<string, JsonObject>
  readonly pushes: Map<string, { readonly body: string; readonly answer: JsonObject }>
  readonly refused: Json[]
  readonly now: () => Date
  readonly system: string
  /** Last serial given on a day, by day. */
  readonly serials: Map<string, number>
}

/** Answer at once, and what its clerks call back with afterwards, if anything. */
export interface Taken {
  readonly answer: JsonObject
  readonly callback?: JsonObject
}

/** Sixteen matters were entered at the windows of a morning before the hub's first one. */
const firstSerial = 17
const homeArea = '330106'
const ended = ['办结', '回访', '评价', '归档', '不予受理', '转其他程序']

export function openBook(system: string, now: () => Date): Book {
  return { matters: new Map(), pushes: new Map(), refused: [], now, system, serials: new Map() }
}

export function take(book: Book, body: string, refuse: boolean): Taken {
  const matter = objectOf(readJson(body))
  const requestId = textOf(matter?.requestId)
  if (!matter || requestId === '') return refusal(book, '', 'E1000', '报文无法解析或缺少requestId')
  const known = book.pushes.get(requestId)
  if (known) {
    return {
      answer: known.body === body ? known.answer : { code: 'E0409', msg: 'requestId已被不同内容使用', requestId },
    }
  }
  if (refuse) return refusal(book, requestId, 'E3001', '不属于本系统受理范围', { jydw: '区矛盾纠纷调处化解中心' })
  const fault = faultOf(book, matter)
  if (fault) return refusal(book, requestId, fault[0], fault[1])
  const answer: JsonObject = { code: '0', msg: '成功', requestId }
  book.pushes.set(requestId, { body, answer })
  return { answer, ...settle(book, matter, requestId) }
}

export function lookUp(book: Book, requestId: string): JsonObject {
  const push = book.pushes.get(requestId)
  if (!push) return { code: 'E0404', msg: '无此请求', requestId }
  const ywlsh = textOf(objectOf(readJson(push.body))?.ywlsh)
  return { code: '0', msg: '成功', requestId, data: { ywlsh, sxbh: book.matters.get(ywlsh)?.sxbh ?? null } }
}

// A number it never gave cannot be brought up to date; a matter without a name cannot be registered.
function faultOf(book: Book, matter: JsonObject): readonly [string, string] | undefined {
  if (textOf(matter.ywlsh) === '') return ['E2000', '缺少业务流水号']
  const known = keyOf(book, matter) !== undefined
  if (!known && textOf(matter.sxbh) !== '') return ['E2002', '业务流水号与事项编号不存在']
  return !known && textOf(matter.sjmc) === '' ? ['E2001', '缺少事件名称'] : undefined
}

function keyOf(book: Book, matter: JsonObject): string | undefined {
  const ywlsh = textOf(matter.ywlsh)
  if (book.matters.has(ywlsh)) return ywlsh
  const number = textOf(matter.sxbh)
  return number !== '' && book.matters.has(number) ? number : undefined
}

function settle(book: Book, matter: JsonObject, requestId: string): { callback?: JsonObject } {
  const { requestId: _request, sxbh: _number, lzjl, ...about } = matter
  const key = keyOf(book, matter)
  const had = key === undefined ? undefined : book.matters.get(key)
  const jl = [...listOf(had?.jl), ...(lzjl === undefined ? [] : [lzjl])]
  const own = had ? ownState(book, had, about) : firstState(book, about)
  book.matters.set(key ?? textOf(matter.ywlsh), { ...had, ...about, ...toldBefore(had, about), ...own, jl })
  if (had && own.zt === had.zt) return {}
  return { callback: callbackOf(book, textOf(matter.ywlsh), requestId, own) }
}

// A push tells one unit's part: the persons and hand-overs that other units told of stay.
function toldBefore(had: JsonObject | undefined, about: JsonObject): JsonObject {
  const persons = new Map(listOf(had?.dsr).map(one => [nameOf(one), one]))
  for (const one of listOf(about.dsr)) {
    const known = persons.get(nameOf(one))
    persons.set(nameOf(one), isObject(known) && isObject(one) ? { ...known, ...one } : one)
  }
  const told = listOf(about.lzdw)
  const teller = told.filter(isHandOver).map(one => one.xtbs)
  const kept = listOf(had?.lzdw).filter(one => isHandOver(one) && !teller.includes(one.xtbs))
  return {
    ...(persons.size > 0 ? { dsr: [...persons.values()] } : {}),
    ...(told.length > 0
      ? { lzdw: [...told.filter(one => !isHandOver(one)), ...kept, ...told.filter(isHandOver)] }
      : {}),
  }
}

function nameOf(person: Json): string {
  return isObject(person) ? textOf(person.xm) : ''
}

/** The entries that say who handed the matter to whom; the others are the units' proceedings. */
function isHandOver(one: Json): one is JsonObject {
  return isObject(one) && textOf(one.ajlx) === ''
}

// Matters of another province are given back with the unit that should have them.
function firstState(book: Book, about: JsonObject): JsonObject {
  const place = textOf(about.fsdddm)
  if (place !== '' && !place.startsWith('33'))
    return { sxbh: null, zt: '退回', thyy: '不属本省管辖', jydw: `${place.slice(0, 6)}协同应用系统` }
  return { sxbh: nextNumber(book, place === '' ? homeArea : `${place}000000`.slice(0, 6)), zt: '登记' }
}

/** Its own state: closed when every unit has ended its part, open again when one is not. */
function ownState(book: Book, had: JsonObject, about: JsonObject): JsonObject {
  const zt = textOf(had.zt)
  const units = listOf(about.lzdw)
    .filter(isObject)
    .filter(one => textOf(one.ajlx) !== '' && one.xtbs !== book.system)
  const done = units.length > 0 && units.every(one => ended.includes(textOf(one.zt)))
  if (zt === '退回') return { zt }
  if (done && !ended.includes(zt)) return { zt: '办结', sxbh: had.sxbh ?? null }
  if (!done && units.length > 0 && ended.includes(zt)) return { zt: '重开', sxbh: had.sxbh ?? null }
  return { zt, sxbh: had.sxbh ?? null }
}

function callbackOf(book: Book, ywlsh: string, requestId: string, own: JsonObject): JsonObject {
  const back = own.zt === '退回'
  return {
    ywlsh,
    requestId,
    sxbh: own.sxbh ?? null,
    zt: own.zt ?? null,
    jg: back ? '退回' : '成功',
    thyy: own.thyy ?? null,
    jydw: own.jydw ?? null,
    hdsj: clock(book.now()),
  }
}

function refusal(book: Book, requestId: string, code: string, msg: string, more: JsonObject = {}): Taken {
  const answer = { code, msg, requestId, ...more, hdsj: clock(book.now()) }
  book.refused.push(answer)
  return { answer }
}

function nextNumber(book: Book, area: string): string {
  const day = clock(book.now()).slice(0, 10).replaceAll('-', '')
  const serial = (book.serials.get(day) ?? firstSerial - 1) + 1
  book.serials.set(day, serial)
  return `MT${area}${day}${String(serial).padStart(6, '0')}`
}

/** A matter entered at one of its own windows, as it was typed. */
export function keep(book: Book, message: string, native: Json): void {
  if (message !== 'matter') return
  for (const one of Array.isArray(native) ? native : [native]) {
    if (!isObject(one) || textOf(one.sxbh) === '') continue
    const key = keyOf(book, one) ?? textOf(one.sxbh)
    book.matters.set(key, { jl: [], ...book.matters.get(key), ...one })
  }
}

/** Mode reexport: the matter that a push was about, under its own number, with a new time. */
export function copyOf(book: Book, body: string): JsonObject | undefined {
  const ywlsh = textOf(objectOf(readJson(body))?.ywlsh)
  const kept = book.matters.get(ywlsh)
  if (!kept || textOf(kept.sxbh) === '') return undefined
  const { jl: _history, ...matter } = kept
  return { ...matter, ywlsh, ztsj: clock(book.now()), fssj: clock(book.now()) }
}

export function storeOf(book: Book): Json {
  const matters: JsonObject = {}
  for (const [key, one] of book.matters) matters[textOf(one.sxbh) || key] = one
  return { matters, requests: [...book.pushes.keys()], refused: book.refused }
}

// Zhejiang time, as its screens show it.
function clock(now: Date): string {
  return new Date(now.getTime() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
}

function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : []
}

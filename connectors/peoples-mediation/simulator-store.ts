// What the stand-in platform keeps: cases by their own number, the pushes that led to them, and what it sent back.
import { isObject, type Json, type JsonObject } from '../sdk.ts'

export interface Store {
  readonly cases: Map<string, JsonObject>
  readonly pushes: Map<string, { readonly message: string; readonly ajbh: string }>
  readonly refused: Json[]
  readonly now: () => Date
  /** Next serial of each day. */
  readonly serials: Map<string, number>
}

const area = '330106'

/** The first number that is free on a day: the committees have opened eleven cases in the morning. */
const firstSerial = 12

/** Fields of a referral that its clerks do not copy into the case. */
const notCopied = new Set(['tsid', 'lydw', 'lyxt', 'yssj', 'xbsj', 'jfbt', 'sq', 'sjlb'])

export function openStore(now: () => Date): Store {
  return { cases: new Map(), pushes: new Map(), refused: [], now, serials: new Map() }
}

/** Opens a case for a referral; gives its number. */
export function openCase(store: Store, body: JsonObject): string {
  const ajbh = nextNumber(store)
  const now = clock(store.now())
  const copied = Object.fromEntries(Object.entries(body).filter(([name]) => !notCopied.has(name)))
  const committee = { twhdm: '330106004RMTJ', twhmc: '西溪街道人民调解委员会' }
  const own = { ajbh, zt: '移送', ztsj: now, djrq: now.slice(0, 10), jzxx: [] }
  store.cases.set(ajbh, { ...committee, ...copied, ...own })
  return ajbh
}

/** A case that its own mediators entered: kept, then sent as it was typed. */
export function keep(store: Store, native: Json): Json {
  for (const one of Array.isArray(native) ? native : [native]) {
    if (!isObject(one)) continue
    const ajbh = fold(String(one.ajbh ?? ''))
    if (ajbh === '') continue
    store.cases.set(ajbh, { jzxx: [], ...store.cases.get(ajbh), ...one })
    const [, day, serial] = /^RT\d{6}(\d{8})(\d{4})$/.exec(ajbh) ?? []
    if (day) store.serials.set(day, Math.max(store.serials.get(day) ?? firstSerial, Number(serial) + 1))
  }
  return native
}

export function byNumber(store: Store, number: string): string | undefined {
  const ajbh = fold(number)
  return store.cases.has(ajbh) ? ajbh : undefined
}

export function byHubCase(store: Store, ywlsh: string): string | undefined {
  if (ywlsh === '') return undefined
  for (const [ajbh, one] of store.cases) if (one.ywlsh === ywlsh) return ajbh
  return undefined
}

export function storeOf(store: Store): Json {
  return {
    cases: Object.fromEntries(store.cases),
    pushes: [...store.pushes].map(([tsid, push]) => ({ tsid, ...push })),
    refused: [...store.refused],
  }
}

function nextNumber(store: Store): string {
  const day = clock(store.now()).slice(0, 10).replaceAll('-', '')
  const serial = store.serials.get(day) ?? firstSerial
  store.serials.set(day, serial + 1)
  return `RT${area}${day}${String(serial).padStart(4, '0')}`
}

function fold(number: string): string {
  return number.normalize('NFKC').replaceAll(/\s/g, '').toUpperCase()
}

/** The platform's clock shows Zhejiang time. */
export function clock(now: Date): string {
  return new Date(now.getTime() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
}

export function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : []
}

// Stands in for the court's case system over a real socket: gives tickets, opens cases out of what is filed, hears notices,
// pushes its cases as XML, and lists them page by page. What it refuses and how it numbers: README.md.
import {
  bodyOf,
  irsPost,
  isObject,
  type JsonObject,
  jsonAnswer,
  type SimulatorAnswer,
  type SimulatorRequest,
  type StartSimulator,
  startHttpSimulator,
  textOf,
  type XmlDocument,
  xmlBody,
} from '../sdk.ts'
import {
  type Book,
  clock,
  file,
  hear,
  keep,
  lookUp,
  openBook,
  ownOf,
  pageOf,
  type Said,
  storeOf,
} from './simulator-book.ts'

const pushed: XmlDocument = {
  namespace: 'http://dataexchange.court.gov.cn/2009/data',
  path: ['resource', 'data', 'T_AJ_AJXQ'],
  charset: 'UTF-8',
}
// The list is older than the pushes, and says its charset in its first line only.
const listed: XmlDocument = { ...pushed, charset: 'GB18030' }
const ticketSeconds = 600

export const startSimulator: StartSimulator = async options => {
  const book = openBook(options.now)
  const tickets = ticketOffice(options.credentials.outbound, options.signedAt ?? options.now)
  const simulator = await startHttpSimulator(options, {
    handle: (request, refuse) => {
      if (request.path === '/zxfw/api/ticket') return tickets.give(request)
      if (!tickets.isGood(request.query?.ticket ?? '')) return unauthorized(request)
      return answer(book, request, refuse)
    },
    build: (message, native) => {
      keep(book, native)
      const items = Array.isArray(native) ? native : [native]
      const brief = { count: String(items.length) }
      return irsPost(options, message, 'application/xml; charset=utf-8', xmlBody(items, pushed, { brief }))
    },
    store: () => storeOf(book),
    reexport: request => {
      const push = book.pushes.get(textOf(bodyOf(request)?.tsbh))
      const kept = push && book.cases.get(push.ajbs)
      return kept ? [{ message: 'case', native: { ...ownOf(kept), DT_GXSJ: clock(options.now()) } }] : []
    },
  })
  const credentials = { ...options.credentials.outbound }
  return { ...simulator, ways: { 'http-poll': { url: simulator.url, credentials } } }
}

function answer(book: Book, request: SimulatorRequest, refuse: boolean): SimulatorAnswer {
  if (request.method === 'GET' && request.path === '/zxfw/api/cases') return page(book, request)
  const asked = /^\/zxfw\/api\/push\/(.+)$/.exec(request.path)?.[1]
  if (asked !== undefined) return said(lookUp(book, decodeURIComponent(asked)))
  const take = { '/zxfw/api/filing': file, '/zxfw/api/notice': hear }[request.path]
  if (!take) return said({ code: '404', msg: '接口不存在', data: null })
  const body = bodyOf(request)
  if (!isObject(body) || textOf(body.tsbh) === '') return said({ code: '4000', msg: '报文无法解析', data: null })
  return said(take(book, body, refuse))
}

function page(book: Book, { query = {} }: SimulatorRequest): SimulatorAnswer {
  const items = pageOf(book, query.gxsj ?? '', Number(query.pageNum ?? 1), Number(query.pageSize ?? 50))
  return xml('0', items)
}

/** Tickets run out after ten minutes, by the clock that signatures are checked by. */
function ticketOffice(credentials: Readonly<Record<string, string>>, now: () => Date) {
  const given = new Map<string, number>()
  return {
    give({ query = {} }: SimulatorRequest): SimulatorAnswer {
      const isRight = query.appKey === credentials.appKey && query.secret === credentials.secret
      if (!isRight) return said({ code: '401', msg: '应用或密钥无效', data: null })
      const ticket = `T${given.size + 1}-${now().getTime().toString(36)}`
      given.set(ticket, now().getTime() + ticketSeconds * 1000)
      return said({ code: '0', msg: '成功', data: { ticket, expireSeconds: ticketSeconds } })
    },
    isGood: (ticket: string): boolean => (given.get(ticket) ?? 0) > now().getTime(),
  }
}

function unauthorized({ path }: SimulatorRequest): SimulatorAnswer {
  if (path !== '/zxfw/api/cases') return said({ code: '401', msg: '票据无效', data: null })
  return xml('401', [])
}

function xml(code: string, items: readonly JsonObject[]): SimulatorAnswer {
  const body = xmlBody(items, listed, { brief: { code, count: String(items.length) } })
  return { status: 200, headers: { 'content-type': 'application/xml' }, body }
}

function said({ code, msg, data }: Said): SimulatorAnswer {
  return jsonAnswer(200, { code, msg, data })
}

// A list that is asked for page by page over a real socket, by a script of the test; and what the poll made of it.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Adapter, Json } from '#connectors/sdk.ts'
import { isUnread } from '#gateway/formats/read.ts'
import type { Connector } from '#gateway/loader/connector.ts'
import type { Source } from '#gateway/sources/port.ts'
import { pollSource } from '#gateway/transports/http-poll/source.ts'
import { createHttpPush } from '#gateway/transports/http-push.ts'
import type { Manifest } from '#schemas/files.ts'
import type { PollSpec } from '#schemas/transport.ts'

export const spec: PollSpec = {
  message: 'case',
  path: '/list',
  query: { page: '{page}', size: '{size}', since: '{since}', ticket: '{ticket}' },
  size: 2,
  items: '/data/rows',
  ok: { pointer: '/code', is: ['0'], expired: ['EXPIRED'] },
  watermark: { field: '/gxsj', format: 'yyyy-MM-dd HH:mm:ss', overlapMs: 60_000, start: '2026-01-01 00:00:00' },
}

export interface Row {
  readonly no: string
  readonly gxsj: string
}

export interface Answer {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body: Json
}

export interface Rig {
  readonly source: Source
  /** Query of each question, in order. */
  readonly asked: Record<string, string>[]
  readonly positions: Map<string, Json>
  /** Takes what there is until the source rests, and gives the numbers found. */
  drain(): Promise<string[]>
  /** The server goes away. */
  close(): void
  /** A process that begins anew with the positions saved so far. */
  reopen(): Rig
}

const login: NonNullable<Adapter['login']> = {
  request: () => ({ method: 'GET', path: '/ticket', headers: {}, body: Buffer.alloc(0) }),
  token: answer => ({ value: JSON.parse(answer.body.toString()).ticket as string, livesMs: 3_600_000 }),
}

export async function rig(
  script: (query: Record<string, string>) => Answer,
  options: { spec?: PollSpec; tickets?: () => string; now?: () => Date; positions?: Map<string, Json> } = {},
): Promise<Rig> {
  const asked: Record<string, string>[] = []
  const server = createServer((incoming, response) => {
    const url = new URL(incoming.url ?? '/', 'http://list')
    if (url.pathname === '/ticket') return void response.end(JSON.stringify({ ticket: options.tickets?.() ?? 'T' }))
    const query = Object.fromEntries(url.searchParams)
    asked.push(query)
    const { status = 200, headers = {}, body } = script(query)
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const push = createHttpPush()
  onTestFinished(async () => {
    await push.close()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const positions = options.positions ?? new Map<string, Json>()
  const one = options.spec ?? spec
  const connector = {
    manifest: {
      messages: { case: { contract: 'c', format: 'json', numbers: ['/no'] } },
      transport: { inbound: ['http-poll'], poll: [one] },
    } as unknown as Manifest,
    adapter: options.tickets ? { login } : {},
  } as unknown as Connector
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  const open = (): Rig => {
    const source = pollSource({
      system: { id: 'unit', connector: 'unit', area: '330106', prefecture: '3301' },
      connector,
      way: { url },
      positions: { get: name => positions.get(name), put: async (name, value) => void positions.set(name, value) },
      push,
      now: options.now ?? (() => new Date('2026-03-02T08:00:00Z')),
      slot: '1',
      notice: () => undefined,
    })
    return { source, asked, positions, drain: () => drain(source), close, reopen: open }
  }
  return open()
}

async function drain(source: Source): Promise<string[]> {
  const found: string[] = []
  for (let find = await source.next(); find; find = await source.next()) {
    for await (const chunk of find.items()) {
      for (const one of chunk) if (!isUnread(one)) found.push((one.tree as unknown as Row).no)
    }
    await find.end()
  }
  return found
}

export const page = (rows: readonly Row[], extra: object = {}): Answer => ({
  body: { code: '0', data: { rows: rows as unknown as Json[] }, ...extra } as unknown as Json,
})

/** A list as systems have it: changed since, ordered by change, cut into pages of two. */
export function serve(rows: readonly Row[], query: Record<string, string>): Answer {
  const found = rows.filter(row => row.gxsj >= query.since!).sort((a, b) => (a.gxsj < b.gxsj ? -1 : 1))
  const from = (Number(query.page) - 1) * 2
  return page(found.slice(from, from + 2))
}

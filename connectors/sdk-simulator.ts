// What all HTTP simulators share: a real socket, the failure modes, and two service routes of their own
// (GET /simulator/store, POST /simulator/behaviour, POST /simulator/send) for people and tests.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Behaviour, HttpAnswer, HttpMessage, Json, Simulator, SimulatorOptions } from './sdk-types.ts'

export type SimulatorRequest = HttpMessage

export type SimulatorAnswer = HttpAnswer

export interface HttpSimulatorParts {
  /** Answers one call of the hub. `refuse` is true in mode refuse; the system then answers its own business refusal. */
  readonly handle: (request: SimulatorRequest, refuse: boolean) => SimulatorAnswer | Promise<SimulatorAnswer>
  /** Builds the signed request by which the real system would send this message. */
  readonly build: (message: string, native: Json) => HttpMessage
  readonly store: () => Json
  /** Mode reexport: what the system sends back after it took a call in; empty when there is nothing. */
  readonly reexport?: (request: SimulatorRequest) => readonly { message: string; native: Json }[]
}

export async function startHttpSimulator(options: SimulatorOptions, parts: HttpSimulatorParts): Promise<Simulator> {
  let behaviour: Behaviour = { mode: 'normal' }
  const send: Simulator['send'] = (message, native, extra) => {
    const request = parts.build(message, native)
    const headers = extra?.idempotencyKey
      ? { ...request.headers, 'idempotency-key': extra.idempotencyKey }
      : request.headers
    return call(options.hubUrl(), { ...request, headers })
  }
  const server = createServer((incoming, response) => {
    serve(incoming, response).catch(() => response.destroy())
  })
  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await read(incoming)
    if (request.path.startsWith('/simulator/')) return reply(response, await service(request))
    if (behaviour.mode === 'down') return void response.destroy()
    if (behaviour.mode === 'error')
      return reply(response, { status: 500, headers: {}, body: Buffer.from('internal error') })
    if (behaviour.mode === 'slow') await new Promise(done => setTimeout(done, behaviour.delayMs ?? 1000))
    const answer = await parts.handle(request, behaviour.mode === 'refuse')
    if (behaviour.mode === 'cut') return void response.destroy()
    reply(response, answer)
    if (behaviour.mode === 'reexport' && answer.status < 300) {
      for (const one of parts.reexport?.(request) ?? []) await send(one.message, one.native)
    }
  }
  async function service(request: HttpMessage): Promise<HttpAnswer> {
    const body = request.body.length > 0 ? (JSON.parse(request.body.toString()) as Json) : null
    if (request.path === '/simulator/store') return json(200, parts.store())
    if (request.path === '/simulator/behaviour') behaviour = body as unknown as Behaviour
    if (request.path === '/simulator/send') {
      const { message, native, idempotencyKey } = body as { message: string; native: Json; idempotencyKey?: string }
      return send(message, native, idempotencyKey ? { idempotencyKey } : {})
    }
    return json(200, { mode: behaviour.mode })
  }
  await new Promise<void>((done, failed) => server.once('error', failed).listen(options.port, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    send,
    store: parts.store,
    behave: next => {
      behaviour = next
    },
    close: () =>
      new Promise(done => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

function json(status: number, tree: Json): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: Buffer.from(JSON.stringify(tree)),
  }
}

function reply(response: ServerResponse, answer: HttpAnswer): void {
  response.writeHead(answer.status, answer.headers)
  response.end(answer.body)
}

async function read(incoming: IncomingMessage): Promise<HttpMessage> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const url = new URL(incoming.url ?? '/', 'http://simulator')
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(incoming.headers)) headers[name] = String(value)
  const query = Object.fromEntries(url.searchParams)
  return {
    method: incoming.method as HttpMessage['method'],
    path: url.pathname,
    query,
    headers,
    body: Buffer.concat(chunks),
  }
}

async function call(base: string, request: HttpMessage): Promise<HttpAnswer> {
  const query = new URLSearchParams(request.query).toString()
  const answer = await fetch(`${base}${request.path}${query ? `?${query}` : ''}`, {
    method: request.method,
    headers: request.headers,
    body: request.method === 'GET' ? null : new Uint8Array(request.body),
  })
  return {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    body: Buffer.from(await answer.arrayBuffer()),
  }
}

// The socket of a simulator, with its service routes for people and tests: GET /simulator/store, POST /simulator/behaviour,
// POST /simulator/send. Everything else is the simulated system's own.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { jsonAnswer } from './sdk-form.ts'
import type { Behaviour, HttpAnswer, HttpMessage, Json, Simulator } from './sdk-types.ts'

export interface ServiceParts extends Pick<Simulator, 'send' | 'store' | 'behave'> {
  readonly mode: () => Behaviour['mode']
  /** A call to the system itself. */
  readonly serve: (request: HttpMessage, response: ServerResponse) => Promise<void>
}

export async function openService(port: number, parts: ServiceParts): Promise<Pick<Simulator, 'url' | 'close'>> {
  const server = createServer((incoming, response) => {
    answer(parts, incoming, response).catch(() => response.destroy())
  })
  await new Promise<void>((done, failed) => server.once('error', failed).listen(port, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise(done => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

async function answer(parts: ServiceParts, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const request = await read(incoming)
  if (!request.path.startsWith('/simulator/')) return parts.serve(request, response)
  reply(response, await service(parts, request))
}

async function service(parts: ServiceParts, request: HttpMessage): Promise<HttpAnswer> {
  const body = request.body.length > 0 ? (JSON.parse(request.body.toString()) as Json) : null
  if (request.path === '/simulator/store') return jsonAnswer(200, parts.store())
  if (request.path === '/simulator/behaviour') parts.behave(body as unknown as Behaviour)
  if (request.path === '/simulator/send') {
    const { message, native, idempotencyKey } = body as { message: string; native: Json; idempotencyKey?: string }
    return parts.send(message, native, idempotencyKey ? { idempotencyKey } : {})
  }
  return jsonAnswer(200, { mode: parts.mode() })
}

export function reply(response: ServerResponse, answer: HttpAnswer): void {
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

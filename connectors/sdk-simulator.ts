// What all HTTP simulators share: a real socket and the failure modes; sdk-service.ts has the routes for people and tests.
import type { ServerResponse } from 'node:http'
import { openService, reply } from './sdk-service.ts'
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
  const behave: Simulator['behave'] = next => {
    behaviour = next
  }
  const send: Simulator['send'] = (message, native, extra) => {
    const request = parts.build(message, native)
    const headers = extra?.idempotencyKey
      ? { ...request.headers, 'idempotency-key': extra.idempotencyKey }
      : request.headers
    return call(options.hubUrl(), { ...request, headers })
  }
  async function serve(request: HttpMessage, response: ServerResponse): Promise<void> {
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
  const { store } = parts
  const service = await openService(options.port, { send, store, behave, mode: () => behaviour.mode, serve })
  return { ...service, send, store, behave }
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

// A simulator on a free port, a hub that remembers what it is sent, and calls as deliver makes them.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { HttpAnswer, HttpMessage, Simulator, StartSimulator } from '#connectors/sdk.ts'

export const credentials = {
  inbound: { token: 'in-token' },
  outbound: { token: 'out-token', appKey: 'out-app', username: 'hub', password: 'out-pw' },
}

export interface Stage {
  readonly simulator: Simulator
  readonly received: { readonly path: string; readonly headers: Record<string, unknown>; readonly body: string }[]
  setNow(now: string): void
}

export async function stageOf(start: StartSimulator, system: string): Promise<Stage> {
  const received: Stage['received'] = []
  const hub = createServer((incoming, response) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      received.push({ path: incoming.url ?? '', headers: incoming.headers, body: Buffer.concat(chunks).toString() })
      response.writeHead(202).end('{}')
    })
  })
  await new Promise<void>(done => hub.listen(0, '127.0.0.1', done))
  const hubUrl = `http://127.0.0.1:${(hub.address() as AddressInfo).port}`
  let now = new Date('2026-03-02T09:45:00+08:00')
  const simulator = await start({
    system,
    port: 0,
    hubUrl: () => hubUrl,
    credentials,
    now: () => now,
    random: () => 0.25,
  })
  onTestFinished(async () => {
    await simulator.close()
    await new Promise<void>(done => hub.close(() => done()))
  })
  const setNow = (text: string) => {
    now = new Date(text)
  }
  return { simulator, received, setNow }
}

export async function send(base: string, request: HttpMessage): Promise<HttpAnswer> {
  const { method, headers } = request
  const answer = await fetch(`${base}${request.path}`, {
    method,
    headers: { ...headers },
    body: new Uint8Array(request.body),
  })
  return { status: answer.status, headers: {}, body: Buffer.from(await answer.arrayBuffer()) }
}

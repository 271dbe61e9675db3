// A simulator on a free port, a hub that remembers what it is sent, and calls as deliver makes them.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { parse } from 'yaml'
import type {
  Adapter,
  DeliveryOutcome,
  HttpAnswer,
  HttpMessage,
  OutboundCall,
  Simulator,
  StartSimulator,
} from '#connectors/sdk.ts'
import type { ReadMessage } from '#gateway/formats/read.ts'
import { openWhole } from '#gateway/formats/reader.ts'
import type { Manifest } from '#schemas/files.ts'
import { root } from '../../helpers/hub.ts'

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

export async function send(base: string, { method, path, query, headers, body }: HttpMessage): Promise<HttpAnswer> {
  const asked = new URLSearchParams({ ...query }).toString()
  const answer = await fetch(`${base}${path}${asked ? `?${asked}` : ''}`, {
    method,
    headers: { ...headers },
    body: method === 'GET' ? null : new Uint8Array(body),
  })
  return { status: answer.status, headers: {}, body: Buffer.from(await answer.arrayBuffer()) }
}

/** One delivery as deliver makes it, and what the adapter reads from the answer. */
export async function deliverTo({ url }: Simulator, adapter: Adapter, call: OutboundCall): Promise<DeliveryOutcome> {
  return adapter.outcome!(await send(url, adapter.request!(call)), call)
}

/** Undefined: the system does not hold it. */
export async function lookUpAt(
  { url }: Simulator,
  adapter: Adapter,
  call: OutboundCall,
): Promise<DeliveryOutcome | undefined> {
  return adapter.lookUp!.outcome(await send(url, adapter.lookUp!.request(call)), call)
}

/** The messages of a request as the hub reads them by the connector's manifest. */
export function openedBy(connector: string, message: string, request: HttpMessage): readonly ReadMessage[] {
  const manifest = parse(readFileSync(`${root}/connectors/${connector}/manifest.yaml`, 'utf8')) as Manifest
  const { reads } = openWhole(request.body, request.headers['content-type'], manifest.messages[message]!)
  return reads as readonly ReadMessage[]
}

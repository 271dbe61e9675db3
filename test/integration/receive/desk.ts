// The sending side of a system: its simulator, and on the wire between it and the hub a hand that can change bytes.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { HttpAnswer, Json } from '#connectors/sdk.ts'
import { connectorDirs, demoCredentials, importSimulator } from '#gateway/index.ts'
import { root } from '../../helpers/hub.ts'
import { stand } from './table.ts'

export interface Desk {
  /** @param bytes take the place of `stand` in the body. */
  send(message: string, native: Json, bytes?: Buffer, key?: string): Promise<HttpAnswer>
}

export async function openDesk(system: string, connector: string, hubUrl: () => string): Promise<Desk> {
  let bytes: Buffer | undefined
  let sent = 0
  const wire = createServer(async (incoming, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const { host: _host, connection: _c, 'content-length': _l, 'transfer-encoding': _t, ...headers } = incoming.headers
    const answer = await fetch(hubUrl() + incoming.url, {
      method: 'POST',
      headers: headers as Record<string, string>,
      body: new Uint8Array(replaced(Buffer.concat(chunks), bytes)),
    })
    response.writeHead(answer.status, Object.fromEntries(answer.headers))
    response.end(Buffer.from(await answer.arrayBuffer()))
  })
  await new Promise<void>(done => wire.listen(0, '127.0.0.1', done))
  const start = await importSimulator(connectorDirs(root).find(dir => dir.endsWith(`/${connector}`))!)
  const simulator = await start({
    system,
    port: 0,
    hubUrl: () => `http://127.0.0.1:${(wire.address() as AddressInfo).port}`,
    credentials: demoCredentials(system),
    now: () => new Date(),
    // A second of its own for each signature: two within one second would be the same one.
    signedAt: () => new Date(Date.now() - 80_000 + 1000 * sent++),
    random: Math.random,
  })
  onTestFinished(async () => {
    await simulator.close()
    wire.closeAllConnections()
    await new Promise(done => wire.close(done))
  })
  return {
    send(message, native, change, key) {
      bytes = change
      return simulator.send(message, native, key === undefined ? {} : { idempotencyKey: key })
    },
  }
}

function replaced(body: Buffer, bytes: Buffer | undefined): Buffer {
  const at = bytes ? body.indexOf(stand) : -1
  return at < 0 ? body : Buffer.concat([body.subarray(0, at), bytes!, body.subarray(at + stand.length)])
}

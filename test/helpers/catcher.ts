// A hub that only listens: keeps what simulators send to it and answers as told.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { HttpMessage, Json } from '#connectors/sdk.ts'

export interface Caught extends HttpMessage {
  /** Of a JSON body, else null. */
  readonly tree: Json
}

export interface Catcher {
  readonly url: string
  readonly caught: readonly Caught[]
  /** Status of the next answers. */
  answer(status: number): void
  /** Resolves once `count` calls came, with all of them. */
  wait(count: number): Promise<readonly Caught[]>
}

export async function startCatcher(): Promise<Catcher> {
  const caught: Caught[] = []
  let status = 202
  let ring = (): void => {}
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]))
    const tree = headers['content-type']?.includes('xml') ? null : (JSON.parse(String(body)) as Json)
    caught.push({ method: 'POST', path: incoming.url ?? '', headers, body, tree })
    response.writeHead(status).end('{}')
    ring()
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  onTestFinished(
    () =>
      new Promise<void>(done => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  )
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    caught,
    answer: next => {
      status = next
    },
    wait: count =>
      new Promise(done => {
        ring = () => {
          if (caught.length >= count) done(caught)
        }
        ring()
      }),
  }
}

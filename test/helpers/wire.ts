// A wire between the hub and a system: it passes on what it hears, broken connections too, and remembers it.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Passed {
  readonly path: string
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  /** undefined: no answer came. */
  readonly status: number | undefined
}

export interface Wire {
  readonly url: string
  /** In the order of their answers. */
  readonly passed: Passed[]
  to(target: string): void
  /** Called with each call before it is passed on. */
  before(look: (call: Pick<Passed, 'path' | 'body'>) => void): void
  /** Called with each answer before it is passed on. */
  answered(look: (call: Passed) => void | Promise<void>): void
}

/** Stands between the hub and a system and passes on what it hears, broken connections too. */
export async function startWire(): Promise<Wire> {
  const passed: Passed[] = []
  let target = ''
  let before: Parameters<Wire['before']>[0] = () => undefined
  let answered: Parameters<Wire['answered']>[0] = () => undefined
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const { connection: _, host: __, 'content-length': ___, ...kept } = incoming.headers
    const headers = kept as Record<string, string>
    const about = { path: incoming.url!, body: body.toString(), headers }
    before(about)
    try {
      const answer = await fetch(target + incoming.url, {
        method: incoming.method!,
        headers,
        body: incoming.method === 'GET' ? null : body,
      })
      const bytes = Buffer.from(await answer.arrayBuffer())
      passed.push({ ...about, status: answer.status })
      await answered(passed.at(-1)!)
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(bytes)
    } catch {
      passed.push({ ...about, status: undefined })
      response.destroy()
    }
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
    passed,
    to: next => {
      target = next
    },
    before: look => {
      before = look
    },
    answered: look => {
      answered = look
    },
  }
}

// Bends what passes between the hub and a real simulator, so that a department misbehaves in one way and no other.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Bend {
  /** The body that the system gets instead. */
  readonly request?: (body: string) => string
  /** The body that the hub gets instead. */
  readonly answer?: (body: string) => string
}

/** Passes on to `target` what it hears; returns its address. The target may be known later. */
export async function bent(target: () => string, bend: Bend): Promise<string> {
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const { connection: _, host: __, 'content-length': ___, ...headers } = incoming.headers
    const said = Buffer.concat(chunks).toString()
    const answer = await fetch(target() + incoming.url, {
      method: incoming.method!,
      headers: headers as Record<string, string>,
      body: incoming.method === 'GET' ? null : (bend.request?.(said) ?? said),
    })
    const heard = await answer.text()
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
    response.end(bend.answer?.(heard) ?? heard)
  })
  return listening(server)
}

/** Takes every call and never says a word. */
export async function mute(): Promise<string> {
  return listening(createServer(() => undefined))
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  onTestFinished(
    () =>
      new Promise<void>(done => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  )
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A system that opens a second record for a second copy: the copy reaches it under another id and about another case. */
export function forgetful(push: string, about: string): (body: string) => string {
  const seen = new Set<string>()
  return body => {
    if (body === '') return body
    const tree = JSON.parse(body) as Record<string, string>
    const id = tree[push] ?? ''
    if (!seen.has(id)) {
      seen.add(id)
      return body
    }
    return JSON.stringify({ ...tree, [push]: `${id}-again`, [about]: `${tree[about]}-again` })
  }
}

// Stands between the hub and a system's list: keeps what was asked, and lets questions through or answers that nobody is there.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Asked {
  readonly page: number
  readonly since: string
  readonly ticket: string
}

export interface Gate {
  readonly url: string
  readonly asked: readonly Asked[]
}

/** @param lets decides about a question: its page, and how often that page was asked for so far, this time included */
export async function startGate(
  behind: string,
  lets: (question: { readonly page: number; readonly given: number }) => boolean,
): Promise<Gate> {
  const asked: Asked[] = []
  const server = createServer(async (incoming, response) => {
    const url = new URL(incoming.url ?? '/', behind)
    const page = Number(url.searchParams.get('pageNum'))
    const answer = await fetch(url)
    const body = Buffer.from(await answer.arrayBuffer())
    if (page > 0) {
      asked.push({ page, since: url.searchParams.get('gxsj') ?? '', ticket: url.searchParams.get('ticket') ?? '' })
      const given = asked.filter(one => one.page === page).length
      if (!lets({ page, given })) return void response.writeHead(503).end()
    }
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(body)
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

// A receiver of webhooks, or of native calls, that keeps what comes and can be made to fail.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { secrets } from '../../unit/gateway/deliver/doors.ts'
import type { Copy, Stand } from './contract.ts'

interface Words {
  readonly subject: string
  readonly deliveryid: string
}

export async function httpStand(kind: 'webhook' | 'native' | 'asking'): Promise<Stand> {
  const held: Copy[] = []
  const hung = new Map<string, Promise<void>>()
  let isCutting = false
  let objection: string | undefined

  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    if (kind === 'webhook' && !secrets.every(secret => isSigned(secret, request, body)))
      return void response.writeHead(401).end()
    if (objection) return void response.writeHead(500, { 'x-reason': objection }).end(objection)
    const { deliveryid, ...said } = JSON.parse(body) as Words
    await hung.get(deliveryid)
    held.push({ deliveryId: deliveryid, text: kind === 'webhook' ? said.subject : body })
    if (!isCutting) return void response.writeHead(200).end()
    isCutting = false
    response.destroy()
  }
  const server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://receiver')
    if (url.pathname !== '/ask') return void take(request, response).catch(() => response.destroy())
    const isHeld = held.some(one => one.deliveryId === url.searchParams.get('id'))
    response.writeHead(isHeld ? 200 : 404).end()
  })
  const listen = (port: number) => new Promise<void>(done => server.listen(port, '127.0.0.1', done))
  await listen(0)
  const { port } = server.address() as AddressInfo
  const away = () =>
    new Promise<void>(done => {
      server.close(() => done())
      server.closeAllConnections()
    })
  onTestFinished(() => (server.listening ? away() : undefined))
  return {
    job: { kind, url: `http://127.0.0.1:${port}` },
    said: ({ caseId, deliveryId }) =>
      kind === 'webhook' ? caseId : JSON.stringify({ subject: caseId, deliveryid: deliveryId, words: '“𠮷”,\n<&>;' }),
    held: async () => held,
    hold: async ({ deliveryId }) => void held.push({ deliveryId, text: '' }),
    away,
    back: () => listen(port),
    async cutting(attempt) {
      isCutting = true
      return attempt()
    },
    async hang({ deliveryId }) {
      const { promise, resolve } = Promise.withResolvers<void>()
      hung.set(deliveryId, promise)
      return async () => {
        hung.delete(deliveryId)
        resolve()
      }
    },
    async object(words) {
      objection = words
    },
  }
}

/** By the text of the standard: HMAC-SHA256 over `id.timestamp.body`, the key in base64 after `whsec_`, any one of the
 *  signatures in the header, no more than five minutes apart. */
function isSigned(secret: string, { headers }: IncomingMessage, body: string): boolean {
  const [id, at, said] = ['id', 'timestamp', 'signature'].map(name => String(headers[`webhook-${name}`]))
  if (!(Math.abs(Date.now() / 1000 - Number(at)) < 300)) return false
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const wanted = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest()
  return said!.split(' ').some(one => {
    const [version, signature = ''] = one.split(',')
    const bytes = Buffer.from(signature, 'base64')
    return version === 'v1' && bytes.length === wanted.length && timingSafeEqual(bytes, wanted)
  })
}

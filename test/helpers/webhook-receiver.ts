// A receiver of webhooks that knows nothing of the hub but the published standard (Standard Webhooks).
import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Heard {
  readonly id: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly status: number
}

/** `hang`: no answer at all. */
export type Answer = { readonly status: number; readonly location?: string } | 'hang'

export interface Receiver {
  readonly url: string
  /** Calls answered, in order. */
  readonly heard: readonly Heard[]
  /** Calls that got no answer, by delivery. */
  readonly hanging: readonly string[]
}

/** @param answer by the number of the call, from 1 */
export async function receiver(answer: (call: number) => Answer): Promise<Receiver> {
  const heard: Heard[] = []
  const hanging: string[] = []
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const id = String(incoming.headers['webhook-id'])
    const said = answer(heard.length + 1)
    if (said === 'hang') {
      hanging.push(id)
      return
    }
    const { status, location } = said
    heard.push({ id, headers: incoming.headers, body: Buffer.concat(chunks).toString(), status })
    response.writeHead(status, location ? { location } : {}).end()
  })
  await new Promise<void>(done => server.listen(0, '0.0.0.0', done))
  onTestFinished(
    () =>
      new Promise<void>(done => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  )
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, heard, hanging }
}

/** As the standard's own libraries check it: any one of the signatures, no more than five minutes apart. */
export function verifies(secret: string, { headers, body }: Heard): boolean {
  const at = String(headers['webhook-timestamp'])
  if (!(Math.abs(Date.now() / 1000 - Number(at)) < 300)) return false
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const wanted = createHmac('sha256', key).update(`${headers['webhook-id']}.${at}.${body}`).digest('base64')
  return String(headers['webhook-signature']).split(' ').includes(`v1,${wanted}`)
}

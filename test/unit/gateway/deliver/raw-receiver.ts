// A receiver below HTTP: reads a request as bytes and does with its connection what a test tells it to.
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { onTestFinished } from 'vitest'
import type { TestCertificate } from '../../../helpers/certificates.ts'

export interface RawCall {
  readonly deliveryId: string
  readonly caseId: string
  readonly at: number
  readonly path: string
  readonly body: string
}

export type Behaviour = (socket: Socket, call: RawCall) => void

export interface RawReceiver {
  readonly url: string
  /** Whole requests, in order. */
  readonly calls: RawCall[]
  /** Connections that stand now. */
  open(): number
}

export interface RawOptions {
  readonly certificate?: TestCertificate
  /** Sees each piece before it is read; true: it has dealt with the connection. */
  readonly onBytes?: (socket: Socket, bytes: Buffer) => boolean
}

export async function rawReceiver(behave: Behaviour, { certificate, onBytes }: RawOptions = {}): Promise<RawReceiver> {
  const sockets = new Set<Socket>()
  const calls: RawCall[] = []
  const listener = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    let text = ''
    socket.on('data', bytes => {
      if (onBytes?.(socket, bytes)) return
      text += bytes.toString('latin1')
      for (let call = wholeCall(text); call; call = wholeCall(text)) {
        text = text.slice(call.size)
        calls.push(call)
        behave(socket, call)
      }
    })
  }
  const server = certificate ? createTlsServer(certificate, listener) : createServer(listener)
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  onTestFinished(
    () =>
      new Promise<void>(done => {
        server.close(() => done())
        for (const socket of sockets) socket.destroy()
      }),
  )
  const { port } = server.address() as AddressInfo
  return { url: `${certificate ? 'https' : 'http'}://127.0.0.1:${port}`, calls, open: () => sockets.size }
}

function wholeCall(text: string): (RawCall & { readonly size: number }) | undefined {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = text.slice(0, end)
  const size = end + 4 + Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0)
  if (text.length < size) return undefined
  const body = Buffer.from(text.slice(end + 4, size), 'latin1').toString()
  return {
    deliveryId: /"deliveryid":"([^"]+)"/.exec(body)?.[1] ?? '',
    caseId: /"subject":"([^"]+)"/.exec(body)?.[1] ?? '',
    path: head.split(' ')[1] ?? '',
    at: Date.now(),
    body,
    size,
  }
}

export const says =
  (head: string, body = ''): Behaviour =>
  socket =>
    void socket.write(`HTTP/1.1 ${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)

export const takes = says('200 OK')

// Receives webhooks: answers each after a while, notes when each delivery first arrived.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { clock, onAsk, readJob, say } from './job.ts'

const job = readJob<{ readonly answerAfterMs: number }>()
const arrivals = new Map<string, number>()

const server = createServer((request, response) => {
  request.resume()
  request.on('end', () => {
    const id = String(request.headers['webhook-id'])
    if (!arrivals.has(id)) arrivals.set(id, clock())
    setTimeout(() => response.writeHead(204).end(), job.answerAfterMs)
  })
})
onAsk({ count: () => arrivals.size, arrivals: () => arrivals })
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => say('ready', `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`))

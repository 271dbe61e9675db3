// Stands in for the receiving system: acknowledges at once, notes when each message first arrived.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { clock, onAsk, readJob, say } from './job.ts'

const job = readJob<{ readonly marker: string; readonly answer: unknown }>()
const marker = new RegExp(job.marker, 'u')
const answer = JSON.stringify(job.answer)
const arrivals = new Map<number, number>()
let calls = 0

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', chunk => chunks.push(chunk as Buffer))
  request.on('end', () => {
    const at = clock()
    const n = Number(marker.exec(Buffer.concat(chunks).toString())?.[1] ?? -1)
    if (!arrivals.has(n)) arrivals.set(n, at)
    calls += 1
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(answer)
  })
})
onAsk({ count: () => arrivals.size, arrivals: () => ({ calls, arrivals }) })
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => say('ready', `http://127.0.0.1:${(server.address() as AddressInfo).port}`))

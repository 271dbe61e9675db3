// All receivers, in a process of their own that no kill is aimed at: each on its own port, each with the manners it is told to
// have. Every request stands in the journal before it is answered. Knows nothing of the hub but what comes over the wire.
// Argument: the job as JSON. Told by its parent: {endpoint, manner}. Asked with {ask: n}: answers {ask: n, accepted}, how many
// different deliveries each has accepted.
import { openSync, writeSync } from 'node:fs'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { seeded } from '../../chaos/drill/random.ts'
import { type Answer, closedLineOf, lineOf } from '../journal.ts'
import { type Endpoint, isRefused } from '../plan.ts'

/** well: 200 at once. down: nobody listens. slow: 200 after a while, and every tenth request is cut off without an answer.
 *  refusing: 500 for a tenth of the cases. */
export type Manner = 'well' | 'down' | 'slow' | 'refusing'

export interface ReceiverJob {
  readonly journal: string
  readonly seed: number
  readonly ports: Readonly<Record<Endpoint, number>>
}

interface CloudEvent {
  readonly id: string
  readonly subject: string
  readonly sequence: string
  readonly proceedingversion: number
}

const slowestMs = 300
const quickestMs = 150

const job = JSON.parse(process.argv[2]!) as ReceiverJob
const file = openSync(job.journal, 'a')
const random = seeded(job.seed + 7)
const manners = new Map<Endpoint, Manner>()
const servers = new Map<Endpoint, Server>()
const accepted = new Map<Endpoint, Set<string>>()

const connections = new WeakMap<Socket, number>()
let opened = 0

function number(socket: Socket): void {
  opened += 1
  const connection = opened
  connections.set(socket, connection)
  socket.on('close', () => writeSync(file, closedLineOf({ at: Date.now(), connection })))
}

function take(endpoint: Endpoint, deliveryId: string, body: string, response: ServerResponse): void {
  const at = Date.now()
  const event = JSON.parse(body) as CloudEvent
  const manner = manners.get(endpoint) ?? 'well'
  const answer = answerOf(manner, event.subject)
  writeSync(
    file,
    lineOf({
      at,
      endpoint,
      deliveryId,
      eventId: event.id,
      caseId: event.subject,
      sequence: Number(event.sequence),
      version: event.proceedingversion,
      answer,
      connection: connections.get(response.req.socket)!,
    }),
  )
  if (answer === '200') accepted.get(endpoint)!.add(deliveryId)
  if (answer === 'cut') response.destroy()
  else if (manner === 'slow')
    setTimeout(() => response.writeHead(200).end(), quickestMs + random() * (slowestMs - quickestMs))
  else response.writeHead(Number(answer)).end()
}

function answerOf(manner: Manner, caseId: string): Answer {
  if (manner === 'refusing' && isRefused(caseId)) return '500'
  return manner === 'slow' && random() < 0.1 ? 'cut' : '200'
}

function open(endpoint: Endpoint): Promise<void> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk as Buffer))
    // A sender killed half-way has delivered nothing.
    request.on('error', () => undefined)
    request.on('end', () =>
      take(endpoint, String(request.headers['webhook-id']), Buffer.concat(chunks).toString(), response),
    )
  })
  server.on('connection', number)
  server.keepAliveTimeout = 60_000
  servers.set(endpoint, server)
  return new Promise(done => server.listen(job.ports[endpoint], '127.0.0.1', done))
}

async function behave(endpoint: Endpoint, manner: Manner): Promise<void> {
  const wasDown = manners.get(endpoint) === 'down'
  manners.set(endpoint, manner)
  if (manner === 'down') {
    servers.get(endpoint)!.close()
    servers.get(endpoint)!.closeAllConnections()
  } else if (wasDown) await open(endpoint)
}

process.on('message', async (said: { endpoint?: Endpoint; manner?: Manner; ask?: number }) => {
  if (said.endpoint && said.manner) await behave(said.endpoint, said.manner)
  else
    process.send!({ ask: said.ask, accepted: Object.fromEntries([...accepted].map(([name, ids]) => [name, ids.size])) })
})

for (const endpoint of Object.keys(job.ports) as Endpoint[]) {
  accepted.set(endpoint, new Set())
  await open(endpoint)
}
process.send!({ ready: true })

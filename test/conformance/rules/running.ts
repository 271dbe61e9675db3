// Rules about the simulator and the adapter, over real sockets.

import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, extname, join } from 'node:path'
import {
  type DeliveryOutcome,
  type HttpAnswer,
  type HttpMessage,
  irsHeaders,
  type Json,
  type OutboundCall,
  type Simulator,
} from '#connectors/sdk.ts'
import type { Connector } from '#gateway/loader/connector.ts'
import { importSimulator } from '#gateway/loader/discover.ts'
import { firstTree, goldenOf, messageOf, readSample, validSamples } from '#gateway/loader/golden.ts'
import { filesBelow, type Rule, type Subject } from '../subject.ts'
import { laidSoFar, leavesUnmarked, readLaid, tempFolder } from './running-files.ts'

const right = {
  accessKey: 'right-ak',
  secret: 'right-sk',
  token: 'right-token',
  appKey: 'right-app',
  username: 'hub',
  password: 'right-pw',
}
const wrong = {
  accessKey: 'wrong-ak',
  secret: 'wrong-sk',
  token: 'wrong-token',
  appKey: 'wrong-app',
  username: 'hub',
  password: 'wrong-pw',
}

interface Hub {
  readonly url: string
  readonly seen: HttpMessage[]
  close(): Promise<void>
}

/** Listens where the hub would, and remembers what came. */
async function startHub(): Promise<Hub> {
  const seen: HttpMessage[] = []
  const server: Server = createServer((incoming, response) => {
    void readAll(incoming).then(request => {
      seen.push(request)
      response.writeHead(202, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  const close = () => new Promise<void>(done => server.close(() => done()))
  return { url: `http://127.0.0.1:${port}`, seen, close }
}

async function readAll(incoming: IncomingMessage): Promise<HttpMessage> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const url = new URL(incoming.url ?? '/', 'http://hub')
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]))
  return {
    method: incoming.method as HttpMessage['method'],
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers,
    body: Buffer.concat(chunks),
  }
}

async function withSimulator(
  subject: Subject,
  use: (simulator: Simulator, hub: Hub) => Promise<string[]>,
): Promise<string[]> {
  if (!subject.connector || !filesBelow(subject.dir).includes('simulator.ts')) return []
  const startSimulator = await importSimulator(subject.dir)
  if (typeof startSimulator !== 'function') return ['simulator.ts does not export startSimulator']
  const hub = await startHub()
  const now = () => new Date()
  const system = subject.demo?.systems?.[0]?.id ?? subject.id
  const { folder, remove } = tempFolder()
  const options = {
    system,
    port: 0,
    folder,
    hubUrl: () => hub.url,
    credentials: { inbound: right, outbound: right },
    now,
    random: () => 0.5,
  }
  const simulator = await startSimulator(options)
  try {
    return await use(simulator, hub)
  } finally {
    await simulator.close()
    await hub.close()
    remove()
  }
}

/** The simulator lets nobody in who shows wrong credentials, and takes no file before it is whole. */
function refusesStrangers(subject: Subject): Promise<string[]> {
  return withSimulator(subject, async simulator => {
    const before = JSON.stringify(simulator.store())
    const faults: string[] = []
    for (const call of outboundCalls(subject, wrong)) {
      const outcome = await deliver(subject.connector!, simulator.url, call)
      if (outcome.kind === 'delivered' || outcome.kind === 'conflict')
        faults.push(`the simulator takes in ${call.message} from a caller with wrong credentials`)
    }
    if (JSON.stringify(simulator.store()) !== before)
      faults.push('the store changes for a caller with wrong credentials')
    faults.push(...(await leavesUnmarked(subject, simulator)))
    return [...new Set(faults)]
  })
}

async function deliver(connector: Connector, url: string, call: OutboundCall): Promise<DeliveryOutcome> {
  const { adapter, manifest } = connector
  const login = adapter.login && (await send(url, adapter.login.request(call)))
  const token = login && adapter.login!.token(login)
  const signed = token ? { ...call, token: token.value } : { ...call, token: 'never-given' }
  const request = adapter.request?.(signed) ?? plainRequest(manifest.transport.path ?? '/', signed)
  const answer = await send(url, request)
  if (adapter.outcome) return adapter.outcome(answer, signed)
  return answer.status < 300 ? { kind: 'delivered' } : { kind: 'refused', code: String(answer.status) }
}

// What deliver does for a connector without an adapter: JSON, signed in the IRS form.
function plainRequest(path: string, call: OutboundCall): HttpMessage {
  const request = { method: 'POST' as const, path, headers: {}, body: Buffer.from(JSON.stringify(call.native)) }
  const credential = { accessKey: call.credentials.accessKey ?? '', secret: call.credentials.secret ?? '' }
  return { ...request, headers: { 'content-type': 'application/json', ...irsHeaders(credential, request, call.now) } }
}

async function send(base: string, request: HttpMessage): Promise<HttpAnswer> {
  const query = new URLSearchParams({ ...request.query }).toString()
  const body = request.method === 'GET' ? null : new Uint8Array(request.body)
  const answer = await fetch(`${base}${request.path}${query ? `?${query}` : ''}`, {
    method: request.method,
    headers: { ...request.headers },
    body,
  })
  return {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    body: Buffer.from(await answer.arrayBuffer()),
  }
}

function outboundCalls(subject: Subject, credentials: Readonly<Record<string, string>>): OutboundCall[] {
  const connector = subject.connector!
  const made = goldenOf(subject.root, connector).filter(one => one.file.endsWith('.outbound.json'))
  return made.map(({ file, value }, index) => ({
    system: subject.demo?.systems?.[0]?.id ?? subject.id,
    message: messageOf([...connector.outbound.keys()], basename(file, '.outbound.json')),
    native: ((value as { record: Json }[])[0]?.record ?? null) as Json,
    deliveryId: `00000000-0000-5000-8000-${String(index).padStart(12, '0')}`,
    attempt: 1,
    now: new Date(),
    credentials,
  }))
}

/** What the simulator sends is what the hub opens: every sample goes out and comes back the same. */
function sendsWhatOpens(subject: Subject): Promise<string[]> {
  return withSimulator(subject, async (simulator, hub) => {
    const connector = subject.connector!
    const system = subject.demo?.systems?.[0]?.id ?? subject.id
    const faults: string[] = []
    for (const file of validSamples(connector)) {
      const name = basename(file, extname(file))
      const message = messageOf(Object.keys(connector.manifest.messages), name)
      if (connector.manifest.messages[message]!.answer) continue
      const sample = readSample(connector, file) as Json
      const before = laidSoFar(subject, simulator)
      await simulator.send(message, sample)
      const laid = await readLaid(subject, simulator, before)
      if (laid) {
        if (laid.message !== message) faults.push(`${name}: laid out as ${laid.message}`)
        else if (JSON.stringify(laid.tree) !== JSON.stringify(sample))
          faults.push(`${name}: what the simulator lays out is not what the hub reads`)
        continue
      }
      const request = hub.seen.at(-1)
      if (request?.path !== `/in/${system}/${message}`) faults.push(`${name}: sent to ${request?.path}`)
      else if (JSON.stringify(firstTree(connector, message, request)) !== JSON.stringify(sample))
        faults.push(`${name}: what the simulator sends is not what the hub reads`)
    }
    return faults
  })
}

const importing =
  /^(?:import\b.*|export\b.*|\})\s?from\s?['"]([^'"]+)['"]|(?:^import\s|\b(?:import|require)\(\s*)['"]([^'"]+)['"]/gm

/** The adapter and the simulator import nothing but the kit and their own folder. */
function importsOnlyTheKit({ dir }: Subject): string[] {
  return filesBelow(dir)
    .filter(path => path.endsWith('.ts'))
    .flatMap(path => {
      const text = readFileSync(join(dir, path), 'utf8')
      const targets = [...text.matchAll(importing)].map(found => (found[1] ?? found[2])!)
      return targets
        .filter(target => !/^(\.\.\/sdk\.ts|\.\/[a-z-]+\.ts|node:(crypto|buffer|util|zlib))$/.test(target))
        .map(target => `${path} imports ${target}`)
    })
}

export const runningRules: readonly Rule[] = [
  {
    id: 'C16',
    says: 'The simulator starts on a free port and refuses a caller with wrong credentials and a file without its mark, its store unchanged.',
    check: refusesStrangers,
  },
  {
    id: 'C17',
    says: 'What the simulator sends goes to /in/<system>/<message>, or lies whole in its folder under a name of that message, and the hub reads from it what was sent.',
    check: sendsWhatOpens,
  },
  { id: 'C18', says: 'Code in a connector imports ../sdk.ts and its own folder only.', check: importsOnlyTheKit },
]

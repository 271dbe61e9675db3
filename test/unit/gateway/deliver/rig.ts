// A delivery loop over topics in memory and a receiver that tests script by hand or over a real socket.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Adapter } from '#connectors/sdk.ts'
import type { PushDoor, Result } from '#gateway/deliver/door.ts'
import type { Entry } from '#gateway/deliver/entry.ts'
import { followPlaces, type Places } from '#gateway/deliver/places.ts'
import { type DeliverOptions, type DeliverRun, runDeliver } from '#gateway/deliver/run.ts'
import type { Reader } from '#gateway/kafka/port.ts'
import type { Connector } from '#gateway/loader/connector.ts'
import { type RouteDeps, routeRecord } from '#gateway/route/stage.ts'
import { openSqliteStore } from '#gateway/store/sqlite.ts'
import type { Manifest, RetryPolicy, Subscription } from '#schemas/files.ts'
import { caseCodec, machine } from '../../../helpers/records.ts'
import { type EventSketch, event, inRecord, subscription, system, table } from '../route/sketch.ts'
import type { FakeKafka } from './fake-kafka.ts'

export const topics = { attempts: 'attempts', parking: 'parking', lanes: 'lanes', deadLetters: 'dead', in: 'in.unit' }

export const quick: RetryPolicy = { attempts: 3, firstWaitMs: 5, maxWaitMs: 20, deadlineMs: 60_000 }

export const caseId = (n: number) => `${String(n).repeat(8).slice(0, 8)}-1111-5111-8111-111111111111`

/** Routes events of cases to the topic out.unit. */
export function publish(
  kafka: FakeKafka,
  sketches: readonly EventSketch[],
  one: Subscription = subscription('unit', 'COORDINATE'),
): void {
  const deps: RouteDeps = {
    subscriptions: [one],
    systems: [system('sender'), system('unit', { serves: ['UNIT'] })],
    table,
    machine,
    decode: bytes => caseCodec.decode(bytes),
    outTopic: id => `out.${id}`,
  }
  for (const sketch of sketches) for (const out of routeRecord(deps, inRecord(event(sketch)))) kafka.append(out)
}

export interface FakeDoor extends PushDoor {
  /** What was sent, in order: case and event number. */
  readonly sent: string[]
  readonly entries: { deliveryId: string; doubtful: boolean; attempt: number }[]
}

/** @param answer what comes of an attempt; by default it is delivered */
export function fakeDoor(
  answer: (entry: Entry, attempt: number) => Result | Promise<Result> = () => ({ kind: 'delivered' }),
  more: Partial<PushDoor> = {},
): FakeDoor {
  const sent: string[] = []
  const entries: FakeDoor['entries'] = []
  return {
    system: 'unit',
    repeats: 'ignored',
    canLookUp: false,
    sent,
    entries,
    async attempt(entry, attempt) {
      sent.push(`${entry.caseId[0]}.${entry.headers.ce_sequence}`)
      entries.push({ deliveryId: entry.deliveryId, doubtful: entry.doubtful, attempt })
      return answer(entry, attempt)
    },
    ...more,
  }
}

/** What waits, read by a process that has known nothing of it. */
export function placesOf(reader: Reader, names: { parking: string; lanes: string } = topics): Places {
  const places = followPlaces({
    reader,
    store: openSqliteStore(':memory:'),
    topics: names,
    shards: 1,
    now: () => Date.now(),
    maxAgeMs: 60_000,
    log: { warn: () => undefined },
  })
  onTestFinished(() => places.stop())
  return places
}

export function start(kafka: FakeKafka, door: PushDoor, more: Partial<DeliverOptions> = {}): DeliverRun {
  const run = runDeliver({
    about: { subscription: 'unit', system: 'unit', topics },
    door,
    policy: quick,
    member: kafka.member('out.unit'),
    reader: kafka.reader(),
    places: placesOf(kafka.reader()),
    now: () => new Date(),
    random: () => 1,
    answer: (entry, tree) => ({ topic: topics.in, key: entry.caseId, value: Buffer.from(JSON.stringify(tree)) }),
    isPaused: () => false,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    patienceMs: 200,
    ...more,
  })
  onTestFinished(() => run.stop())
  return run
}

export function outcomes(kafka: FakeKafka): string[] {
  return kafka.json(topics.attempts).map(one => `${String(one.caseId)[0]}:${one.outcome}`)
}

export async function serve(
  listener: (
    request: { path: string; body: string; headers: IncomingMessage['headers'] },
    response: ServerResponse,
  ) => void,
): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () =>
      listener({ path: request.url!, body: Buffer.concat(chunks).toString(), headers: request.headers }, response),
    )
  })
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

export function toyConnector(
  adapter: Adapter = {},
  more: Partial<Manifest> = {},
  map?: (input: never) => unknown,
): Connector {
  const compiled = { map: (input: never) => [{ name: 'main', record: map ? map(input) : { seen: input } }] }
  const inbound = { map: () => [{ name: 'main', record: {}, own: [{ numberKey: 'number-key' }] }] }
  return {
    dir: '',
    contracts: new Map(),
    adapter,
    inbound: new Map([['answer', { compiled: inbound, stamp: 'toy/answer@1', tables: [] }]]),
    outbound: new Map([['say', { compiled, stamp: 'toy/say@1', tables: [] }]]),
    manifest: {
      id: 'toy',
      version: 1,
      name: { zh: '玩具', en: 'toy' },
      owner: 'test',
      kind: 'OTHER',
      messages: { answer: { contract: '', format: 'json', numbers: [], answer: true } },
      outbound: [{ message: 'say', when: {} }],
      transport: { inbound: ['http-push'], outbound: ['http-push'], schemes: [], repeats: 'conflict', path: '/take' },
      retry: quick,
      ...more,
    },
  } as unknown as Connector
}

// A webhook's receiver on a real socket, and a whole hub that has it as one more subscriber.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { openKafka } from '#gateway/kafka/open.ts'
import { caseEventsTopic } from '#gateway/kafka/topics.ts'
import type { Subscription } from '#schemas/files.ts'
import { type EventSketch, event, inRecord } from '../unit/gateway/route/sketch.ts'
import { type TestHub, testHub } from './hub.ts'

export interface Heard {
  readonly id: string
  readonly subject: string
  readonly sequence: number
  /** The mark of events that were left out. */
  readonly gap: string | undefined
  readonly status: number
}

export interface Receiver {
  readonly url: string
  /** In the order of arrival, refused ones too. */
  readonly heard: Heard[]
}

/** @param answer the status by what came */
export async function receiver(answer: (subject: string, sequence: number) => number): Promise<Receiver> {
  const heard: Heard[] = []
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const { subject, sequence, gap } = JSON.parse(Buffer.concat(chunks).toString())
    const status = answer(subject, Number(sequence))
    heard.push({ id: String(incoming.headers['webhook-id']), subject, sequence: Number(sequence), gap, status })
    response.writeHead(status).end()
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  onTestFinished(
    () =>
      new Promise<void>(done => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  )
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, heard }
}

/** A hub whose only subscribers are webhooks of the arbitration office, by id. */
export function hookedHub(hooks: Readonly<Record<string, Partial<Subscription> & { url: string }>>): Promise<TestHub> {
  const secrets = [`whsec_${Buffer.alloc(24, 3).toString('base64')}`]
  const subscriptions = Object.entries(hooks).map(
    ([id, { url, ...more }]): Subscription => ({
      id,
      system: 'labour-arbitration',
      purpose: 'COORDINATE',
      basis: 'test',
      door: { kind: 'webhook', url, secrets },
      ...more,
    }),
  )
  return testHub({ config: demo => ({ ...demo, allowedNetworks: ['127.0.0.1/32'], subscriptions }) })
}

/** Puts events on the log as correlate would: for tests of what comes behind it. */
export async function writeEvents({ settings }: TestHub) {
  const kafka = openKafka({ brokers: [...settings.brokers], clientId: 'regression' })
  onTestFinished(() => kafka.close())
  const producer = await kafka.producer()
  const topic = caseEventsTopic(settings.prefix)
  return async (sketches: readonly EventSketch[]): Promise<void> => {
    const records = sketches.map(sketch => {
      const { key, value, headers } = inRecord(event(sketch))
      return { topic, key, value, headers, partition: 0 }
    })
    await producer.send(records)
  }
}

export interface Operated {
  readonly status: number
  readonly body: Record<string, unknown>
}

/** What an operator does over HTTP. */
export async function operate({ url }: TestHub, path: string, body: object = {}): Promise<Operated> {
  const answer = await fetch(`${url}/admin/${path}`, {
    method: 'POST',
    headers: { authorization: 'Bearer operator-key', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: answer.status, body: (await answer.json()) as Operated['body'] }
}

export interface LaneSeen {
  readonly caseId: string
  readonly state: string
  readonly waiting: number
  readonly head: string
}

/** The lanes of a subscription as an operator sees them. */
export async function lanesOf({ url }: TestHub, subscription: string): Promise<readonly LaneSeen[]> {
  const answer = await fetch(`${url}/admin/subscriptions/${subscription}/lanes`, {
    headers: { authorization: 'Bearer operator-key' },
  })
  return ((await answer.json()) as { lanes: LaneSeen[] }).lanes
}

export const caseId = (n: number): string => `${String(n).padStart(8, '0')}-1111-5111-8111-111111111111`

/** Sequences of what was taken in first, by case, in the order of arrival. */
export function firstArrivals(heard: readonly Heard[]): Map<string, number[]> {
  const taken = new Map<string, number[]>()
  for (const { subject, sequence, status } of heard) {
    if (status !== 200) continue
    const mine = taken.get(subject) ?? []
    if (!mine.includes(sequence)) taken.set(subject, [...mine, sequence])
  }
  return taken
}

/** The same event always comes under the same id, and no id means two events. */
export function idsPerEvent(heard: readonly Heard[]): {
  readonly events: number
  readonly ids: number
  readonly pairs: number
} {
  const name = ({ subject, sequence }: Heard) => `${subject}/${sequence}`
  return {
    events: new Set(heard.map(name)).size,
    ids: new Set(heard.map(one => one.id)).size,
    pairs: new Set(heard.map(one => `${name(one)}=${one.id}`)).size,
  }
}

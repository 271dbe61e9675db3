// The pull door: pages of a subscription's own log by a signed cursor, and a stored position for those who keep none.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { CaseRecord, SealedPart } from '#schemas/canonical/types.ts'
import { HubError, isHubError } from '#schemas/errors.ts'
import type { Subscription } from '#schemas/files.ts'
import type { InRecord, Producer, Reader } from '../kafka/port.ts'
import { type CloudEvent, cloudEventOf } from './cloud-event.ts'
import type { Cursors, Position } from './cursor.ts'
import { decisionOf, entryOf } from './entry.ts'
import { cursorKey, type Marks } from './marks.ts'
import { marksPartition } from './orders.ts'
import { readPage } from './page.ts'
import type { Viewer } from './visible.ts'

export interface PullDeps {
  /** Looked up at each call: a subscription changed since counts at once. */
  readonly subscription: (id: string) => Subscription | undefined
  /** Where a subscription's own life begins in its topic: nothing before is shown. null: at the start. */
  readonly begin: (id: string) => Position | null
  /** Throws when the caller is not this system; without one, when it is no system at all. */
  readonly authenticate: (request: FastifyRequest, systemId: string | undefined) => void
  readonly reader: Reader
  readonly producer: Producer
  readonly marks: Marks
  readonly cursors: Cursors
  readonly topics: { out(subscription: string): string; readonly lanes: string }
  /** Partitions of every topic out.*. */
  readonly shards: number
  readonly decode: (bytes: Buffer) => CaseRecord
  readonly openPersonal: (sealed: CaseRecord['sealed']) => Promise<SealedPart | null>
  readonly viewer: Viewer
  readonly now: () => Date
}

export interface PulledPage {
  readonly events: readonly CloudEvent[]
  readonly next: string
  readonly more: boolean
}

const defaultLimit = 100
const mostEvents = 1000
const longestWaitSeconds = 30
const longestBody = 16_384
/** In place of a cursor: the oldest event that is kept. */
const startWord = 'start'
const leadsNowhere = ['HUB_CURSOR_EXPIRED', 'HUB_CURSOR_FOREIGN'] as const

type Call = FastifyRequest<{ Params: { id: string } }>

/** The door as app.ts takes it. */
export function pullRoutes(deps: PullDeps): (app: FastifyInstance) => Promise<void> {
  return async app => {
    await app.register(async scope => {
      // A digest is one of the bytes as sent.
      scope.removeAllContentTypeParsers()
      scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: longestBody }, (_request, body, done) =>
        done(null, body),
      )
      scope.get('/subscriptions/:id/events', (request: Call, reply) => answerPage(deps, request, reply))
      scope.post('/subscriptions/:id/ack', (request: Call, reply) => answerAck(deps, request, reply))
    })
  }
}

async function answerPage(deps: PullDeps, request: Call, reply: FastifyReply): Promise<PulledPage | FastifyReply> {
  const subscription = subscriptionOf(deps, request)
  const query = request.query as Record<string, string | undefined>
  const limit = numberOf(query.limit, 'limit', defaultLimit, 1, mostEvents)
  const waitMs = numberOf(query.wait, 'wait', 0, 0, longestWaitSeconds) * 1000
  try {
    const begin = deps.begin(subscription.id)
    const from = notBefore(begin, await positionOf(deps, subscription.id, query.cursor))
    return await pull(deps, subscription, from, limit, waitMs).catch(error => {
      // Its own life began before all that is kept: then all that is kept is its own.
      if (from !== begin || !isHubError(error, ...leadsNowhere)) throw error
      return pull(deps, subscription, null, limit, waitMs)
    })
  } catch (error) {
    return restartOf(reply, subscription.id, error)
  }
}

async function answerAck(deps: PullDeps, request: Call, reply: FastifyReply): Promise<object> {
  const { id } = subscriptionOf(deps, request)
  const cursor = cursorOf(request.body)
  try {
    deps.cursors.read(id, cursor)
  } catch (error) {
    return restartOf(reply, id, error)
  }
  const value = Buffer.from(JSON.stringify({ cursor, at: deps.now().toISOString() }))
  await deps.producer.send([{ topic: deps.topics.lanes, key: cursorKey(id), partition: marksPartition, value }])
  return { cursor }
}

function cursorOf(body: unknown): string {
  let cursor: unknown
  try {
    cursor = (JSON.parse(String(body)) as { cursor?: unknown } | null)?.cursor
  } catch {
    cursor = undefined
  }
  if (typeof cursor === 'string') return cursor
  throw new HubError('HUB_PULL_QUERY', { name: 'cursor', expected: 'a cursor' })
}

// A stranger hears that it is one before it hears which subscriptions there are.
function subscriptionOf(deps: PullDeps, request: Call): Subscription {
  const found = deps.subscription(request.params.id)
  const subscription = found?.door.kind === 'pull' ? found : undefined
  deps.authenticate(request, subscription?.system)
  if (!subscription) throw new HubError('HUB_PULL_NO_SUBSCRIPTION')
  return subscription
}

function notBefore(begin: Position | null, asked: Position | null): Position | null {
  if (!asked || !begin) return asked ?? begin
  if (asked.topicId !== begin.topicId) return asked
  const offsets = asked.offsets.map((one, i) => (one < (begin.offsets[i] ?? 0n) ? begin.offsets[i]! : one))
  return { topicId: asked.topicId, offsets }
}

/** null: the start. */
async function positionOf(deps: PullDeps, id: string, cursor: string | undefined): Promise<Position | null> {
  if (cursor === startWord) return null
  if (cursor !== undefined && cursor !== '') return deps.cursors.read(id, cursor)
  await deps.marks.catchUp()
  const stored = deps.marks.get(cursorKey(id))
  return stored ? deps.cursors.read(id, (JSON.parse(stored.toString()) as { cursor: string }).cursor) : null
}

async function pull(
  deps: PullDeps,
  subscription: Subscription,
  from: Position | null,
  limit: number,
  waitMs: number,
): Promise<PulledPage> {
  const page = await readPage(deps.reader, from, {
    topic: deps.topics.out(subscription.id),
    partitions: deps.shards,
    limit,
    waitMs,
    now: () => deps.now().getTime(),
  })
  const events: CloudEvent[] = []
  for (const record of page.records) events.push(await eventOf(deps, subscription, record))
  return { events, next: deps.cursors.sign(subscription.id, page.next), more: page.more }
}

async function eventOf(deps: PullDeps, subscription: Subscription, input: InRecord): Promise<CloudEvent> {
  const record = deps.decode(input.value!)
  const personal = await deps.openPersonal(record.sealed)
  const decision = decisionOf(entryOf(input), subscription.system)
  return cloudEventOf(input.headers, deps.viewer.see(record, personal, decision, subscription))
}

function numberOf(text: string | undefined, name: string, otherwise: number, least: number, most: number): number {
  if (text === undefined || text === '') return otherwise
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= most) return value
  throw new HubError('HUB_PULL_QUERY', { name, expected: `a whole number from ${least} to ${most}` })
}

/** A cursor that leads nowhere any more: says where to begin anew. */
function restartOf(reply: FastifyReply, id: string, error: unknown): FastifyReply {
  if (!isHubError(error, ...leadsNowhere)) throw error
  const { en, zh } = error.says
  return reply
    .code(410)
    .type('application/problem+json')
    .send({
      type: `urn:hub:error:${error.code}`,
      title: en,
      status: 410,
      code: error.code,
      en,
      zh,
      todo: error.entry.todo,
      restart: { cursor: startWord, path: `/subscriptions/${encodeURIComponent(id)}/events?cursor=${startWord}` },
    })
}

// What operators may do about deliveries that wait: see the lanes of a subscription, have a lane tried again, skipped or given up,
// pause and resume a subscription. Orders go through Kafka to whichever process owns the lane.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { HubError } from '#schemas/errors.ts'
import type { Subscription } from '#schemas/files.ts'
import { mustBeOperator } from '../app.ts'
import type { Control } from '../control.ts'
import type { InRecord, Producer, Reader } from '../kafka/port.ts'
import { reasonOf } from '../operators.ts'
import { readThrough } from '../pipeline/read-through.ts'
import { type LaneOrder, type OrderAction, orderRecord } from './orders.ts'

export interface LaneRouteDeps {
  readonly subscriptions: () => readonly Subscription[]
  readonly systems: ReadonlySet<string>
  readonly control: Control
  readonly producer: Producer
  readonly reader: Reader
  readonly topic: string
  readonly shards: number
  readonly operatorKey: string
  readonly now: () => Date
}

/** A lane as the topic tells it. */
interface Told {
  readonly caseId: string
  readonly partition: number
  readonly state: string
  readonly since: string
  readonly head: string | null
  readonly waiting: number
  readonly code: string | null
}

const actions: readonly string[] = ['retry', 'skip', 'cancel'] satisfies OrderAction[]
const forAll: readonly string[] = ['retry', 'cancel'] satisfies OrderAction[]

export function laneRoutes(deps: LaneRouteDeps): (app: FastifyInstance) => void {
  const operator = (request: FastifyRequest) => mustBeOperator(request.headers.authorization, deps.operatorKey)
  const known = (request: FastifyRequest): Subscription => {
    const { id } = request.params as { id: string }
    const found = deps.subscriptions().find(one => one.id === id)
    if (!found) throw new HubError('HUB_HTTP_UNKNOWN_SUBSCRIPTION', {})
    return found
  }
  /** One that the hub sends to; from the others their owners fetch, and there is nothing to hold back or to try again. */
  const pushed = (request: FastifyRequest): Subscription => {
    const found = known(request)
    if (found.door.kind === 'pull') throw new HubError('HUB_HTTP_PULLED', {})
    return found
  }
  return app => {
    app.get('/admin/subscriptions/:id/lanes', async (request, reply) => {
      operator(request)
      return reply.send({ lanes: [...(await lanesOf(deps, known(request).id)).values()] })
    })
    app.post('/admin/subscriptions/:id/lanes/:case/:action', async (request, reply) => {
      operator(request)
      const { id } = pushed(request)
      const { case: caseId, action } = request.params as { case: string; action: string }
      const lane = (await lanesOf(deps, id)).get(caseId)
      if (!lane) throw new HubError('HUB_HTTP_NO_LANE', {})
      const what = { action: actionOf(action, actions), caseId, partition: lane.partition }
      const order = orderOf(deps, request, what, lane.head)
      await deps.producer.send([orderRecord(deps.topic, id, order)])
      return reply.code(202).send({ ordered: order })
    })
    app.post('/admin/subscriptions/:id/lanes/:action', async (request, reply) => {
      operator(request)
      const { action } = request.params as { action: string }
      return reply.code(202).send(await orderAll(deps, request, [pushed(request)], action))
    })
    app.post('/admin/systems/:id/lanes/:action', async (request, reply) => {
      operator(request)
      const { id, action } = request.params as { id: string; action: string }
      if (!deps.systems.has(id)) throw new HubError('HUB_HTTP_UNKNOWN_SYSTEM', {})
      const theirs = deps.subscriptions().filter(one => one.system === id && one.door.kind !== 'pull')
      return reply.code(202).send(await orderAll(deps, request, theirs, action))
    })
    for (const verb of ['pause', 'resume'] as const) {
      app.post(`/admin/subscriptions/:id/${verb}`, async (request, reply) => {
        operator(request)
        const { id, system } = pushed(request)
        await deps.control[verb]('subscription', id, 'operator')
        return reply.send({ id, paused: deps.control.isPaused(system, id) })
      })
    }
  }
}

/** Every lane of these subscriptions: one order a shard, since each may have another owner. */
async function orderAll(deps: LaneRouteDeps, request: FastifyRequest, of: readonly Subscription[], action: string) {
  const orders = of.flatMap(({ id }) =>
    Array.from({ length: deps.shards }, (_, partition) => ({
      id,
      order: orderOf(deps, request, { action: actionOf(action, forAll), caseId: null, partition }),
    })),
  )
  await deps.producer.send(orders.map(({ id, order }) => orderRecord(deps.topic, id, order)))
  return { ordered: orders.map(({ id, order }) => ({ subscription: id, ...order })) }
}

function orderOf(
  { now }: LaneRouteDeps,
  request: FastifyRequest,
  what: Pick<LaneOrder, 'action' | 'caseId' | 'partition'>,
  headNow: string | null = null,
): LaneOrder {
  const { reason, head = headNow } = (request.body ?? {}) as { reason?: unknown; head?: unknown }
  const meant = typeof head === 'string' ? { head } : {}
  return { ...what, ...meant, by: 'operator', reason: reasonOf(reason), at: now().toISOString() }
}

function actionOf(action: string, allowed: readonly string[]): OrderAction {
  if (!allowed.includes(action)) throw new HubError('HUB_HTTP_LANE_ACTION', { allowed: allowed.join(', ') })
  return action as OrderAction
}

async function lanesOf({ reader, topic, shards }: LaneRouteDeps, subscription: string): Promise<Map<string, Told>> {
  const lanes = new Map<string, Told>()
  for (let partition = 0; partition < shards; partition += 1) {
    for await (const page of readThrough(reader, topic, partition, 'start'))
      for (const record of page.records) hear(lanes, record, subscription)
  }
  return lanes
}

/** A lane's key is the subscription and the case; what else lies in the topic has one part more, or another last part. */
function hear(lanes: Map<string, Told>, { key, value, partition }: InRecord, subscription: string): void {
  const [of, caseId = '', ...more] = key?.split('/') ?? []
  if (of !== subscription || more.length > 0 || caseId === 'door' || caseId === 'cursor') return
  if (value === null) lanes.delete(caseId)
  else lanes.set(caseId, { caseId, partition, ...(JSON.parse(value.toString()) as Omit<Told, 'caseId' | 'partition'>) })
}

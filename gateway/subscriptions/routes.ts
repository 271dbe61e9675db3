// /admin/subscriptions: what is in force, and every change to it.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { HubError } from '#schemas/errors.ts'
import type { Subscription } from '#schemas/files.ts'
import { operatorScope } from '../operators.ts'
import { type ChangeDeps, Desk } from './change.ts'
import type { Replayed, ReplayOrder } from './replay.ts'
import { replayOrder } from './replay-order.ts'
import { isValid } from './secrets.ts'

export interface SubscriptionRoutesDeps extends ChangeDeps {
  readonly operatorKey: string
  readonly isShut: (id: string) => boolean
  /** Opens a door that a receiver's 410 shut. */
  readonly open: (id: string) => Promise<void>
  readonly replay: (subscription: Subscription, order: ReplayOrder) => Promise<Replayed>
  readonly log: { info(facts: object, text: string): void }
}

export interface SubscriptionView extends Omit<Subscription, 'door'> {
  /** Of secrets only how many sign and since when. */
  readonly door: { readonly kind: string; readonly url?: string; readonly secrets?: readonly object[] }
  readonly shut?: true
  readonly from: 'configuration' | 'registry'
  readonly by?: string
  readonly at?: string
}

type Call = FastifyRequest<{ Params: { id: string } }>

const by = 'operator'
const maxBytes = 64 << 10

export function subscriptionRoutes(deps: SubscriptionRoutesDeps): (app: FastifyInstance) => Promise<void> {
  const desk = new Desk(deps)
  const view = (id: string) => viewOf(deps, id)
  return async app => {
    await operatorScope(app, { operatorKey: deps.operatorKey, maxBytes }, scope => {
      scope.get('/admin/subscriptions', async () => ({
        subscriptions: deps.subscriptions.all().map(one => view(one.id)),
      }))
      scope.post('/admin/subscriptions', async (request, reply) => {
        const { id, ...shown } = await desk.create(bodyOf(request), by)
        return reply.code(201).send({ ...view(id), ...shown })
      })
      scope.get('/admin/subscriptions/:id', async (request: Call) => view(request.params.id))
      scope.put('/admin/subscriptions/:id', async (request: Call) => {
        const { id } = await desk.replace(request.params.id, bodyOf(request), by)
        return view(id)
      })
      scope.delete('/admin/subscriptions/:id', async (request: Call) => ({
        ...(await desk.remove(request.params.id, by)),
        removed: true,
      }))
      scope.post('/admin/subscriptions/:id/rotate-secret', async (request: Call) => {
        const { id, ...shown } = await desk.rotate(request.params.id, bodyOf(request), by)
        return { ...view(id), ...shown }
      })
      scope.post('/admin/subscriptions/:id/open', async (request: Call) => {
        const { id } = view(request.params.id)
        await deps.open(id)
        return view(id)
      })
      scope.post('/admin/subscriptions/:id/replay', async (request: Call, reply) => {
        const subscription = deps.subscriptions.get(request.params.id)
        if (!subscription) throw new HubError('HUB_HTTP_UNKNOWN_SUBSCRIPTION')
        const order = replayOrder(bodyOf(request))
        const done = await deps.replay(subscription, order)
        deps.log.info({ subscription: subscription.id, by, ...order, ...done }, 'subscription.replayed')
        return reply.code(order.dryRun ? 200 : 202).send({ ...order, ...done })
      })
    })
  }
}

function bodyOf(request: FastifyRequest): Readonly<Record<string, unknown>> {
  const text = typeof request.body === 'string' && request.body !== '' ? request.body : '{}'
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    body = undefined
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new HubError('HUB_SUBSCRIPTION_BODY')
  return body as Readonly<Record<string, unknown>>
}

function viewOf({ subscriptions, isShut, now }: SubscriptionRoutesDeps, id: string): SubscriptionView {
  const found = subscriptions.get(id)
  if (!found) throw new HubError('HUB_HTTP_UNKNOWN_SUBSCRIPTION')
  const entry = subscriptions.entryOf(id)
  const { door, ...definition } = found
  const configured = door.kind === 'webhook' ? door.secrets.map(() => ({ since: null })) : []
  const kept = entry && 'secrets' in entry ? entry.secrets.filter(one => isValid(one, now())) : undefined
  const secrets = kept?.map(({ sealed: _sealed, ...shown }) => shown) ?? configured
  return {
    ...definition,
    door: door.kind === 'webhook' ? { kind: door.kind, url: door.url, secrets } : door,
    ...(isShut(id) ? { shut: true } : {}),
    ...(entry ? { from: 'registry', by: entry.by, at: entry.at } : { from: 'configuration' }),
  }
}

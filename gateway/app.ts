// The Fastify app, testable by inject: every door of the hub on one port. It does not listen.
import Fastify, { type FastifyInstance } from 'fastify'
import { HubError, isHubError } from '#schemas/errors.ts'
import type { Control } from './control.ts'
import { type HealthDeps, healthRoutes } from './health.ts'

export interface AppDeps {
  readonly health: HealthDeps
  readonly control: Control
  readonly systems: ReadonlySet<string>
  readonly operatorKey: string
  /** The doors: receive, receipts, pull. Each registers its own routes. */
  readonly doors: readonly ((app: FastifyInstance) => void | Promise<void>)[]
  readonly log: { error(facts: object, text: string): void }
}

/** Doors that take more say so themselves: a body is read before anyone asks whose it is. */
const maxBodyBytes = 1 << 20

export async function buildApp(deps: AppDeps): Promise<FastifyInstance> {
  const app = Fastify({ logger: false, forceCloseConnections: true, bodyLimit: maxBodyBytes })
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    if (isHubError(error)) return problem(reply, error)
    const status = error.statusCode ?? 503
    if (status >= 500) deps.log.error({ code: error.name }, 'http.failed')
    return reply
      .code(status)
      .type('application/problem+json')
      .send({ type: 'about:blank', status, title: status < 500 ? error.message : 'unavailable' })
  })
  app.setNotFoundHandler((request, reply) =>
    problem(reply, new HubError('HUB_HTTP_NOT_FOUND', { method: request.method })),
  )
  healthRoutes(app, deps.health)
  controlRoutes(app, deps)
  for (const door of deps.doors) await door(app)
  return app
}

export function problem(
  reply: { code(status: number): { type(t: string): { send(body: object): unknown } } },
  error: HubError,
  more: object = {},
): unknown {
  const { en, zh } = error.says
  const body = {
    type: `urn:hub:error:${error.code}`,
    title: en,
    status: error.entry.status || 503,
    code: error.code,
    en,
    zh,
    todo: error.entry.todo,
    ...more,
  }
  return reply.code(body.status).type('application/problem+json').send(body)
}

function controlRoutes(app: FastifyInstance, deps: AppDeps): void {
  app.get('/admin/systems', async (request, reply) => {
    mustBeOperator(request.headers.authorization, deps.operatorKey)
    return reply.send({ systems: [...deps.systems].map(id => ({ id, paused: deps.control.isPaused(id) })) })
  })
  for (const verb of ['pause', 'resume'] as const) {
    app.post(`/admin/systems/:id/${verb}`, async (request, reply) => {
      mustBeOperator(request.headers.authorization, deps.operatorKey)
      const { id } = request.params as { id: string }
      if (!deps.systems.has(id)) throw new HubError('HUB_HTTP_UNKNOWN_SYSTEM', {})
      await deps.control[verb]('system', id, 'operator')
      return reply.send({ id, paused: deps.control.isPaused(id) })
    })
  }
}

export function mustBeOperator(header: string | undefined, key: string): void {
  if (header !== `Bearer ${key}`) throw new HubError('HUB_HTTP_OPERATOR_ONLY', {})
}

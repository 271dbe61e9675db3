// /admin/certifications: begin one, read its report as JSON or as a page, run one exchange again, stop it.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { HubError } from '#schemas/errors.ts'
import { mustBeOperator } from '../app.ts'
import type { Desk } from './desk.ts'
import { reportPage } from './page.ts'

export interface CertifyRoutesDeps {
  readonly desk: Desk
  readonly operatorKey: string
  /** A certification makes cases of its own: why none may be made just now, if so. */
  readonly refusal?: () => HubError | undefined
}

interface Named {
  readonly Params: { readonly id: string; readonly exchange: string }
}

const base = '/admin/certifications'

export function certifyRoutes({ desk, operatorKey, refusal }: CertifyRoutesDeps): (app: FastifyInstance) => void {
  return app => {
    const operator = (request: FastifyRequest) => mustBeOperator(request.headers.authorization, operatorKey)
    app.post(base, async (request, reply) => {
      operator(request)
      const { system, withinSeconds } = orderOf(request.body)
      const refused = refusal?.()
      if (refused) throw refused
      return reply.code(201).send(await desk.begin(system, withinSeconds))
    })
    app.get<Named>(`${base}/:id`, async (request, reply) => {
      operator(request)
      const report = await desk.report(request.params.id)
      if (!/text\/html/.test(request.headers.accept ?? '')) return reply.send(report)
      return reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
        .send(reportPage(report))
    })
    app.post<Named>(`${base}/:id/exchanges/:exchange`, async (request, reply) => {
      operator(request)
      const refused = refusal?.()
      if (refused) throw refused
      return reply.code(202).send(await desk.again(request.params.id, request.params.exchange))
    })
    app.post<Named>(`${base}/:id/stop`, async (request, reply) => {
      operator(request)
      return reply.send(await desk.halt(request.params.id))
    })
  }
}

function orderOf(body: unknown): { readonly system: string; readonly withinSeconds?: number } {
  const { system, withinSeconds } = (body ?? {}) as { system?: unknown; withinSeconds?: unknown }
  const limited = withinSeconds === undefined || (Number.isInteger(withinSeconds) && Number(withinSeconds) > 0)
  if (typeof system !== 'string' || !limited) throw new HubError('HUB_CERTIFY_ORDER')
  return withinSeconds === undefined ? { system } : { system, withinSeconds: Number(withinSeconds) }
}

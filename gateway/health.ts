// Probes. Live: the process answers. Ready: every stage runs and Kafka confirmed something of late.
import type { FastifyInstance } from 'fastify'
import type { StageHealth } from './supervise.ts'
import type { Telemetry } from './telemetry.ts'

export interface HealthDeps {
  readonly stages: () => readonly StageHealth[]
  /** Where this process takes messages in: whether it does. Refusing, it still delivers, and so is ready. */
  readonly intake?: () => object
  readonly telemetry: Telemetry
  /** Lag of each stage is asked only when somebody looks. */
  readonly refresh: () => Promise<void>
}

/** What a receiver does to its deliveries is no fault of this process. */
const healthy = new Set(['running', 'paused', 'open', 'shut', 'full'])

export function healthRoutes(app: FastifyInstance, deps: HealthDeps): void {
  app.get('/health/live', async () => ({ status: 'live' }))
  app.get('/health/ready', async (_request, reply) => {
    const stages = deps.stages()
    const ready = stages.length > 0 && stages.every(one => healthy.has(one.state))
    return reply.code(ready ? 200 : 503).send({
      status: ready ? 'ready' : 'not ready',
      ...(deps.intake ? { intake: deps.intake() } : {}),
      stages: stages.map(one => ({ ...one, reason: told(one.reason) })),
    })
  })
  app.get('/metrics', async (_request, reply) => {
    await deps.refresh()
    return reply.type(deps.telemetry.contentType).send(await deps.telemetry.text())
  })
}

function told(reason: StageHealth['reason']): object | null {
  return reason && { code: reason.code, at: new Date(reason.at).toISOString() }
}

// Probes. Live: the process answers. Ready: every stage runs and Kafka confirmed something of late.
import type { FastifyInstance } from 'fastify'
import type { Telemetry } from './telemetry.ts'

export interface StageHealth {
  readonly stage: string
  /** running, paused, waiting (for Kafka), fenced or stopped; of a delivery also open, shut or full. */
  readonly state: string
  readonly lastCommitAt: number | null
}

export interface HealthDeps {
  readonly stages: () => readonly StageHealth[]
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
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', stages })
  })
  app.get('/metrics', async (_request, reply) => {
    await deps.refresh()
    return reply.type(deps.telemetry.contentType).send(await deps.telemetry.text())
  })
}

// Composition root: opens the ground, starts the stages of this process's roles, opens the doors, listens. Nothing else.
import type { FastifyInstance } from 'fastify'
import { HubError } from '#schemas/errors.ts'
import { buildApp } from './app.ts'
import { openDoors } from './doors.ts'
import { type Ground, openGround } from './ground.ts'
import { lagWatch } from './lag.ts'
import { mappingRoutes } from './mappings/routes.ts'
import { openPressure } from './pressure/pressure.ts'
import { keepRetention, keptTopics } from './retention.ts'
import type { HubSettings, Role } from './settings.ts'
import { openShowing } from './showing.ts'
import { startCorrelate, startTranslate } from './stages.ts'
import { type Keep, startDeliver, startRoute } from './stages-out.ts'
import { type Supervised, supervise } from './supervise.ts'

export interface Hub {
  readonly url: string
  stop(): Promise<void>
}

/** Starts a hub process. Throws a HubError naming what is missing before anything listens. */
export async function startHub(settings: HubSettings): Promise<Hub> {
  const ground = await openGround(settings)
  const { producer, control } = ground
  const runs: Supervised[] = []
  const keep: Keep = (stage, start) => supervise({ ...supervision(settings), stage, start })
  const has = (role: Role) => settings.roles.has(role)
  // From the end of the path to its start, so that nothing waits for a stage that is still starting.
  const showing = has('deliver') || has('gateway') ? await openShowing(ground) : undefined
  const deliver = has('deliver') && showing ? await startDeliver(ground, control, showing, keep) : undefined
  if (has('route')) runs.push(await keep('route', () => startRoute(ground)))
  if (has('correlate')) runs.push(await keep('correlate', () => startCorrelate(ground)))
  if (has('translate')) runs.push(await keep('translate', () => startTranslate(ground)))
  const running = (): readonly Supervised[] => [...(deliver?.runs() ?? []), ...runs]
  const admin = await ground.kafka.admin()
  const pressure = await openPressure({
    ...{ limits: () => settings.config.limits ?? {}, dataDir: settings.dataDir, log: settings.log },
    disks: async () => (await admin.disks()).map(one => ({ ...one, where: `broker ${one.broker}` })),
    told: ground.telemetry,
  })
  const parts = { producer, control, showing, keep, pressure }
  const doors = has('gateway') && showing ? await openDoors(ground, { ...parts, showing }) : undefined
  const stopRetention = keepRetention({
    ...{ admin, reader: await ground.kafka.reader(), keys: ground.keys, log: settings.log, now: settings.now },
    topics: () => keptTopics(ground, showing?.marks),
  })
  const app = await buildApp({
    health: {
      stages: () => [...running(), ...(doors?.sources ?? [])].map(run => run.health()),
      ...(doors ? { intake: () => pressure.health() } : {}),
      telemetry: ground.telemetry,
      refresh: lagWatch(ground, admin),
    },
    control,
    systems: new Set(settings.config.systems.map(one => one.id)),
    operatorKey: settings.operatorKey,
    doors: [mappingRoutes({ ...ground, ...settings }), ...(doors?.routes ?? [])],
    log: settings.log,
  })
  const url = await listen(app, settings)
  settings.log.info({ url, stages: running().map(run => run.health().stage) }, 'hub.started')
  return {
    url,
    async stop() {
      await app.close()
      await doors?.stop()
      await Promise.all([stopRetention(), pressure.stop()])
      await Promise.all(runs.map(run => run.stop()))
      await deliver?.stop()
      await showing?.stop()
      await ground.close()
    },
  }
}

function supervision({ log, now }: HubSettings) {
  return { log, now: () => now().getTime(), random: Math.random }
}

async function listen(app: FastifyInstance, settings: HubSettings): Promise<string> {
  try {
    return await app.listen({ host: settings.host, port: settings.port })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EADDRINUSE')
      throw new HubError('HUB_START_PORT_TAKEN', { port: settings.port }, cause)
    throw cause
  }
}

export type { Ground }

// Composition root: opens the ground, starts the stages of this process's roles, opens the doors, listens. Nothing else.
import type { FastifyInstance } from 'fastify'
import { HubError } from '#schemas/errors.ts'
import { buildApp } from './app.ts'
import { openDoors } from './doors.ts'
import { type Ground, openGround } from './ground.ts'
import { lagWatch } from './lag.ts'
import { mappingRoutes } from './mappings/routes.ts'
import { destroyOldKeys } from './retention.ts'
import type { HubSettings, Role } from './settings.ts'
import { openShowing } from './showing.ts'
import { startCorrelate, startTranslate } from './stages.ts'
import { startDeliver, startRoute } from './stages-out.ts'

/** What a stage run and a delivery loop have in common. */
interface Running {
  status(): { readonly state: string; readonly lastCommitAt: number | null }
  stop(): Promise<void>
  readonly done: Promise<string>
}

export interface Hub {
  readonly url: string
  /** Resolves when a stage ended by itself: another process took over. */
  readonly fenced: Promise<string>
  stop(): Promise<void>
}

/** Starts a hub process. Throws a HubError naming what is missing before anything listens. */
export async function startHub(settings: HubSettings): Promise<Hub> {
  const ground = await openGround(settings)
  const stopDestroying = destroyOldKeys(ground.keys, settings.now)
  const { producer, control } = ground
  const runs = new Map<string, Running>()
  const has = (role: Role) => settings.roles.has(role)
  // From the end of the path to its start, so that nothing waits for a stage that is still starting.
  const showing = has('deliver') || has('gateway') ? await openShowing(ground) : undefined
  const deliver = has('deliver') && showing ? await startDeliver(ground, control, showing) : undefined
  if (has('route')) runs.set('route', await startRoute(ground))
  if (has('correlate')) runs.set('correlate', await startCorrelate(ground))
  if (has('translate')) runs.set('translate', await startTranslate(ground))
  const doors = has('gateway') && showing ? await openDoors(ground, { producer, control, showing }) : undefined
  const running = (): [string, Running][] => [...(deliver?.runs() ?? []), ...runs]
  const app = await buildApp({
    health: {
      stages: () => running().map(([stage, run]) => ({ stage, ...run.status() })),
      telemetry: ground.telemetry,
      refresh: lagWatch(ground, await ground.kafka.admin()),
    },
    control,
    systems: new Set(settings.config.systems.map(one => one.id)),
    operatorKey: settings.operatorKey,
    doors: [mappingRoutes({ ...ground, ...settings }), ...(doors?.routes ?? [])],
    log: settings.log,
  })
  const url = await listen(app, settings)
  settings.log.info({ url, stages: running().map(([stage]) => stage) }, 'hub.started')
  return {
    url,
    fenced: Promise.race([
      ...(deliver ? [deliver.fenced] : []),
      ...[...runs].map(([name, run]) =>
        run.done.then(state => (state === 'fenced' ? name : new Promise<string>(() => undefined))),
      ),
    ]),
    async stop() {
      await app.close()
      await doors?.stop()
      stopDestroying()
      await Promise.all([...runs.values()].map(run => run.stop()))
      await deliver?.stop()
      await showing?.stop()
      await ground.close()
    },
  }
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

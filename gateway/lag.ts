// How many records wait before each stage: asked of the broker when somebody looks, and not more often than needed.
import type { Ground } from './ground.ts'
import type { Admin } from './kafka/port.ts'
import * as topics from './kafka/topics.ts'

const freshMs = 5000

/** Gives a function that brings the lag gauges up to date. An unreachable broker leaves them as they were. */
export function lagWatch(ground: Ground, admin: Admin): () => Promise<void> {
  const { settings, telemetry } = ground
  const { prefix } = settings
  let lookedAt = 0
  return async () => {
    const now = settings.now().getTime()
    if (now - lookedAt < freshMs) return
    lookedAt = now
    await Promise.all(
      watched(ground).map(async ([stage, names]) => {
        const lags = await admin.lag(`${prefix}${stage}`, names)
        telemetry.lag(stage, Number([...lags.values()].reduce((sum, one) => sum + one, 0n)))
      }),
    ).catch(() => undefined)
  }
}

function watched({ settings, subscriptions }: Ground): [stage: string, topics: string[]][] {
  const { prefix, config } = settings
  return [
    ['translate', config.systems.map(one => topics.inTopic(prefix, one.id))],
    ['correlate', [topics.canonicalTopic(prefix)]],
    ['route', [topics.caseEventsTopic(prefix)]],
    ...subscriptions
      .all()
      .filter(one => one.door.kind !== 'pull')
      .map((one): [string, string[]] => [`deliver.${one.id}`, [topics.outTopic(prefix, one.id)]]),
  ]
}

// The cluster of KAFKA_BROKERS may come up after the hub, or be away just then: a start waits for it, and says so.
import { setTimeout as sleep } from 'node:timers/promises'
import { openKafka } from '#gateway/index.ts'
import { HubError } from '#schemas/errors.ts'

export interface AwaitOptions {
  readonly withinMs: number
  /** Called once, when the first question went unanswered. */
  readonly waiting: () => void
}

/** Resolves when a broker answers. Rejects with HUB_START_KAFKA_AWAY after `withinMs`. */
export async function awaitBrokers(brokers: readonly string[], { withinMs, waiting }: AwaitOptions): Promise<void> {
  const deadline = performance.now() + withinMs
  const kafka = openKafka({ brokers: [...brokers], clientId: 'hub-start' })
  const admin = await kafka.admin()
  let told = false
  try {
    for (;;) {
      try {
        await admin.brokers()
        return
      } catch (cause) {
        if (performance.now() >= deadline)
          throw new HubError(
            'HUB_START_KAFKA_AWAY',
            { brokers: brokers.join(','), seconds: Math.round(withinMs / 1000) },
            cause,
          )
        if (!told) waiting()
        told = true
        await sleep(100)
      }
    }
  } finally {
    await kafka.close()
  }
}

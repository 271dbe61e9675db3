// The receivers' process as the storm sees it.
import { once } from 'node:events'
import { processOf } from './helpers.ts'
import type { Endpoint } from './plan.ts'
import type { Manner, ReceiverJob } from './processes/receiver.ts'

export type Accepted = Readonly<Record<Endpoint, number>>

export interface Receivers {
  behave(endpoint: Endpoint, manner: Manner): void
  /** Different deliveries that each has accepted. */
  accepted(): Promise<Accepted>
  stop(): Promise<void>
}

export async function startReceivers(job: ReceiverJob): Promise<Receivers> {
  const child = processOf('receiver.ts', job)
  await once(child, 'message')
  let asked = 0
  return {
    behave: (endpoint, manner) => void child.send({ endpoint, manner }),
    accepted() {
      asked += 1
      const ask = asked
      return new Promise(resolve => {
        const hear = (said: unknown): void => {
          const answer = said as { ask: number; accepted: Accepted }
          if (answer.ask !== ask) return
          child.off('message', hear)
          resolve(answer.accepted)
        }
        child.on('message', hear)
        child.send({ ask })
      })
    },
    async stop() {
      const gone = once(child, 'exit')
      child.kill()
      await gone
    },
  }
}

// Makes the door that a job names: in a test, or in a process of its own that must end by itself.
import type { Adapter } from '#connectors/sdk.ts'
import type { PushDoor } from '#gateway/deliver/door.ts'
import { type Entry, entryOf } from '#gateway/deliver/entry.ts'
import type { HttpPush } from '#gateway/transports/http-push.ts'
import type { WayConfig } from '#schemas/transport.ts'
import {
  makeFile,
  makeNative,
  makePush,
  makeTable,
  makeWebhook,
  type Saying,
} from '../../unit/gateway/deliver/doors.ts'
import { FakeKafka } from '../../unit/gateway/deliver/fake-kafka.ts'
import { caseId, publish } from '../../unit/gateway/deliver/rig.ts'

export type DoorJob =
  | { readonly kind: 'webhook' | 'native' | 'asking'; readonly url: string }
  | { readonly kind: 'file' | 'table'; readonly way: WayConfig }

/** For what is not answered; long enough for a machine under load. */
const timeoutMs = 20_000

/** A receiver that can be asked whether it has a delivery. */
const asking: Adapter = {
  lookUp: {
    request: call => ({
      method: 'GET',
      path: '/ask',
      query: { id: call.deliveryId },
      headers: {},
      body: Buffer.alloc(0),
    }),
    outcome: answer => (answer.status === 404 ? undefined : { kind: 'delivered' }),
  },
}

export function makeDoor(job: DoorJob, saying: Saying = {}): PushDoor {
  if ('way' in job) return job.kind === 'file' ? makeFile(job.way, saying) : makeTable(job.way, saying)
  const push = makePush({ timeoutMs })
  return { ...httpDoor(job, push, saying), close: () => push.close() }
}

function httpDoor({ kind, url }: Extract<DoorJob, { url: string }>, push: HttpPush, saying: Saying): PushDoor {
  if (kind === 'webhook') return makeWebhook(url, push, saying)
  const more = kind === 'asking' ? ({ adapter: asking, repeats: 'duplicates' } as const) : {}
  return makeNative(url, push, { ...saying, ...more })
}

/** One event of each of so many cases, as routed to the door's subscription. */
export function entries(count: number): Entry[] {
  const kafka = new FakeKafka()
  publish(
    kafka,
    Array.from({ length: count }, (_, n) => ({ caseId: caseId(n + 1) })),
  )
  return kafka.log('out.unit').map(entryOf)
}

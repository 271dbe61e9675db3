// The webhook door: Standard Webhooks headers, a CloudEvent as body. The receiver knows repeats by webhook-id.
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import type { HttpAnswer } from '#connectors/sdk.ts'
import type { CaseRecord, SealedPart } from '#schemas/canonical/types.ts'
import type { Subscription, SystemConfig } from '#schemas/files.ts'
import type { OutRecord } from '../kafka/port.ts'
import type { HttpPush } from '../transports/http-push.ts'
import { cloudEventOf } from './cloud-event.ts'
import type { PushDoor, Result } from './door.ts'
import { decisionOf } from './entry.ts'
import { doorKey } from './marks.ts'
import { failureOf, retryAfterOf } from './native.ts'
import { marksPartition } from './orders.ts'
import type { About } from './records.ts'
import type { Viewer } from './visible.ts'

export interface WebhookDeps {
  readonly subscription: Subscription
  readonly system: SystemConfig
  /** The newest first; looked at for each call. The same list as long as nothing has changed. */
  readonly secrets: () => readonly string[]
  readonly push: HttpPush
  readonly decode: (bytes: Buffer) => CaseRecord
  readonly openPersonal: (sealed: CaseRecord['sealed']) => Promise<SealedPart | null>
  readonly viewer: Viewer
  readonly now: () => Date
}

export function webhookDoor(deps: WebhookDeps): PushDoor {
  const { subscription, system } = deps
  const { door } = subscription
  const url = door.kind === 'webhook' ? door.url : ''
  let signing: { readonly secrets: readonly string[]; readonly keys: readonly KeyObject[] } = { secrets: [], keys: [] }
  const keys = () => {
    const secrets = deps.secrets()
    if (secrets !== signing.secrets) signing = { secrets, keys: secrets.slice(0, 2).map(keyOf) }
    return signing.keys
  }
  return {
    system: system.id,
    repeats: 'ignored',
    canLookUp: false,
    async attempt(entry) {
      try {
        const record = deps.decode(entry.value)
        const personal = await deps.openPersonal(record.sealed)
        const data = deps.viewer.see(record, personal, decisionOf(entry, system.id), subscription)
        const body = Buffer.from(JSON.stringify(cloudEventOf(entry.headers, data)))
        const seconds = Math.floor(deps.now().getTime() / 1000)
        const answer = await deps.push.tell(
          url,
          {
            method: 'POST',
            path: '',
            headers: {
              'content-type': 'application/cloudevents+json; charset=utf-8',
              'webhook-id': entry.deliveryId,
              'webhook-timestamp': String(seconds),
              'webhook-signature': signWebhook(keys(), entry.deliveryId, seconds, body),
            },
            body,
          },
          system.id,
        )
        return resultOf(answer)
      } catch (error) {
        return failureOf(error)
      }
    },
  }
}

/** @param secret `whsec_` and the key in base64 */
export function keyOf(secret: string): KeyObject {
  return createSecretKey(Buffer.from(secret.replace(/^whsec_/, ''), 'base64'))
}

/** One signature per key, so that a receiver may change its own at leisure. */
export function signWebhook(keys: readonly KeyObject[], id: string, seconds: number, body: Buffer): string {
  return keys
    .map(key => `v1,${createHmac('sha256', key).update(`${id}.${seconds}.`).update(body).digest('base64')}`)
    .join(' ')
}

function resultOf(answer: HttpAnswer): Result {
  const { status } = answer
  const code = `HTTP_${status}`
  if (status >= 200 && status < 300) return { kind: 'delivered' }
  if (status === 410) return { kind: 'closed', code }
  const retryAfterMs = retryAfterOf(answer)
  return { kind: 'retry', code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
}

/** The door stays shut until an operator removes this record. */
export function shutRecord(about: About, code: string, now: Date): OutRecord {
  return {
    topic: about.topics.lanes,
    key: doorKey(about.subscription),
    partition: marksPartition,
    value: Buffer.from(JSON.stringify({ state: 'shut', since: now.toISOString(), code })),
  }
}

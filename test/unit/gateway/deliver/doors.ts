// HTTP doors as the hub makes them, over sockets of this machine.
import { onTestFinished } from 'vitest'
import type { Adapter } from '#connectors/sdk.ts'
import type { PushDoor } from '#gateway/deliver/door.ts'
import { type NativeDoor, nativeDoor } from '#gateway/deliver/native.ts'
import { createViewer } from '#gateway/deliver/visible.ts'
import { webhookDoor } from '#gateway/deliver/webhook.ts'
import { addressGuard } from '#gateway/transports/address-guard.ts'
import { createHttpPush, type HttpPush, type HttpPushOptions } from '#gateway/transports/http-push.ts'
import type { Manifest } from '#schemas/files.ts'
import { caseCodec, caseRecordSchema, machine, sealedPartSchema } from '../../../helpers/records.ts'
import { subscription, system, table } from '../route/sketch.ts'
import { toyConnector } from './rig.ts'

export const secrets = [1, 2].map(n => `whsec_${Buffer.alloc(24, n).toString('base64')}`)

/** May call this machine, as the demo may. */
export function openPush(options: HttpPushOptions = {}): HttpPush {
  const push = createHttpPush({ guard: addressGuard(['127.0.0.0/8']), ...options })
  onTestFinished(() => push.close())
  return push
}

const seeing = {
  decode: (bytes: Buffer) => caseCodec.decode(bytes),
  openPersonal: async () => null,
  viewer: createViewer({ open: caseRecordSchema, sealed: sealedPartSchema }, table, () => new Date()),
  now: () => new Date(),
}

export function makeWebhook(url: string, push: HttpPush): PushDoor {
  const door = { kind: 'webhook', url, secrets } as const
  return webhookDoor({
    ...seeing,
    subscription: subscription('unit', 'COORDINATE', { door }),
    system: system('unit'),
    secrets: () => secrets,
    push,
  })
}

/** Says which case and which delivery, as a webhook does. */
const named = (input: never) => {
  const { record, deliveryId } = input as { record: { case: { caseId: string } }; deliveryId: string }
  return { subject: record.case.caseId, deliveryid: deliveryId }
}

export function makeNative(
  url: string | undefined,
  push: HttpPush,
  repeats: Manifest['transport']['repeats'] = 'ignored',
  adapter: Adapter = {},
  map: (input: never) => unknown = named,
): NativeDoor {
  const transport = { inbound: ['http-push'], outbound: ['http-push'], schemes: [], repeats, path: '/take' } as const
  const connector = toyConnector(adapter, { transport }, map)
  return nativeDoor({
    ...seeing,
    subscription: subscription('unit', 'COORDINATE'),
    system: { ...system('unit', { serves: ['UNIT'] }), ...(url === undefined ? {} : { url }) },
    connector,
    inForce: () => connector,
    machine,
    push,
  })
}

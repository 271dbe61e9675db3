// Push doors as the hub makes them, without a hub around them.
import { onTestFinished } from 'vitest'
import type { Adapter } from '#connectors/sdk.ts'
import type { PushDoor } from '#gateway/deliver/door.ts'
import { fileDoor } from '#gateway/deliver/file-door.ts'
import { nativeDoor } from '#gateway/deliver/native.ts'
import { tableDoor } from '#gateway/deliver/table-door.ts'
import { createViewer } from '#gateway/deliver/visible.ts'
import { webhookDoor } from '#gateway/deliver/webhook.ts'
import { addressGuard } from '#gateway/transports/address-guard.ts'
import { createHttpPush, type HttpPush, type HttpPushOptions } from '#gateway/transports/http-push.ts'
import type { Manifest, OutboundRule, SystemConfig } from '#schemas/files.ts'
import type { TableOut } from '#schemas/tables.ts'
import type { FilesSpec, WayConfig } from '#schemas/transport.ts'
import { caseCodec, caseRecordSchema, machine, sealedPartSchema } from '../../../helpers/records.ts'
import { subscription, system, table } from '../route/sketch.ts'
import { toyConnector } from './rig.ts'

export const secrets = [1, 2].map(n => `whsec_${Buffer.alloc(24, n).toString('base64')}`)

/** May call this machine, as the demo may. */
export function makePush(options: HttpPushOptions = {}): HttpPush {
  return createHttpPush({ guard: addressGuard(['127.0.0.0/8']), ...options })
}

export function openPush(options: HttpPushOptions = {}): HttpPush {
  const push = makePush(options)
  onTestFinished(() => push.close())
  return push
}

/** What a door says, and how it comes by what is sealed. */
export interface Saying {
  readonly map?: (input: never) => unknown
  readonly outbound?: readonly OutboundRule[]
  readonly openPersonal?: () => Promise<null>
}

/** Which case and which delivery, as a webhook says them too, and words that need care. */
const named = (input: never) => {
  const { record, deliveryId } = input as { record: { case: { caseId: string } }; deliveryId: string }
  return { subject: record.case.caseId, deliveryid: deliveryId, words: '“𠮷”,\n<&>;' }
}

const seeing = ({ openPersonal = async () => null }: Saying) => ({
  decode: (bytes: Buffer) => caseCodec.decode(bytes),
  openPersonal,
  viewer: createViewer({ open: caseRecordSchema, sealed: sealedPartSchema }, table, () => new Date()),
  now: () => new Date(),
})

export function makeWebhook(url: string, push: HttpPush, saying: Saying = {}): PushDoor {
  const door = { kind: 'webhook', url, secrets } as const
  const one = subscription('unit', 'COORDINATE', { door })
  return webhookDoor({ ...seeing(saying), subscription: one, system: system('unit'), secrets: () => secrets, push })
}

function ownParts(
  transport: Partial<Manifest['transport']>,
  more: Partial<SystemConfig>,
  saying: Saying,
  adapter: Adapter = {},
) {
  const { map = named, outbound = [{ message: 'say', when: {} }] } = saying
  const full = {
    inbound: ['http-push'],
    outbound: ['http-push'],
    schemes: [],
    repeats: 'ignored',
    ...transport,
  } as const
  const connector = toyConnector(adapter, { transport: full, outbound }, map)
  return {
    ...seeing(saying),
    subscription: subscription('unit', 'COORDINATE'),
    system: system('unit', { serves: ['UNIT'], ...more }),
    connector,
    inForce: () => connector,
    machine,
  }
}

interface NativeParts extends Saying {
  readonly repeats?: Manifest['transport']['repeats']
  readonly adapter?: Adapter
}

export function makeNative(url: string, push: HttpPush, { repeats = 'ignored', adapter, ...saying }: NativeParts = {}) {
  return nativeDoor({ ...ownParts({ repeats, path: '/take' }, { url }, saying, adapter), push })
}

export const fileOut: NonNullable<FilesSpec['out']> = {
  folder: 'in',
  name: '{message}_{case}_{event}_{delivery}.json',
}

export function makeFile(way: WayConfig, saying: Saying = {}): PushDoor {
  return fileDoor(
    ownParts({ outbound: ['file-drop'], files: { out: fileOut } }, { ways: { 'file-drop': way } }, saying),
  )
}

export const tableOut: TableOut = {
  message: 'say',
  table: 'OUT_SAY',
  ids: { delivery: 'psid', case: 'ajid', event: 'sjid' },
}

export function makeTable(way: WayConfig, saying: Saying = {}): PushDoor {
  const transport = { outbound: ['staging-table'], repeats: 'conflict', table: { out: [tableOut] } } as const
  return tableDoor(ownParts(transport, { ways: { 'staging-table': way } }, saying))
}

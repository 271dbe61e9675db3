// Puts one subscription's delivery together: its door by kind, its answers, its loop.
import type { CaseRecord, SealedPart } from '#schemas/canonical/types.ts'
import { HubError } from '#schemas/errors.ts'
import type { RetryPolicy, Subscription, SystemConfig } from '#schemas/files.ts'
import type { StatusMachine } from '#schemas/status-machine.ts'
import type { WayOut } from '#schemas/transport.ts'
import type { Member, Reader } from '../kafka/port.ts'
import type { Connector } from '../loader/connector.ts'
import type { NamedKey } from '../security/sealing.ts'
import type { HttpPush } from '../transports/http-push.ts'
import { answerRecord } from './answer.ts'
import type { PushDoor } from './door.ts'
import { fileDoor } from './file-door.ts'
import { doorKey, type Marks } from './marks.ts'
import { nativeDoor } from './native.ts'
import type { DeliverHooks, DeliverLog } from './options.ts'
import type { Places } from './places.ts'
import type { DeliverTopics } from './records.ts'
import { type DeliverRun, runDeliver } from './run.ts'
import { tableDoor } from './table-door.ts'
import type { Viewer } from './visible.ts'
import { shutRecord, webhookDoor } from './webhook.ts'

export interface DeliveryDeps {
  readonly subscription: Subscription
  readonly system: SystemConfig
  readonly connector: Connector
  /** The connector with the mappings in force now. */
  readonly inForce: () => Connector
  readonly catchUp: () => Promise<void>
  /** `in` is the topic of this system. */
  readonly topics: DeliverTopics
  readonly member: Member
  readonly reader: Reader
  readonly places: Pick<Places, 'restored'>
  readonly machine: StatusMachine
  readonly decode: (bytes: Buffer) => CaseRecord
  readonly openPersonal: (sealed: CaseRecord['sealed']) => Promise<SealedPart | null>
  readonly viewer: Viewer
  /** For webhooks it carries the address guard. */
  readonly push: HttpPush
  /** Webhooks only: what signs, the newest first. */
  readonly secrets: () => readonly string[]
  /** What the topic lanes says of doors, and of lanes by order. */
  readonly marks: Marks
  readonly intakeKey: (day: string) => NamedKey
  readonly messageNamespace: string
  readonly isPaused: (system: string, subscription: string) => boolean
  readonly log: DeliverLog
  readonly hooks?: DeliverHooks
  readonly now: () => Date
  readonly random: () => number
}

/** Webhooks have no manifest of their own. */
const webhookPolicy: RetryPolicy = { firstWaitMs: 1000, maxWaitMs: 900_000, deadlineMs: 3 * 86_400_000 }

export function startDelivery(deps: DeliveryDeps): DeliverRun {
  const { subscription, system, connector, topics, marks } = deps
  const about = { subscription: subscription.id, system: system.id, topics }
  const isWebhook = subscription.door.kind === 'webhook'
  const door = isWebhook ? webhookDoor(deps) : ownDoor(deps)
  const answerDeps = { ...deps, topic: topics.in }
  return runDeliver({
    about,
    door,
    policy: { ...(isWebhook ? webhookPolicy : connector.manifest.retry), ...subscription.retry },
    onDeadLetter: subscription.onDeadLetter,
    orders: () => marks.orders(subscription.id),
    member: deps.member,
    reader: deps.reader,
    places: deps.places,
    now: deps.now,
    random: deps.random,
    answer: (entry, tree, now) =>
      answerRecord(answerDeps, { ...entry, traceparent: entry.headers.traceparent }, tree, now),
    isPaused: deps.isPaused,
    catchUp: async () => void (await Promise.all([deps.catchUp(), marks.catchUp()])),
    ...(isWebhook
      ? {
          isShut: () => marks.get(doorKey(subscription.id)) !== undefined,
          shut: (code: string) => shutRecord(about, code, deps.now()),
        }
      : {}),
    log: deps.log,
    ...(deps.hooks ? { hooks: deps.hooks } : {}),
  })
}

const ownDoors: Readonly<Partial<Record<WayOut, (deps: DeliveryDeps) => PushDoor>>> = {
  'http-push': nativeDoor,
  'file-drop': fileDoor,
  'staging-table': tableDoor,
}

/** Can the hub reach this system in its own words? */
export function hasOwnDoor(system: SystemConfig, connector: Connector): boolean {
  const way = wayOf(system, connector)
  return ownDoors[way] !== undefined && connector.manifest.transport.outbound.includes(way)
}

function wayOf(system: SystemConfig, { manifest }: Connector): WayOut {
  return system.out ?? manifest.transport.outbound[0]!
}

function ownDoor(deps: DeliveryDeps): PushDoor {
  const { system, connector } = deps
  const way = wayOf(system, connector)
  if (hasOwnDoor(system, connector)) return ownDoors[way]!(deps)
  const rule = `system ${system.id}: ${system.connector} knows no way out ${way}`
  throw new HubError('HUB_START_CONFIG', { file: 'systems', rule })
}

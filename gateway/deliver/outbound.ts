// From an event to the native message for one system: what its outbound mapping reads.
import type { Json } from '#connectors/sdk.ts'
import type { MapContext } from '#mappings/engine/index.ts'
import type { CaseRecord, NumberRef, ProceedingRef, SealedPart } from '#schemas/canonical/types.ts'
import { HubError } from '#schemas/errors.ts'
import type { Subscription, SystemConfig } from '#schemas/files.ts'
import { isOpen, type StatusMachine } from '#schemas/status-machine.ts'
import { type Connector, mustBeUsable } from '../loader/connector.ts'
import { decisionOf, type Entry } from './entry.ts'
import { selectMessage } from './select.ts'
import type { Viewer } from './visible.ts'

export interface OutboundDeps {
  readonly subscription: Subscription
  readonly system: SystemConfig
  readonly connector: Connector
  /** The connector with the mappings in force now. */
  readonly inForce: () => Connector
  readonly machine: StatusMachine
  readonly decode: (bytes: Buffer) => CaseRecord
  /** null: nothing personal was said, or it was erased. */
  readonly openPersonal: (sealed: CaseRecord['sealed']) => Promise<SealedPart | null>
  readonly viewer: Viewer
}

export interface Outbound {
  readonly message: string
  readonly native: Json
}

const eventTypePath = '/record/envelope/eventType'

/** undefined: the system's manifest has no message for this event. Throws HUB_DELIVER_BROKEN, or what opening the seal throws.
 *  @param told numbers that the receiver has just named, where the event does not know its record yet */
export async function outboundOf(
  deps: OutboundDeps,
  entry: Entry,
  now: Date,
  told: readonly NumberRef[] = [],
): Promise<Outbound | undefined> {
  const { connector, system } = deps
  const decision = decisionOf(entry, system.id)
  const record = deps.decode(entry.value)
  const showsEvent = (name: string) => connector.outbound.get(name)?.compiled.reads.includes(eventTypePath) === true
  const message = selectMessage(connector.manifest.outbound, record, decision, showsEvent)
  if (message === undefined) return undefined
  const mapping = deps.inForce().outbound.get(message)
  const broken = (cause: string) =>
    new HubError('HUB_DELIVER_BROKEN', { event: entry.eventId, system: system.id, cause })
  if (!mapping) throw broken(`no mapping ${message}`)
  mustBeUsable(mapping)
  const personal = await deps.openPersonal(record.sealed)
  const handover = record.assignments.find(one => one.assignmentId === decision.handover)
  const input = {
    record: deps.viewer.see(record, personal, decision, deps.subscription),
    receiver: receiverOf(deps, record, told),
    origin: { numbers: record.case.proceedings[0]?.numbers ?? [] },
    ...(handover ? { handover } : {}),
    deliveryId: entry.deliveryId,
    eventId: entry.eventId,
    now: now.getTime(),
  }
  const mapped = mapping.compiled.map(input, contextOf(system, now))
  if (!mapped[0]) throw broken(`mapping ${message} gave nothing`)
  return { message, native: mapped[0].record as Json }
}

function contextOf(system: SystemConfig, now: Date): MapContext {
  const today = new Date(now.getTime() + 8 * 3_600_000).toISOString().slice(0, 10)
  return {
    system: system.id,
    area6: system.area,
    prefecture4: system.prefecture,
    today,
    receivedAt: now.getTime(),
  }
}

interface Receiver {
  readonly system: string
  readonly kind: string
  readonly proceedingId?: string
  readonly status?: string
  readonly numbers: readonly NumberRef[]
}

/** The receiver's own proceeding in this case: an open one before an ended one, the newest first. */
function receiverOf(
  { system, connector, machine }: OutboundDeps,
  record: CaseRecord,
  told: readonly NumberRef[],
): Receiver {
  const own = record.case.proceedings.filter(one => one.system === system.id)
  const found: ProceedingRef | undefined = own.findLast(one => isOpen(machine, one.status)) ?? own.at(-1)
  return {
    system: system.id,
    kind: found?.kind ?? connector.manifest.kind,
    ...(found ? { proceedingId: found.proceedingId, status: found.status } : {}),
    numbers: told.length > 0 ? told : (found?.numbers ?? []),
  }
}

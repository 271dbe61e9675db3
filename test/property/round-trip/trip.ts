// One native message there and back: mapped inbound, made a whole record, said by the outbound mappings that could say it.
import { basename, extname } from 'node:path'
import type { Connector } from '#gateway/loader/connector.ts'
import { messageOfFile } from '#gateway/loader/contract-samples.ts'
import { contextsOf, readSample, smallSamples } from '#gateway/loader/golden.ts'
import { assemble, type Origin } from '#gateway/translate/assemble.ts'
import type { CompiledMapping, MapContext, Mapped } from '#mappings/engine/index.ts'

/** A valid sample, and what to do with it. */
export interface Sample {
  readonly name: string
  readonly message: string
  readonly native: unknown
  readonly context: MapContext
  /** All that becomes of a native message: what the mapping gives, and below the name of each outbound mapping what it says. */
  readonly travel: (native: unknown) => unknown
}

export function samplesOf(connector: Connector, complete: Connector): Sample[] {
  const outbound = [...connector.outbound.values(), ...complete.outbound.values()].map(one => one.compiled)
  const contexts = contextsOf(connector)
  return smallSamples(connector).map(file => {
    const message = messageOfFile(connector, file)
    const name = basename(file, extname(file))
    const context = contexts(name)
    const inbound = connector.inbound.get(message)!.compiled
    const travel = (native: unknown) => {
      const mapped = inbound.map(native, context)
      return { mapped, said: mapped.map(one => saidBy(outbound, inputOf(connector, message, one, context), context)) }
    }
    return { name, message, native: readSample(connector, file), context, travel }
  })
}

function saidBy(outbound: readonly CompiledMapping[], input: unknown, context: MapContext): unknown {
  return Object.fromEntries(
    outbound.map(one => [`${one.connector} ${one.message}`, one.map(input, context)[0]?.record]),
  )
}

/** What deliver gives to an outbound mapping, for a receiver that may see everything and keeps this very proceeding. */
function inputOf({ manifest }: Connector, nativeMessage: string, mapped: Mapped, context: MapContext): object {
  const { id: connector, kind } = manifest
  const origin: Origin = { ...nowhere, connector, kind, nativeMessage, ...context, caseId: null, deliveryId: null }
  const { record, personal } = assemble(mapped, origin, () => null)
  const proceeding = { ...record.proceeding, proceedingId: 'p1', numbers: mapped.own }
  const whole = {
    ...record,
    case: { ...record.case, caseId: context.caseId, openedAt: proceeding.openedAt, proceedings: [proceeding] },
    proceeding,
    parties: record.parties.map((party, i) => ({ ...party, ...present(personal?.parties[i]) })),
    personal: present(personal),
  }
  const receiver = { system: context.system, kind: proceeding.kind, status: proceeding.status, numbers: mapped.own }
  const handover = { from: whole.assignments[0]?.from, to: { code: context.system } }
  return { record: whole, receiver, handover, origin: { numbers: mapped.own }, deliveryId: context.deliveryId, now: 0 }
}

const nowhere = {
  messageId: 'm1',
  part: 0,
  tenant: '330106',
  contentHash: 'x',
  receivedAt: 0,
  mapping: 'x',
  tables: [],
  traceId: null,
  causationId: null,
}

function present(part: object | null | undefined): Record<string, unknown> {
  return Object.fromEntries(Object.entries(part ?? {}).filter(([, value]) => value !== null))
}

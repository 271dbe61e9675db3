// The stage translate: one sealed native message in, its canonical records (or one invalid message) out. Stateless.
import type { MapContext } from '#mappings/engine/index.ts'
import type { CaseRecord, Flaw, SealedPart } from '#schemas/canonical/types.ts'
import type { Codec } from '#schemas/codec.ts'
import { HubError, isHubError } from '#schemas/errors.ts'
import type { MessageFormat } from '#schemas/files.ts'
import type { InRecord, OutRecord } from '../kafka/port.ts'
import { type Connector, mustBeUsable } from '../loader/connector.ts'
import { invalidRecord } from '../pipeline/set-aside.ts'
import type { Personal } from '../security/personal.ts'
import type { NamedKey } from '../security/sealing.ts'
import { assemble, type MappedRecord, type Origin } from './assemble.ts'

export interface MappedSystem {
  readonly id: string
  readonly connector: string
  readonly area: string
  readonly prefecture: string
}

/** What mapping needs; the rest of TranslateDeps is for reading and sealing records. */
export interface MappingDeps {
  readonly systems: ReadonlyMap<string, MappedSystem>
  /** With the mappings in force: one state of them, for a whole batch. */
  readonly connectors: ReadonlyMap<string, Connector>
  readonly openTitle: (said: Readonly<Record<string, unknown>>, receivedAt: number) => string | null
  readonly unknownCode: (system: string, table: string) => void
}

export interface TranslateDeps extends MappingDeps {
  readonly codec: Codec<CaseRecord>
  readonly personal: Personal
  /** @param format of the message in its manifest; undefined where that does not know it any more */
  readonly parse: (bytes: Buffer, contentType: string | undefined, format: MessageFormat | undefined) => unknown
  readonly open: (sealed: Buffer) => Buffer
  /** The intake key of the day on which the message came. */
  readonly intakeKey: (day: string) => NamedKey
  readonly topics: { readonly canonical: string; readonly invalid: string; systemOf(topic: string): string }
}

/** All that one native message becomes. */
export interface Translated {
  readonly records: readonly { readonly record: CaseRecord; readonly personal: SealedPart | null }[]
}

/** Maps one native tree; throws HUB_MAP_NO_OWN_NUMBER when nothing in it can be keyed. Used by the stage and by dry runs. */
export function translate(
  deps: MappingDeps,
  systemId: string,
  message: string,
  tree: unknown,
  about: About,
): Translated {
  const system = deps.systems.get(systemId)
  const connector = deps.connectors.get(system?.connector ?? '')
  const mapping = connector?.inbound.get(message)
  if (!system || !connector || !mapping) throw new HubError('HUB_MAP_MISSING', { system: systemId, message })
  mustBeUsable(mapping)
  const mapped = mapping.compiled.map(tree, contextOf(system, about))
  const usable = mapped.filter(one => one.own.length > 0)
  if (usable.length === 0) throw new HubError('HUB_MAP_NO_OWN_NUMBER', { system: systemId, message })
  const unmapped = mapping.compiled.unmapped(tree)
  return {
    records: usable.map((one, part) => {
      for (const code of one.unknownCodes) deps.unknownCode(systemId, code.table)
      const origin: Origin = {
        messageId: about.messageId,
        part,
        system: systemId,
        connector: connector.manifest.id,
        tenant: system.area,
        nativeMessage: message,
        kind: connector.manifest.kind,
        contentHash: about.contentHash,
        receivedAt: about.receivedAt,
        mapping: mapping.stamp,
        tables: mapping.tables,
        traceId: about.traceId,
        caseId: about.caseId,
        deliveryId: about.deliveryId,
        causationId: about.causationId,
      }
      return assemble(mappedRecord(one, part === 0 ? unmapped : []), origin, said =>
        deps.openTitle(said, about.receivedAt),
      )
    }),
  }
}

/** All that a mapping may know of the moment, from the message's own receipt. */
export function contextOf({ id, area, prefecture }: MappedSystem, about: About): MapContext {
  return {
    system: id,
    area6: area,
    prefecture4: prefecture,
    today: new Date(about.receivedAt + 8 * 3_600_000).toISOString().slice(0, 10),
    receivedAt: about.receivedAt,
    ...(about.caseId ? { caseId: about.caseId } : {}),
    ...(about.deliveryId ? { deliveryId: about.deliveryId } : {}),
  }
}

export interface About {
  readonly messageId: string
  readonly contentHash: string
  readonly receivedAt: number
  readonly traceId: string | null
  readonly caseId: string | null
  readonly deliveryId: string | null
  readonly causationId: string | null
}

// What no mapping knows is told once a message, with its first record.
function mappedRecord(
  one: {
    record: Readonly<Record<string, unknown>>
    own: readonly unknown[]
    cited: readonly unknown[]
    flaws: readonly { pointer: string; rule: string }[]
    unknownCodes: readonly { table: string; pointer: string }[]
  },
  unmapped: readonly Flaw[],
): MappedRecord {
  const tables = new Map(one.unknownCodes.map(code => [code.pointer, code.table]))
  return {
    record: one.record,
    own: one.own as MappedRecord['own'],
    cited: one.cited as MappedRecord['cited'],
    flaws: [
      ...one.flaws.map(flaw => ({
        ...flaw,
        table: flaw.rule === 'UNKNOWN_CODE' ? (tables.get(flaw.pointer) ?? null) : null,
      })),
      ...unmapped,
    ],
  }
}

/** The pure step over one record of in.<system>. */
export function translateRecord(deps: TranslateDeps, input: InRecord): readonly OutRecord[] {
  if (input.value === null) return []
  try {
    const about = aboutOf(input)
    const system = deps.topics.systemOf(input.topic)
    const message = input.headers.hub_message ?? ''
    const connector = deps.connectors.get(deps.systems.get(system)?.connector ?? '')
    const format = connector?.manifest.messages[message]
    const tree = deps.parse(deps.open(input.value), input.headers['content-type'], format)
    const { records } = translate(deps, system, message, tree, about)
    return records.map(one => canonicalRecord(deps, input, about, one.record, one.personal))
  } catch (error) {
    if (!isHubError(error) || error.entry.retryable) throw error
    return [invalidRecord(deps.topics.invalid, input, error)]
  }
}

/** The record of canonical: the personal half sealed under the intake key of its day. */
export function canonicalRecord(
  deps: Pick<TranslateDeps, 'intakeKey' | 'personal' | 'codec'> & {
    topics: Pick<TranslateDeps['topics'], 'canonical'>
  },
  input: Pick<InRecord, 'key' | 'headers'>,
  about: About,
  record: CaseRecord,
  personal: SealedPart | null,
): OutRecord {
  let fingerprint = ''
  if (personal) {
    const key = deps.intakeKey(new Date(about.receivedAt).toISOString().slice(0, 10))
    const marked = deps.personal.sealMarked(personal, key)
    fingerprint = marked.fingerprint
    record.sealed = marked.sealed
  }
  const { hub_message, hub_key, traceparent } = input.headers
  return {
    topic: deps.topics.canonical,
    key: input.key,
    value: deps.codec.encode(record),
    headers: {
      ce_specversion: '1.0',
      ce_id: about.messageId,
      ce_source: input.headers.ce_source ?? '',
      ce_type: `hub.canonical.${hub_message}`,
      ce_time: input.headers.ce_time ?? '',
      hub_hash: about.contentHash,
      hub_message: hub_message ?? '',
      hub_personal: fingerprint,
      ...(hub_key ? { hub_key } : {}),
      ...(traceparent ? { traceparent } : {}),
    },
  }
}

export function aboutOf(input: InRecord): About {
  const headers = input.headers
  return {
    messageId: headers.ce_id ?? '',
    contentHash: headers.hub_hash ?? '',
    receivedAt: Date.parse(headers.ce_time ?? '') || input.timestamp,
    traceId: headers.traceparent?.split('-')[1] ?? null,
    caseId: headers.hub_case ?? null,
    deliveryId: headers.hub_delivery ?? null,
    causationId: headers.hub_event ?? null,
  }
}

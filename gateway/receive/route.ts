// Everything known beforehand about one address /in/{system}/{message}, looked up once and not for every message.
import type { ValidateFunction } from 'ajv'
import type { Adapter } from '#connectors/sdk.ts'
import type { InboundMessage, MessageFormat, SystemConfig } from '#schemas/files.ts'
import type { Identifiers, NumberContext } from '#schemas/identifiers/index.ts'
import type { Connector } from '../loader/connector.ts'
import { type PointerTree, pointerTree, segmentsOf } from './content.ts'

export interface NumberPlace {
  readonly pointer: string
  readonly segments: readonly string[]
  /** From the mapping, in its order: serials without a shape of their own need one. Never empty. */
  readonly families: readonly (string | undefined)[]
}

export interface Route {
  readonly system: SystemConfig
  readonly message: string
  readonly adapter: Adapter
  readonly format: MessageFormat
  readonly contract: ValidateFunction | undefined
  readonly numbers: readonly NumberPlace[]
  readonly repeatKey: readonly (readonly string[])[]
  readonly volatile: PointerTree | undefined
  readonly identifiers: Identifiers
  readonly context: NumberContext
  readonly topic: string
  /** Headers of every record of this address. */
  readonly headers: Readonly<Record<string, string>>
}

export interface RouteParts {
  readonly systems: readonly SystemConfig[]
  readonly connectors: ReadonlyMap<string, Connector>
  readonly identifiers: Identifiers
  readonly inTopic: (system: string) => string
}

/** By system, then by message; messages that only the hub makes are not there. */
export type Routes = ReadonlyMap<string, ReadonlyMap<string, Route>>

export function buildRoutes(parts: RouteParts): Routes {
  return new Map(
    parts.systems.map(system => {
      const connector = parts.connectors.get(system.connector)
      const messages = Object.entries(connector?.manifest.messages ?? {}).filter(([, one]) => one.answer !== true)
      return [system.id, new Map(messages.map(([name, one]) => [name, routeOf(parts, connector!, system, name, one)]))]
    }),
  )
}

function routeOf(
  parts: RouteParts,
  connector: Connector,
  system: SystemConfig,
  name: string,
  one: InboundMessage,
): Route {
  const families = familiesOf(connector, name)
  return {
    system,
    message: name,
    adapter: connector.adapter,
    format: one,
    contract: connector.contracts.get(name),
    numbers: one.numbers.map(pointer => ({
      pointer,
      segments: segmentsOf(pointer),
      families: families.get(pointer) ?? [undefined],
    })),
    repeatKey: (one.repeatKey ?? []).map(segmentsOf),
    volatile: pointerTree(one.volatile ?? []),
    identifiers: parts.identifiers,
    context: { system: system.id, area6: system.area, prefecture4: system.prefecture },
    topic: parts.inTopic(system.id),
    headers: {
      ce_specversion: '1.0',
      ce_source: `/systems/${system.id}`,
      ce_type: `hub.in.${name}`,
      hub_message: name,
    },
  }
}

function familiesOf(connector: Connector, message: string): ReadonlyMap<string, readonly string[]> {
  const families = new Map<string, string[]>()
  const spec = connector.inbound.get(message)?.compiled.spec
  for (const rules of [spec?.own, ...(spec?.records ?? []).map(record => record.own)]) {
    for (const rule of rules ?? []) {
      if (typeof rule === 'string' || rule.path === undefined || rule.family === undefined) continue
      families.set(rule.path, [...(families.get(rule.path) ?? []), rule.family])
    }
  }
  return families
}

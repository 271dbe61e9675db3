// Everything known beforehand about one address /in/{system}/{message}, looked up once and not for every message.
import type { ValidateFunction } from 'ajv'
import type { Adapter } from '#connectors/sdk.ts'
import type { MappingSpec } from '#mappings/engine/index.ts'
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

export type Routes = ReadonlyMap<string, ReadonlyMap<string, Route>>

export interface RouteParts {
  readonly systems: readonly SystemConfig[]
  /** With the mappings in force; another map once these have changed. */
  readonly connectors: () => ReadonlyMap<string, Connector>
  readonly identifiers: Identifiers
  readonly inTopic: (system: string) => string
}

/** The routes by the mappings in force, made anew when these have changed: by system, then by message; messages that only
 *  the hub makes are not there. Whoever took a route keeps it: a request is judged by one version from its start to its end. */
export function followRoutes(parts: RouteParts): () => Routes {
  let seen: ReadonlyMap<string, Connector> | undefined
  let routes: Routes = new Map()
  return () => {
    const connectors = parts.connectors()
    if (connectors !== seen) routes = buildRoutes(parts, connectors)
    seen = connectors
    return routes
  }
}

function buildRoutes(parts: RouteParts, connectors: ReadonlyMap<string, Connector>): Routes {
  return new Map(
    parts.systems.map(system => {
      const connector = connectors.get(system.connector)
      const messages = Object.entries(connector?.manifest.messages ?? {}).filter(([, one]) => one.answer !== true)
      return [system.id, new Map(messages.map(([name, one]) => [name, routeTo(parts, connector!, system, name, one)]))]
    }),
  )
}

export function routeTo(
  parts: RouteParts,
  connector: Connector,
  system: SystemConfig,
  name: string,
  one: InboundMessage,
): Route {
  const families = familiesOf(connector.inbound.get(name)?.compiled.spec)
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

/** Families that a mapping says of its own numbers, by the pointer of their field. */
export function familiesOf(spec: MappingSpec | undefined): ReadonlyMap<string, readonly string[]> {
  const families = new Map<string, string[]>()
  for (const rules of [spec?.own, ...(spec?.records ?? []).map(record => record.own)]) {
    for (const rule of rules ?? []) {
      if (typeof rule === 'string' || rule.path === undefined || rule.family === undefined) continue
      families.set(rule.path, [...(families.get(rule.path) ?? []), rule.family])
    }
  }
  return families
}

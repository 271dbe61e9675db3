// Open fields (class S0) in which a connector's mappings keep native words as they were sent, by connector and message.
import { type Verbatim, verbatimOf } from '#mappings/engine/index.ts'
import type { Schema } from '#schemas/avro.ts'
import { classesOf } from '#schemas/canonical/target.ts'
import type { Connector } from './connector.ts'

export function openVerbatim(
  connectors: () => ReadonlyMap<string, Connector>,
  caseRecord: Schema,
): (connector: string, message: string) => readonly Verbatim[] {
  const classes = classesOf(caseRecord)
  const known = new WeakMap<object, readonly Verbatim[]>()
  return (connector, message) => {
    const spec = connectors().get(connector)?.inbound.get(message)?.compiled.spec
    if (spec === undefined) return []
    const found = known.get(spec) ?? verbatimOf(spec).filter(one => classes[one.target] === 'S0')
    known.set(spec, found)
    return found
  }
}

// What a changed mapping makes of the connector's own samples, beside what the one in force makes of them.
import { basename } from 'node:path'
import { HubError } from '#schemas/errors.ts'
import type { Connector, LoadedMapping } from '../loader/connector.ts'
import { goldenOf, messageOf } from '../loader/golden.ts'
import { type Difference, differencesOf } from '../loader/golden-compare.ts'
import type { MappingId } from './entry.ts'

export interface SampleDifference {
  /** Name of the golden file that the change would rewrite. */
  readonly sample: string
  readonly differences: readonly Difference[]
}

/** Throws HUB_MAPPING_SAMPLES when a sample of the message would give nothing that can be used. */
export function compareSamples(
  root: string,
  connector: Connector,
  id: MappingId,
  mapping: LoadedMapping,
): SampleDifference[] {
  const changed = { ...connector, [id.direction]: new Map(connector[id.direction]).set(id.message, mapping) }
  const kept = goldenFor(root, connector, id)
  const made = goldenFor(root, changed, id)
  const faults = [...made].filter(([, value]) => !isUsable(value, id)).map(([sample]) => sample)
  if (faults.length > 0) throw new HubError('HUB_MAPPING_SAMPLES', { count: faults.length, first: faults[0]! })
  return [...made]
    .map(([sample, value]) => ({ sample, differences: differencesOf(kept.get(sample), value) }))
    .filter(one => one.differences.length > 0)
}

function goldenFor(root: string, connector: Connector, { message, direction }: MappingId): Map<string, unknown> {
  const { messages, outbound } = connector.manifest
  const names = direction === 'inbound' ? Object.keys(messages) : outbound.map(one => one.message)
  const ending = `.${direction}.json`
  const own = goldenOf(root, connector).filter(
    ({ file }) => file.endsWith(ending) && messageOf(names, basename(file, ending)) === message,
  )
  return new Map(own.map(({ file, value }) => [basename(file), value]))
}

function isUsable(value: unknown, { direction }: MappingId): boolean {
  const records = value as readonly { own: readonly unknown[] }[]
  return direction === 'inbound' ? records.some(one => one.own.length > 0) : records.length > 0
}

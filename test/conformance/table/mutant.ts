// A connector whose mapping lacks one line: what its golden files then say.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Connector } from '#gateway/loader/connector.ts'
import { loadedMapping, type MappingWorld } from '#gateway/loader/discover.ts'
import { type GoldenFault, goldenFaults } from '#gateway/loader/golden-compare.ts'
import { compileMapping, type MappingSpec, parseMapping } from '#mappings/engine/index.ts'

/** A line of a mapping, by its file in mappings/<id> and the target that it sets. */
export interface Line {
  readonly mapping: string
  readonly line: string
}

/** Golden files that do not fit any more when the line is gone. Throws where there is no such line. */
export function redWithout(root: string, connector: Connector, world: MappingWorld, line: Line): GoldenFault[] {
  const file = join('mappings', connector.manifest.id, line.mapping)
  const source = parseMapping(readFileSync(join(root, file), 'utf8'), file).mapping!
  const spec = without(source.spec, line.line)
  const compiled = compileMapping({ ...source, spec }, { ...world, tables: connector.tables })
  const side = compiled.direction
  return goldenFaults(root, {
    ...connector,
    [side]: new Map([...connector[side], [compiled.message, loadedMapping(compiled)]]),
  })
}

function without(spec: MappingSpec, line: string): MappingSpec {
  const drop = <T extends { readonly set?: MappingSpec['set'] }>(one: T): T =>
    one.set ? { ...one, set: Object.fromEntries(Object.entries(one.set).filter(([target]) => target !== line)) } : one
  const less = { ...drop(spec), ...(spec.records ? { records: spec.records.map(drop) } : {}) }
  if (JSON.stringify(less) === JSON.stringify(spec)) throw new RangeError(`no line sets ${line}`)
  return less
}

// Golden files against what the mappings give now, field by field.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Connector } from './connector.ts'
import { goldenOf } from './golden.ts'

/** One place in a golden file. An absent side has no value there. */
export interface Difference {
  readonly pointer: string
  readonly kept?: unknown
  readonly made?: unknown
}

export interface GoldenFault {
  readonly file: string
  /** missing: no file yet. left over: no sample makes it any more. */
  readonly problem: 'missing' | 'differs' | 'left over'
  readonly differences: readonly Difference[]
  /** What the file must hold; absent where it must go. */
  readonly made?: unknown
}

export function goldenFaults(root: string, connector: Connector): GoldenFault[] {
  const made = goldenOf(root, connector)
  const known = new Set(made.map(one => one.file))
  const dir = join(root, 'mappings', connector.manifest.id, 'golden')
  const files = existsSync(dir) ? readdirSync(dir).sort() : []
  const leftOver = files
    .map(name => join(dir, name))
    .filter(file => !known.has(file) && !file.endsWith('.outbound-input.json'))
  return [
    ...made.flatMap(({ file, value }) => compare(file, value)),
    ...leftOver.map(file => ({ file, problem: 'left over' as const, differences: [] })),
  ]
}

// The order of fields counts too: a file must be what the engine writes.
function compare(file: string, made: unknown): GoldenFault[] {
  if (!existsSync(file)) return [{ file, problem: 'missing', differences: [], made }]
  const kept = JSON.parse(readFileSync(file, 'utf8')) as unknown
  if (JSON.stringify(kept) === JSON.stringify(made)) return []
  return [{ file, problem: 'differs', differences: differencesOf(kept, made), made }]
}

/** Where two trees differ, deepest place first named; fields of the kept one in its order, then new ones. */
export function differencesOf(kept: unknown, made: unknown, at = ''): Difference[] {
  if (isTree(kept) && isTree(made) && Array.isArray(kept) === Array.isArray(made)) {
    const keys = new Set([...Object.keys(kept), ...Object.keys(made)])
    return [...keys].flatMap(key => {
      const pointer = `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
      if (!Object.hasOwn(made, key)) return [{ pointer, kept: kept[key] }]
      if (!Object.hasOwn(kept, key)) return [{ pointer, made: made[key] }]
      return differencesOf(kept[key], made[key], pointer)
    })
  }
  return JSON.stringify(kept) === JSON.stringify(made) ? [] : [{ pointer: at, kept, made }]
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

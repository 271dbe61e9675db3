// Bad values in every field of every sample: no mapping may throw, lose the number of its case, or drop a value in silence.
import { basename, extname, relative } from 'node:path'
import type { CompiledMapping, MapContext, Mapped, MappingSpec } from '#mappings/engine/index.ts'
import type { Connector } from './connector.ts'
import { messageOfFile } from './contract-samples.ts'
import { contextsOf, readSample, smallSamples } from './golden.ts'

type Leaf = string | number | boolean

/** Says that there is nothing: it may be dropped. */
const none = '无'

/** What systems really send where a count, a number, a day, a name or a code is due. */
const badValues: readonly Leaf[] = [
  '十二人',
  '330199190001010010 ',
  '33019919000203003x',
  none,
  '20JAN21',
  '0000-00-00',
  '工\ufffd\ufffd地',
  '欠薪\u0007😀',
  '<p>拖欠<b>工资</b>&nbsp;</p>',
  '查无此码',
  '劳动和社会保障-欠薪\u3000',
  -1e30,
]
/** Two megabytes: once a message, in its longest field. */
const hugeText = '欠薪'.repeat(350_000)

interface Trial {
  readonly name: string
  readonly mapping: CompiledMapping
  readonly context: MapContext
  readonly tree: unknown
  readonly leaves: readonly (readonly [string, Leaf])[]
  readonly before: readonly Mapped[]
  /** The own numbers in `before`. */
  readonly own: string
  readonly steers: (pointer: string) => boolean
}

/** One sample with one field changed. */
interface BadInput {
  readonly trial: Trial
  readonly pointer: string
  readonly values: readonly Leaf[]
}

export function countBadInputs(root: string, connector: Connector): number {
  return badInputs(root, connector).reduce((sum, one) => sum + one.values.length, 0)
}

/** What went wrong, a line each. */
export function badInputFaults(root: string, connector: Connector): string[] {
  return badInputs(root, connector).flatMap(input => {
    const { trial, pointer } = input
    const dropped = trial.steers(pointer) ? undefined : tryMap(trial, pointer, undefined)
    const without = dropped && recordsOf(dropped)
    return input.values.flatMap(value => {
      const fault = faultOf(input, value, without)
      return fault ? [`${trial.name}: ${fault} when ${pointer} is ${JSON.stringify(value).slice(0, 40)}`] : []
    })
  })
}

// A field takes all values where it comes up first, and the next two of the row in every further sample: all values in all
// fields, and every field of every sample, without trying every pair again in each message of a story.
function badInputs(root: string, connector: Connector): BadInput[] {
  const turns = new Map<string, number>()
  const huge = new Set<string>()
  return trials(root, connector).flatMap(trial => {
    const { message } = trial.mapping
    const inputs = trial.leaves.map(([pointer]) => {
      const field = `${message} ${pointer.replaceAll(/\d+/g, '*')}`
      const turn = turns.get(field)
      turns.set(field, (turn ?? 0) + 2)
      const values = turn === undefined ? badValues : [0, 1].map(next => badValues[(turn + next) % badValues.length]!)
      return { trial, pointer, values }
    })
    const longest = trial.leaves.toSorted(([, a], [, b]) => String(b).length - String(a).length)[0]
    if (huge.has(message) || longest === undefined) return inputs
    huge.add(message)
    return [...inputs, { trial, pointer: longest[0], values: [hugeText] }]
  })
}

function trials(root: string, connector: Connector): Trial[] {
  const contexts = contextsOf(connector)
  const steering = new Map([...connector.inbound].map(([name, one]) => [name, steeringOf(one.compiled.spec)]))
  return smallSamples(connector).map(file => {
    const mapping = connector.inbound.get(messageOfFile(connector, file))!.compiled
    const context = contexts(basename(file, extname(file)))
    const tree = readSample(connector, file)
    const before = mapping.map(tree, context)
    return {
      name: relative(root, file),
      mapping,
      context,
      tree,
      // What holds for three elements of a list holds for the others.
      leaves: leavesOf(tree, '').filter(([pointer]) => !/\/([3-9]|\d\d+)(\/|$)/.test(pointer)),
      before,
      own: ownOf(before),
      steers: steering.get(mapping.message)!,
    }
  })
}

/** @param without the records when the field is not there; undefined where that says nothing about its value */
function faultOf({ trial, pointer }: BadInput, value: Leaf, without: string | undefined): string | undefined {
  const mapped = tryMap(trial, pointer, value)
  if (mapped === undefined) return 'the mapping throws'
  if (mapped.length === 0) return 'no record is left'
  if (trial.steers(pointer)) return undefined
  if (ownOf(mapped) !== trial.own) return 'the numbers of the case change'
  if (without === undefined || value === none) return undefined
  if (mapped.some(one => one.flaws.some(flaw => near(flaw.pointer, pointer)))) return undefined
  const dropped = recordsOf(mapped) === without && isTaken(trial, pointer, without)
  return dropped ? 'the value is dropped without a flaw' : undefined
}

/** Does the record hold what stands in this field? A field that only a condition asks about is no such field. */
function isTaken(trial: Trial, pointer: string, without: string): boolean {
  const before = recordsOf(trial.before)
  const leaf = trial.leaves.find(([at]) => at === pointer)![1]
  if (without === before) return false
  return [...variantsOf(leaf)].some(value => {
    const other = tryMap(trial, pointer, value)
    return other !== undefined && ![without, before].includes(recordsOf(other))
  })
}

function* variantsOf(leaf: Leaf): Generator<Leaf> {
  yield '虚构文字'
  if (typeof leaf === 'number') yield leaf + 1
  if (typeof leaf === 'string' && /^[\d.,]+$/.test(leaf)) yield String(Number.parseFloat(leaf.replaceAll(',', '')) + 1)
  if (typeof leaf === 'string' && /^20\d\d/.test(leaf)) yield `2019${leaf.slice(4)}`
}

function tryMap({ mapping, context, tree }: Trial, pointer: string, value: Leaf | undefined): Mapped[] | undefined {
  try {
    return mapping.map(put(tree, pointer.split('/').slice(1), value), context)
  } catch {
    return undefined
  }
}

function recordsOf(mapped: readonly Mapped[]): string {
  return JSON.stringify(mapped.map(one => one.record))
}

function ownOf(mapped: readonly Mapped[]): string {
  return JSON.stringify(mapped.map(one => one.own.map(number => number.numberKey)))
}

function near(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`)
}

/** Fields from which the numbers are read, that decide which record a message makes, or that put a list in order. */
function steeringOf(spec: MappingSpec): (pointer: string) => boolean {
  const bare = (path: string) => path.replaceAll(/\/\d+/g, '')
  const paths = pathsOf([spec.own, spec.records?.map(one => [one.own, one.when])]).map(bare)
  const orders = [...JSON.stringify(spec).matchAll(/"by":"([^"]+)"/g)].map(found => found[1]!)
  const known = new Map<string, boolean>()
  return pointer => {
    const field = bare(pointer)
    const steers =
      known.get(field) ?? (paths.some(path => near(path, field)) || orders.some(name => field.endsWith(name)))
    known.set(field, steers)
    return steers
  }
}

function pathsOf(tree: unknown): string[] {
  if (typeof tree === 'string') return tree.startsWith('/') ? [tree] : []
  if (typeof tree !== 'object' || tree === null) return []
  return Object.values(tree).flatMap(pathsOf)
}

function leavesOf(tree: unknown, at: string): (readonly [string, Leaf])[] {
  if (typeof tree === 'string' || typeof tree === 'number' || typeof tree === 'boolean') return [[at, tree]]
  if (typeof tree !== 'object' || tree === null) return []
  return Object.entries(tree).flatMap(([name, one]) =>
    leavesOf(one, `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  )
}

/** A copy along the path; the rest is shared. */
function put(tree: unknown, segments: readonly string[], value: Leaf | undefined): unknown {
  const [first, ...rest] = segments
  if (first === undefined) return value
  const name = first.replaceAll('~1', '/').replaceAll('~0', '~')
  const child = put((tree as Record<string, unknown>)[name], rest, value)
  return Array.isArray(tree) ? tree.with(Number(name), child) : { ...(tree as object), [name]: child }
}

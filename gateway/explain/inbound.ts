// What a native message becomes, told to those who wrote it: the records, where each field went, what was wrong with it.
// Shows personal values: for the sender's own message, to the sender alone.
import { coveredBy, didYouMean, type Mapped, patternOf, type Table } from '#mappings/engine/index.ts'
import type { CaseRecord, CitedNumber, Flaw, NumberRef, SealedPart } from '#schemas/canonical/types.ts'
import { flawWords } from '#schemas/errors/flaws.ts'
import type { Text } from '#schemas/errors.ts'
import { type About, contextOf, type MappingDeps, translate } from '../translate/stage.ts'
import { belonging } from './belonging.ts'
import { dotted, type More, type Traced, trace } from './trace.ts'

export interface Explained {
  /** connector/message@version, and the value tables it uses. */
  readonly mapping: string
  readonly tables: readonly string[]
  readonly records: readonly ExplainedRecord[]
  readonly flaws: readonly ExplainedFlaw[]
  /** Neither mapped nor ignored on purpose. */
  readonly notMapped: readonly { readonly pointer: string; readonly didYouMean?: string }[]
  readonly fields: readonly FieldFate[]
  /** False: so many fields that not all could be followed here. */
  readonly allFields: boolean
}

export interface ExplainedRecord {
  readonly openTitle: string | null
  readonly own: readonly NumberRef[]
  readonly cited: readonly CitedNumber[]
  /** Which case it would belong to. */
  readonly case: Text
  readonly record: CaseRecord
  readonly personal: SealedPart | null
}

export interface ExplainedFlaw extends Flaw, Text {
  readonly didYouMean?: string
}

/** unused: read, but without effect in this message: another field came first, or a condition did not hold. */
export interface FieldFate {
  readonly pointer: string
  readonly state: 'mapped' | 'unused' | 'ignored' | 'forgotten'
  readonly to: readonly { readonly path: string; readonly value: unknown }[]
  /** Why it is ignored. */
  readonly why?: string
  /** Of a forgotten one: a field beside it that the mapping reads. */
  readonly didYouMean?: string
}

export interface Asked {
  readonly system: string
  readonly message: string
  readonly tree: unknown
  readonly about: About
  /** Asked before each field is followed; false: leave the rest out. */
  readonly more: More
}

/** Throws HUB_MAP_NO_OWN_NUMBER when nothing in the message can be keyed. */
export async function explain(deps: MappingDeps, { system, message, tree, about, more }: Asked): Promise<Explained> {
  const { records } = translate(deps, system, message, tree, about)
  const from = deps.systems.get(system)!
  const connector = deps.connectors.get(from.connector)!
  const { compiled, stamp, tables } = connector.inbound.get(message)!
  const context = contextOf(from, about)
  let stopped = false
  const traced = await trace(
    tree,
    one => made(compiled.map(one, context)),
    async () => {
      stopped ||= !(await more())
      return !stopped
    },
  )
  const flaws = records.flatMap(one => one.record.envelope.flaws)
  const unmapped = compiled.unmapped(tree).map(one => one.pointer)
  return {
    mapping: stamp,
    tables,
    records: records.map(({ record, personal }) => explained(record, personal)),
    flaws: flaws.filter(one => one.rule !== 'UNMAPPED').map(one => inWords(one, tree, connector.tables)),
    notMapped: unmapped.map(pointer => ({ pointer, ...neighbour(pointer, compiled.reads) })),
    fields: traced.map(fateOf(compiled.reads, compiled.spec.ignore ?? {})),
    allFields: !stopped,
  }
}

// A number goes whole or not at all: one word for it instead of its six fields.
function made(records: readonly Mapped[]): unknown {
  const word = ({ family, normalized }: NumberRef) => `${family} ${normalized}`
  const parts = records.map(({ name, record, own, cited }) => {
    return [name, { ...record, own: own.map(word), cited: cited.map(one => word(one.number)) }] as const
  })
  return parts.length === 1 ? parts[0]![1] : Object.fromEntries(parts)
}

function explained(record: CaseRecord, personal: SealedPart | null): ExplainedRecord {
  const { numbers: own, cited } = record.proceeding
  return { openTitle: record.case.openTitle, own, cited, case: belonging(record), record, personal }
}

function inWords(flaw: Flaw, tree: unknown, tables: readonly Table[]): ExplainedFlaw {
  const { en, zh } = flawWords[flaw.rule] ?? { en: flaw.rule, zh: flaw.rule }
  const table = tables.find(one => one.name === flaw.table)
  const code = String(valueAt(tree, flaw.pointer) ?? '')
  const near = table === undefined || !isWord(code) ? undefined : didYouMean(code, codesOf(table))
  return { ...flaw, en, zh, ...(near === undefined ? {} : { didYouMean: near }) }
}

// To a code of one or two letters or digits every other one is near.
function isWord(code: string): boolean {
  return code.length > 2 || /\p{Script=Han}{2}/u.test(code)
}

function codesOf({ entries }: Table): string[] {
  return entries.flatMap(entry => entry.from)
}

/** A field of the same object with nearly this name. */
function neighbour(pointer: string, reads: readonly string[]): { didYouMean?: string } {
  const [parent, name] = parted(patternOf(pointer))
  const beside = reads.map(parted).flatMap(([of, other]) => (of === parent ? [other] : []))
  const near = didYouMean(name, beside)
  return near === undefined ? {} : { didYouMean: `${parent}/${near}` }
}

function parted(path: string): readonly [parent: string, name: string] {
  const cut = path.lastIndexOf('/')
  return [path.slice(0, Math.max(0, cut)), path.slice(cut + 1)]
}

function fateOf(reads: readonly string[], ignore: Readonly<Record<string, string>>): (one: Traced) => FieldFate {
  const isRead = coveredBy(reads)
  const skips = Object.entries(ignore).map(([path, why]) => ({ covers: coveredBy([path]), why }))
  return ({ pointer, to }) => {
    const places = to.map(({ path, value }) => ({ path: dotted(path), value }))
    if (places.length > 0) return { pointer, state: 'mapped', to: places }
    if (isRead(pointer)) return { pointer, state: 'unused', to: [] }
    const why = skips.find(one => one.covers(pointer))?.why
    return why === undefined
      ? { pointer, state: 'forgotten', to: [], ...neighbour(pointer, reads) }
      : { pointer, state: 'ignored', to: [], why }
  }
}

function valueAt(tree: unknown, pointer: string): unknown {
  let value = tree
  for (const segment of pointer.split('/').slice(1)) {
    const name = segment.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = (value as Record<string, unknown>)[name]
  }
  return value
}

// One number in any spelling → its family, its one normalised text and its key. Pure.
import { uuidsIn } from '../uuid.ts'
import { compileFamily, type FamiliesSource, type Family, type NumberName, type Scope } from './families.ts'
import { fold } from './fold.ts'
import { type FoundNumber, findNumbers } from './search.ts'

/** Who says the number: decides the scope of numbers that are not unique in the nation. */
export interface NumberContext {
  readonly system: string
  readonly area6?: string | undefined
  readonly prefecture4?: string | undefined
}

export interface Identifiers {
  readonly version: number
  readonly families: readonly string[]
  fold(text: string): string
  /** The number `value` is, or null. With `family` only that one is tried, its shapeless serials included. */
  normalise(value: string, context: NumberContext, family?: string): NumberName | null
  /** Numbers inside running text, in order, never overlapping; positions are those of `text`. */
  findInText(text: string, context: NumberContext): FoundNumber[]
}

/** Namespace of every number key. Changing it renames every proceeding: it never changes. */
export const numberNamespace = '6f1d3a52-9a0b-5c5e-8e0f-2b7c4d9e1a63'

const numberUuid = uuidsIn(numberNamespace)
const longestSerial = 64
const serial = /^[0-9A-Za-z一-龥()_.:/#-]+$/u
const provinces = /^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])/

export function createIdentifiers(source: FamiliesSource): Identifiers {
  const families = source.families.map(f => compileFamily(f, source.names))
  const byId = new Map(families.map(f => [f.source.id, f]))
  const shaped = (text: string, context: NumberContext, family?: Family) => {
    for (const candidate of family === undefined ? families : [family]) {
      const name = matchFamily(candidate, text, context)
      if (name !== null) return name
    }
    return null
  }
  return {
    version: source.version,
    families: families.map(f => f.source.id),
    fold,
    normalise(value, context, familyId) {
      const family = familyId === undefined ? undefined : byId.get(familyId)
      if (familyId !== undefined && family === undefined) return null
      const text = fold(value)
      return shaped(text, context, family) ?? (family === undefined ? null : matchSerial(family, text, context))
    },
    findInText: (text, context) => findNumbers(text, families, source, (s, f) => matchFamily(f, s, context)),
  }
}

/** Key of a second proceeding under one native number, such as the report in a complaint that is both. */
export function partKey(name: NumberName, part: string): string {
  return keyOf(name.family, name.scopeValue, `${name.normalized}#${part}`)
}

function keyOf(family: string, scopeValue: string, normalized: string): string {
  return numberUuid(`${family}\n${scopeValue}\n${normalized}`)
}

function matchFamily(family: Family, folded: string, context: NumberContext): NumberName | null {
  const text = family.source.upper === true ? folded.toUpperCase() : folded
  for (const pattern of family.patterns) {
    const groups = pattern.exec(text)?.groups
    if (groups === undefined || !checked(family, groups)) continue
    return nameOf(family, family.source.scope, write(family, groups, context), groups, context)
  }
  return null
}

function matchSerial(family: Family, text: string, context: NumberContext): NumberName | null {
  const scope = family.source.otherwise
  if (scope === undefined || text.length > longestSerial || !serial.test(text)) return null
  return nameOf(family, scope, text, {}, context)
}

type Groups = Readonly<Record<string, string | undefined>>

function nameOf(
  family: Family,
  scope: Scope,
  normalized: string,
  groups: Groups,
  context: NumberContext,
): NumberName | null {
  const place = placeOf(scope, context)
  if (place === undefined || place === '') return null
  const scopeValue = (family.source.scopeGroups ?? []).map(g => groups[g] ?? '').join('') + place
  return {
    family: family.source.id,
    scope,
    scopeValue,
    normalized,
    numberKey: keyOf(family.source.id, scopeValue, normalized),
  }
}

function placeOf(scope: Scope, context: NumberContext): string | undefined {
  if (scope === 'nation') return 'nation'
  if (scope === 'system') return context.system
  if (scope === 'area') return context.area6
  return context.prefecture4 ?? context.area6?.slice(0, 4)
}

function write(family: Family, groups: Groups, context: NumberContext): string {
  const supply = family.source.supply
  return family.template
    .map(part => {
      if (typeof part === 'string') return part
      const value = groups[part.group] ?? ''
      const missing = value === '' && supply?.group === part.group && context.area6?.startsWith(supply.inside) === true
      return missing ? supply.value : value
    })
    .join('')
}

function checked(family: Family, groups: Groups): boolean {
  for (const check of family.source.check ?? []) {
    if (check === 'area' && !provinces.test(groups.area ?? '')) return false
    if (check === 'date' && !isDay(groups.date ?? '')) return false
  }
  return true
}

function isDay(text: string): boolean {
  const [year, month, day] = [Number(text.slice(0, 4)), Number(text.slice(4, 6)), Number(text.slice(6, 8))]
  if (year < 1949 || year > 2199) return false
  const date = new Date(Date.UTC(year, month - 1, day))
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

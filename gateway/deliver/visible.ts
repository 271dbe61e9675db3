// The record as one subscription may see it: the decision made by route, narrowed by the purpose and profile in force now.
// The class of every field comes from the schema; how a field is masked from the profile table.

import type { Schema } from '#schemas/avro.ts'
import { classesOf } from '#schemas/canonical/target.ts'
import type { CaseRecord, SealedPart, SealedParty } from '#schemas/canonical/types.ts'
import type { Subscription } from '#schemas/files.ts'
import {
  type Decision,
  narrower,
  type PersonalClass,
  type ProfileTable,
  rulesOf,
  type Visibility,
} from '#schemas/profiles.ts'
import { masks } from './masks.ts'
import { type Hidden, type ScrubRules, scrub } from './scrub.ts'

/** The open record without its seal, parties whole again, and the visible part of what was sealed. */
export interface VisibleRecord {
  readonly [name: string]: unknown
  readonly personal: Readonly<Record<string, unknown>>
}

export interface Viewer {
  see(record: CaseRecord, personal: SealedPart | null, decision: Decision, now: Subscription): VisibleRecord
}

type Tree = Record<string, unknown>
const ofParties = 'parties[].'

type Judge = (path: string, party?: SealedParty) => Visibility

export function createViewer(
  schemas: { open: Schema; sealed: Schema },
  table: ProfileTable,
  clock: () => Date,
): Viewer {
  const classes = classesOf(schemas.sealed)
  const rules = {
    table,
    never: new Set(table.never),
    texts: new Set(table.texts),
    pathOf: pathMaker(),
    limitsOf: limitsMaker(table),
    maskedOfParties: Object.keys(table.masks)
      .filter(path => path.startsWith(ofParties))
      .map(path => ({ path, name: path.slice(ofParties.length) })),
  }
  return {
    see(record, personal, decision, now) {
      const judge = judgeOf(classes, rules, decision, now, clock())
      const view = new View(rules, judge, personal)
      const open = prune({ ...record } as unknown as Tree, '', now.profile)
      delete open.sealed
      return {
        ...open,
        parties: record.parties.map(party =>
          view.party(party as unknown as Tree, decision.parties[party.partyRef], now),
        ),
        personal: view.personal(),
      }
    },
  }
}

/** The profile table, laid out to be asked for every field of every event. */
interface ViewRules {
  readonly table: ProfileTable
  readonly never: ReadonlySet<string>
  readonly texts: ReadonlySet<string>
  readonly pathOf: (prefix: string, name: string) => string
  /** What a purpose limits, field by field. */
  readonly limitsOf: (purpose: Subscription['purpose']) => Readonly<Record<string, Visibility>>
  /** Fields of a party that have a masked form. */
  readonly maskedOfParties: readonly { readonly path: string; readonly name: string }[]
}

/** Gives the same string for the same path each time: looking a fresh one up anywhere costs more than all else here. */
function pathMaker(): ViewRules['pathOf'] {
  const known = new Map<string, Map<string, string>>()
  return (prefix, name) => {
    const names = known.get(prefix) ?? new Map<string, string>()
    const path = names.get(name) ?? (prefix ? `${prefix}.${name}` : name)
    if (names.size === 0) known.set(prefix, names)
    if (!names.has(name)) names.set(name, path)
    return path
  }
}

function limitsMaker(table: ProfileTable): ViewRules['limitsOf'] {
  const known = new Map<Subscription['purpose'], Readonly<Record<string, Visibility>>>()
  return purpose => {
    const before = known.get(purpose)
    if (before) return before
    const { fields, handoverFields, ownFields } = rulesOf(table, purpose)
    const limits = { ...fields, ...handoverFields, ...ownFields }
    known.set(purpose, limits)
    return limits
  }
}

/** How much of a sealed field shows. Every rule only narrows, but for the decision's own field list. */
function judgeOf(
  classes: Readonly<Record<string, string>>,
  { table, never, limitsOf }: ViewRules,
  decision: Decision,
  now: Subscription,
  today: Date,
): Judge {
  const purposeNow = rulesOf(table, now.purpose)
  const limits = limitsOf(now.purpose)
  const young = new Map<SealedParty, boolean>()
  const isYoung = (party: SealedParty) => {
    const said = young.get(party) ?? isUnder14(party, today)
    young.set(party, said)
    return said
  }
  return (path, party) => {
    if (never.has(path)) return 'absent'
    let name = classes[path] as string
    if (party && name === 'S2' && isYoung(party)) name = 'S3'
    const byClass = visibilityOf(name, decision.classes)
    const limitNow = limits[path] ?? visibilityOf(name, purposeNow)
    let seen = narrower(decision.fields[path] ?? byClass, limitNow)
    const limit = party && decision.parties[party.partyRef]
    // A partyRef is a pseudonym that the open half shows anyway.
    if (limit && name !== 'S0') seen = narrower(seen, limit)
    const profile = now.profile?.[path] ?? now.profile?.[`personal.${path}`]
    return profile ? narrower(seen, profile) : seen
  }
}

function visibilityOf(name: string, rules: Readonly<Record<PersonalClass, Visibility>>): Visibility {
  if (name === 'S0' || name === 'S1') return 'clear'
  return rules[name as PersonalClass] ?? 'absent'
}

/** Without a birth date a minor counts as under 14: the stricter reading. */
function isUnder14(party: SealedParty, today: Date): boolean {
  if (party.birthDate === null) return party.minor
  const birthday = new Date(`${party.birthDate}T00:00:00Z`)
  birthday.setUTCFullYear(birthday.getUTCFullYear() + 14)
  return birthday > today
}

class View {
  readonly #rules: ViewRules
  readonly #judge: Judge
  readonly #part: SealedPart | null
  readonly #parties: ReadonlyMap<string, SealedParty>
  readonly #scrub: ScrubRules

  constructor(rules: ViewRules, judge: Judge, part: SealedPart | null) {
    this.#rules = rules
    this.#judge = judge
    this.#part = part
    this.#parties = new Map((part?.parties ?? []).map(party => [party.partyRef, party]))
    this.#scrub = {
      hidden: this.#hidden(),
      ids: judge('parties[].certNo') === 'clear',
      phones: judge('parties[].phone') === 'clear',
    }
  }

  party(open: Tree, limit: 'masked' | 'absent' | undefined, now: Subscription): Tree {
    const kept = prune(open, 'parties[]', now.profile)
    if (limit === 'absent') for (const name of ['uscc', 'certType']) delete kept[name]
    const sealed = this.#parties.get(open.partyRef as string)
    if (!sealed) return kept
    const { role, ...personal } = this.#fields(sealed as unknown as Tree, 'parties[]', sealed)
    return { ...kept, ...personal, ...(role ? { role } : {}) }
  }

  personal(): Tree {
    if (!this.#part) return {}
    const { parties: _parties, ...rest } = this.#part
    return this.#fields(rest as unknown as Tree, '')
  }

  #fields(tree: Tree, prefix: string, party?: SealedParty): Tree {
    const out: Tree = {}
    for (const [name, value] of Object.entries(tree)) {
      const path = this.#rules.pathOf(prefix, name)
      const shown = isListOfRecords(value)
        ? value.map(one => this.#fields(one, `${path}[]`))
        : this.#value(path, value, this.#judge(path, party))
      if (shown !== undefined && shown !== null) out[name] = shown
    }
    return out
  }

  #value(path: string, value: unknown, seen: Visibility): unknown {
    if (seen === 'absent' || value === null) return undefined
    if (seen === 'masked') return typeof value === 'string' ? this.#masked(path, value) : undefined
    if (!this.#rules.texts.has(path)) return value
    if (typeof value === 'string') return scrub(value, this.#scrub)
    return Array.isArray(value) ? value.map(one => scrub(String(one), this.#scrub)) : value
  }

  #masked(path: string, value: string): string | undefined {
    const mask = this.#rules.table.masks[path]
    return mask && masks[mask](value)
  }

  // Names, numbers and addresses of parties that this viewer sees masked or not at all.
  #hidden(): Hidden[] {
    const out: Hidden[] = []
    for (const party of this.#part?.parties ?? []) {
      for (const { path, name } of this.#rules.maskedOfParties) {
        const value = (party as unknown as Tree)[name]
        const seen = this.#judge(path, party)
        if (typeof value !== 'string' || seen === 'clear') continue
        out.push({ value, shown: (seen === 'masked' ? this.#masked(path, value) : undefined) ?? '***' })
      }
    }
    return out.sort((a, b) => b.value.length - a.value.length)
  }
}

function isListOfRecords(value: unknown): value is Tree[] {
  return Array.isArray(value) && value.length > 0 && typeof value[0] === 'object'
}

/** A copy without the open fields that the subscription's own profile leaves out. */
function prune(tree: Tree, prefix: string, profile: Subscription['profile']): Tree {
  if (!profile) return { ...tree }
  const out: Tree = {}
  for (const [name, value] of Object.entries(tree)) {
    const path = prefix ? `${prefix}.${name}` : name
    if (profile[path] !== undefined) continue
    if (Array.isArray(value)) out[name] = value.map(one => (isTree(one) ? prune(one, `${path}[]`, profile) : one))
    else out[name] = isTree(value) ? prune(value, path, profile) : value
  }
  return out
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value)
}

// Number families as they stand in families.yaml, and their compiled form. The file is data; the loader passes its text.
import { parse } from 'yaml'

export type Scope = 'nation' | 'prefecture' | 'area' | 'system'

export interface FamilySource {
  readonly id: string
  readonly scope: Scope
  readonly upper?: boolean
  readonly patterns: readonly string[]
  readonly text: string
  readonly scopeGroups?: readonly string[]
  readonly check?: readonly ('area' | 'date')[]
  readonly supply?: { readonly group: string; readonly value: string; readonly inside: string }
  readonly otherwise?: Scope
  readonly tail?: string
  readonly prefixes?: readonly string[]
  readonly needs?: readonly string[]
}

export interface FamiliesSource {
  readonly version: number
  readonly labels: readonly string[]
  readonly families: readonly FamilySource[]
  readonly names: {
    readonly province: string
    readonly cities: readonly { readonly city: string; readonly counties: readonly string[] }[]
  }
}

export interface Family {
  readonly source: FamilySource
  readonly patterns: readonly RegExp[]
  /** The same shapes inside running text. */
  readonly inText: readonly RegExp[]
  readonly tail: RegExp | undefined
  /** Known office names before a tail, longest first. */
  readonly prefixes: readonly string[]
  readonly template: readonly (string | { readonly group: string })[]
}

/** Reads the text of families.yaml. Its shape is checked by schemas/files/families.schema.json before. */
export function readFamilies(text: string): FamiliesSource {
  return parse(text) as FamiliesSource
}

export function compileFamily(source: FamilySource, names: FamiliesSource['names']): Family {
  return {
    source,
    patterns: source.patterns.map(p => new RegExp(p)),
    inText: source.tail === undefined ? source.patterns.map(textPattern) : [],
    tail: source.tail === undefined ? undefined : new RegExp(source.tail, 'g'),
    prefixes: prefixesOf(source.prefixes ?? [], names),
    template: templateOf(source.text),
  }
}

// In text a number stands free of other letters and digits. One that ends in 号 or begins with a bracket needs no guard there.
function textPattern(pattern: string): RegExp {
  const body = pattern.replace(/^\^/, '').replace(/\$$/, '')
  const before = body.startsWith('\\(') ? '' : '(?<![0-9A-Za-z])'
  const after = body.endsWith('号') ? '' : '(?![0-9A-Za-z])'
  return new RegExp(before + body + after, 'g')
}

function prefixesOf(forms: readonly string[], names: FamiliesSource['names']): string[] {
  const found = new Set<string>()
  for (const form of forms)
    for (const { city, counties } of names.cities)
      for (const county of ['', ...counties]) {
        if (county === '' && /\{county\}|\{short\}/.test(form)) continue
        found.add(
          form
            .replace('{province}', names.province)
            .replace('{city}', city)
            .replace('{county}', county)
            .replace('{short}', county.slice(0, 1)),
        )
      }
  return [...found].sort((a, b) => b.length - a.length || (a < b ? -1 : 1))
}

function templateOf(text: string): (string | { group: string })[] {
  return text
    .split(/(\{[a-z]+\})/)
    .filter(part => part !== '')
    .map(part => (part.startsWith('{') ? { group: part.slice(1, -1) } : part))
}

/** A number that is known for what it is: family, scope and its one normalised text. */
export interface NumberName {
  readonly family: string
  readonly scope: Scope
  readonly scopeValue: string
  readonly normalized: string
  readonly numberKey: string
}

// Lint of the number families: shape, patterns that compile, groups that exist.
import schema from '#schemas/files/families.schema.json' with { type: 'json' }
import type { FamiliesSource, FamilySource } from '#schemas/identifiers/index.ts'
import { type Place, readYaml } from './document.ts'
import { issue, type LintIssue } from './issues.ts'
import { checkShape } from './shape.ts'

/** Parses and lints families.yaml. `families` is there only when nothing is wrong. */
export function parseFamilies(text: string, file: string): { families?: FamiliesSource; issues: LintIssue[] } {
  const yaml = readYaml(text, file)
  const issues = [...yaml.issues]
  if (issues.length === 0) issues.push(...checkShape(schema, yaml))
  if (issues.length > 0) return { issues }
  const families = yaml.value as FamiliesSource
  for (const [i, family] of families.families.entries())
    for (const { place, reason } of faultsOf(family))
      issues.push(issue(file, yaml.at(['families', i, ...place]), 'HUB_LINT_PATTERN', { word: family.id, reason }))
  return issues.length > 0 ? { issues } : { families, issues }
}

function faultsOf(family: FamilySource): { place: Place; reason: string }[] {
  const faults: { place: Place; reason: string }[] = []
  const groups = new Set<string>()
  for (const [i, pattern] of [...family.patterns, ...(family.tail === undefined ? [] : [family.tail])].entries()) {
    const place: Place = i < family.patterns.length ? ['patterns', i] : ['tail']
    try {
      new RegExp(pattern)
    } catch {
      faults.push({ place, reason: 'is no regular expression' })
    }
    for (const found of pattern.matchAll(/\(\?<([a-z]+)>/g)) groups.add(found[1]!)
  }
  for (const found of family.text.matchAll(/\{([a-z]+)\}/g))
    if (!groups.has(found[1]!)) faults.push({ place: ['text'], reason: `has no group "${found[1]}"` })
  for (const check of [...(family.check ?? []), ...(family.scopeGroups ?? [])])
    if (!groups.has(check)) faults.push({ place: ['patterns'], reason: `has no group "${check}"` })
  return faults
}

// What a schema cannot say about a mapping: names that must exist, kinds that must fit, words out of place.
import type { LintIssue } from './issues.ts'
import { checkRule } from './lint-rule.ts'
import { type LintEnv, Linter } from './linter.ts'
import type { MappingSource } from './parse.ts'
import { pathFault } from './paths.ts'
import { isZone } from './time.ts'

/** All findings of one mapping, in the order of the file. */
export function lintMapping(source: MappingSource, env: LintEnv): LintIssue[] {
  const linter = new Linter(source, env, checkRule)
  const { spec } = source
  ends(linter)
  if (spec.zone !== undefined && !isZone(spec.zone)) linter.add(['zone'], 'HUB_LINT_ZONE_UNKNOWN', { word: spec.zone })
  linter.record(
    {
      name: 'main',
      ...(spec.own && { own: spec.own }),
      ...(spec.cited && { cited: spec.cited }),
      ...(spec.set && { set: spec.set }),
    },
    [],
  )
  for (const [i, record] of (spec.records ?? []).entries()) {
    linter.record(record, ['records', i])
    if (linter.inbound && record.own === undefined && spec.own === undefined)
      linter.add(['records', i], 'HUB_LINT_OWN_MISSING', { word: record.name })
  }
  if (linter.inbound && spec.own === undefined && spec.records === undefined)
    linter.add([], 'HUB_LINT_OWN_MISSING', { word: 'main' })
  for (const path of Object.keys(spec.ignore ?? {})) {
    const reason = pathFault(path.replaceAll('/*', '/0'))
    if (reason !== undefined || !path.startsWith('/'))
      linter.add(['ignore', path], 'HUB_LINT_PATH', { path, reason: reason ?? 'it starts with /' }, true)
  }
  return linter.issues.sort((a, b) => a.line - b.line || a.col - b.col)
}

function ends(linter: Linter): void {
  const { spec, direction } = linter.source
  const [wanted, other] = linter.inbound ? (['from', 'to'] as const) : (['to', 'from'] as const)
  if (spec[other] !== undefined) linter.add([other], 'HUB_LINT_DIRECTION', { word: other, direction }, true)
  if (spec[wanted] === undefined) linter.add([], 'HUB_LINT_SHAPE', { what: 'the file', expected: `lacks "${wanted}"` })
  if (linter.inbound) return
  for (const word of ['own', 'cited', 'records'] as const)
    if (spec[word] !== undefined) linter.add([word], 'HUB_LINT_DIRECTION', { word, direction }, true)
}

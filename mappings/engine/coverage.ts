// Which fields of a contract a mapping reads, ignores on purpose, or forgot. Paths with * for elements: /steps/*/no.
import type { CompiledMapping } from './compile.ts'
import { didYouMean, issue, type LintIssue } from './issues.ts'
import type { MappingSource } from './parse.ts'

export interface Coverage {
  readonly mapped: readonly string[]
  readonly ignored: readonly string[]
  readonly forgotten: readonly string[]
  /** Read by the mapping, unknown to the contract. */
  readonly unknown: readonly string[]
}

/** Compares a mapping with the leaf paths of its contract. Ignoring a path covers everything below it. */
export function coverage(mapping: CompiledMapping, contractPaths: readonly string[]): Coverage {
  const ignore = Object.keys(mapping.spec.ignore ?? {})
  const mapped: string[] = []
  const ignored: string[] = []
  const forgotten: string[] = []
  for (const path of contractPaths) {
    if (mapping.reads.some(r => covers(r, path) || covers(path, r))) mapped.push(path)
    else if (ignore.some(i => covers(i, path))) ignored.push(path)
    else forgotten.push(path)
  }
  const unknown = [...mapping.reads, ...ignore].filter(r => !contractPaths.some(p => covers(p, r) || covers(r, p)))
  return { mapped, ignored, forgotten, unknown }
}

/** The same as lint findings: forgotten fields, paths the contract does not have, fields read and ignored at once. */
export function lintCoverage(
  source: MappingSource,
  mapping: CompiledMapping,
  contractPaths: readonly string[],
): LintIssue[] {
  const { forgotten, unknown } = coverage(mapping, contractPaths)
  const { file, yaml } = source
  const start = { line: 1, col: 1 }
  const issues = forgotten.map(path => issue(file, start, 'HUB_LINT_FIELD_FORGOTTEN', { path }))
  for (const path of unknown) {
    const at = source.spec.ignore?.[path] === undefined ? start : yaml.at(['ignore', path], true)
    issues.push(issue(file, at, 'HUB_LINT_PATH_UNKNOWN', { path, hint: didYouMean(path, contractPaths) }))
  }
  for (const path of Object.keys(source.spec.ignore ?? {}))
    if (mapping.reads.some(r => covers(path, r)))
      issues.push(issue(file, yaml.at(['ignore', path], true), 'HUB_LINT_PATH_BOTH', { path }))
  return issues
}

// Is `below` the same path or inside it? A list itself stands for its elements.
function covers(path: string, below: string): boolean {
  return below === path || below.startsWith(`${path}/`)
}

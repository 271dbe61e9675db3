// JSON Schema findings as lint issues: the place in the file, and a did-you-mean for unknown words.
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import type { Place, YamlFile } from './document.ts'
import { didYouMean, issue, type LintIssue } from './issues.ts'

const ajv = new Ajv({ allErrors: true, strict: false, verbose: true })
const compiled = new WeakMap<object, ValidateFunction>()

export function checkShape(schema: object, yaml: YamlFile): LintIssue[] {
  const check = compiled.get(schema) ?? ajv.compile(schema)
  compiled.set(schema, check)
  if (check(yaml.value)) return []
  return (check.errors ?? []).filter(e => e.keyword !== 'if').map(e => shapeIssue(e, yaml))
}

function shapeIssue(error: ErrorObject, yaml: YamlFile): LintIssue {
  const place: Place = error.instancePath
    .split('/')
    .slice(1)
    .map(s => s.replaceAll('~1', '/').replaceAll('~0', '~'))
  if (error.keyword === 'additionalProperties') {
    const word = String((error.params as { additionalProperty: string }).additionalProperty)
    const known = Object.keys((error.parentSchema as { properties?: object }).properties ?? {})
    return issue(yaml.file, yaml.at([...place, word], true), 'HUB_LINT_WORD_UNKNOWN', {
      word,
      hint: didYouMean(word, known),
    })
  }
  return issue(yaml.file, yaml.at(place), 'HUB_LINT_SHAPE', { what: nameOf(place), expected: expectedOf(error) })
}

function nameOf(place: Place): string {
  const last = place.at(-1)
  return last === undefined ? 'the file' : `"${last}"`
}

function expectedOf(error: ErrorObject): string {
  const params = error.params as Record<string, unknown>
  if (error.keyword === 'required') return `lacks "${params.missingProperty}"`
  if (error.keyword === 'enum') return `must be one of ${(params.allowedValues as unknown[]).join(', ')}`
  if (error.keyword === 'const') return `must be ${params.allowedValue}`
  return error.message ?? 'has another shape'
}

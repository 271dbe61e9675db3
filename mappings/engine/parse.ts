// The text of a mapping file → a mapping whose shape is checked. Meaning is lint's matter.
import schema from '#schemas/files/mapping.schema.json' with { type: 'json' }
import { readYaml, type YamlFile } from './document.ts'
import { issue, type LintIssue } from './issues.ts'
import type { Direction, MappingSpec } from './model.ts'
import { checkShape } from './shape.ts'

export interface MappingSource {
  readonly file: string
  readonly direction: Direction
  readonly spec: MappingSpec
  readonly yaml: YamlFile
}

/** Parses and checks the shape. `mapping` is there only when nothing is wrong so far. */
export function parseMapping(text: string, file: string): { mapping?: MappingSource; issues: LintIssue[] } {
  const yaml = readYaml(text, file)
  const issues = [...yaml.issues]
  const direction = /\.(inbound|outbound)\.yaml$/.exec(file)?.[1] as Direction | undefined
  if (direction === undefined) issues.push(issue(file, { line: 1, col: 1 }, 'HUB_LINT_FILE_NAME', { file }))
  if (yaml.issues.length === 0) issues.push(...checkShape(schema, yaml))
  if (issues.length > 0 || direction === undefined) return { issues }
  return { mapping: { file, direction, spec: yaml.value as MappingSpec, yaml }, issues }
}

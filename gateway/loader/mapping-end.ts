// Which connector and message the text of an inbound mapping is for, before it is compiled.
import { formatIssue, parseMapping } from '#mappings/engine/index.ts'
import { HubError } from '#schemas/errors.ts'

/** undefined: an outbound mapping, or another file. Throws HUB_LINT_FAILED where it is a mapping with faults. */
export function mappingEnd(text: string, file: string): { connector: string; message: string } | undefined {
  if (!file.endsWith('.inbound.yaml')) return undefined
  const { mapping, issues } = parseMapping(text, file)
  if (mapping === undefined)
    throw new HubError('HUB_LINT_FAILED', { file, count: issues.length, first: formatIssue(issues[0]!) })
  return mapping.spec.from
}
